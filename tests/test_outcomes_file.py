"""Outcomes that somebody wrote down: every line counts, or the file is refused at the line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from burnlib.errors import LogFormatError
from burnlib.outcomes.base import Told
from burnlib.outcomes.table import File

NOW = datetime(2026, 5, 31, 12, tzinfo=UTC)


def tell(path: Path, text: str | bytes) -> Told:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return File().tell(path, now=NOW, to_stay=timedelta(days=14))


CSV = """at,kind,title,project,weight,state
2026-05-03,ticket,"Sign in, again",/code/shop,2,
2026-05-30T08:00:00Z,release,2.0,,,
2026-05-04,ticket,Old form,,0.5,reverted
"""
LINES = """{"at": "2026-05-03", "kind": "ticket", "title": "Sign in, again",\
 "project": "/code/shop", "weight": 2}

{"at": "2026-05-30T08:00:00Z", "kind": "release", "title": "2.0"}
{"at": "2026-05-04", "kind": "ticket", "title": "Old form", "weight": 0.5, "state": "reverted"}
"""


@pytest.mark.parametrize(
    ("name", "text"), [("a.csv", CSV), ("a.CSV", "\ufeff" + CSV), ("a.jsonl", LINES)]
)
def test_every_line_is_an_outcome(tmp_path: Path, name: str, text: str) -> None:
    told = tell(tmp_path / name, text)
    assert [(o.title, o.kind, o.weight, o.state) for o in told.outcomes] == [
        ("Sign in, again", "ticket", 2, "kept"),
        ("Old form", "ticket", 0.5, "reverted"),
        ("2.0", "release", 1, "young"),
    ]
    assert told.outcomes[0].at == datetime(2026, 5, 3, 12, tzinfo=UTC)
    assert told.outcomes[0].project == "/code/shop"


def test_an_id_is_that_of_the_line_else_made_of_what_it_says_but_not_of_its_state(
    tmp_path: Path,
) -> None:
    first = tell(tmp_path / "a.jsonl", '{"at": "2026-05-03", "title": "x"}\n').outcomes[0]
    later = tell(tmp_path / "b.jsonl", '{"at": "2026-05-03", "title": "x", "state": "reverted"}\n')
    assert later.outcomes[0].id == first.id
    named = tell(tmp_path / "c.jsonl", '{"at": "2026-05-03", "id": "T-1"}\n').outcomes[0]
    assert named.id == "T-1"


BAD = {
    "no column at": ("a.csv", "day,title\n2026-05-03,x\n", "a.csv:1", "unknown column 'day'"),
    "at is missing": ("a.csv", "title\nx\n", "a.csv:1", "has no column at"),
    "no date": ("a.csv", "at,title\n2026-05-03,x\nyesterday,y\n", "a.csv:3", "at is 'yesterday'"),
    "a naive time": ("a.csv", "at\n2026-05-03T10:00\n", "a.csv:2", "at is"),
    "too many fields": ("a.csv", "at,title\n2026-05-03,x,y\n", "a.csv:2", "more fields"),
    "an odd state": ("a.csv", "at,state\n2026-05-03,lost\n", "a.csv:2", "state is 'lost'"),
    "an odd weight": ("a.csv", "at,weight\n2026-05-03,many\n", "a.csv:2", "weight is 'many'"),
    "no weight": ("a.csv", "at,weight\n2026-05-03,-1\n", "a.csv:2", "is not a weight"),
    "not JSON": ("a.jsonl", '{"at": "2026-05-03"}\n{"at": \n', "a.jsonl:2", "is not JSON"),
    "no object": ("a.jsonl", "7\n", "a.jsonl:1", "is no object"),
    "an unknown field": ("a.jsonl", '{"at": "2026-05-03", "who": 1}\n', "a.jsonl:1", "'who'"),
    "not UTF-8": ("a.csv", b"at,title\n2026-05-03,\xff\n", "a.csv", "is not UTF-8"),
    "the same twice": ("a.csv", "at,title\n2026-05-03,x\n2026-05-03,x\n", "a.csv", "'x' twice"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_file_with_a_bad_line_is_refused_with_its_number_and_the_fix(
    tmp_path: Path, case: str
) -> None:
    name, text, where, says = BAD[case]
    with pytest.raises(LogFormatError) as caught:
        tell(tmp_path / name, text)
    assert caught.value.where == str(tmp_path / where)
    assert says in caught.value.message
    assert caught.value.hint


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LogFormatError, match="No such file"):
        File().tell(tmp_path / "nowhere.csv", now=NOW, to_stay=timedelta(days=14))
