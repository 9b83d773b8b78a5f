"""Made-up logs of known totals: burnlib is right about each, and each wrong rule is as it says.

The counters of the wrong rules are deliberately naive: plain json, one rule each.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
import pytest

import burnlib
import oracle
from burnlib.cli import main
from burnlib.errors import InvalidInput
from burnlib.files import CannotWrite
from burnlib.model import Fidelity
from burnlib.testing.shapes import RULES, Shape, all_shapes, shape_files, write_shapes
from pages import DOCS

Json = dict[str, Any]
Logs = Mapping[str, bytes]
Measure = Callable[[Json], int]

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
EACH = pytest.mark.parametrize("shape", all_shapes(), ids=lambda shape: shape.name)


# burnlib is right ----------------------------------------------------------------------------


def home_of(shape: Shape, folder: Path) -> Path:
    home = folder / "home"
    for name, content in shape.files.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return home


def collected(shape: Shape, folder: Path, tz: str = "UTC") -> burnlib.Collection:
    return burnlib.collect([home_of(shape, folder)], archive=folder / "archive.db", tz=tz, now=NOW)


def days_of(burn: burnlib.Collection) -> dict[str, dict[str, int]]:
    days = {
        row.date.isoformat(): {name: day.tokens for name, day in row.sources.items() if day.tokens}
        for row in burn.rows
    }
    return {day: tokens for day, tokens in days.items() if tokens}


@EACH
def test_burnlib_reads_a_shape_right_and_proves_it(shape: Shape, tmp_path: Path) -> None:
    burn = collected(shape, tmp_path)
    uses = list(burn.events())
    assert not burn.problems
    assert days_of(burn) == {day: {shape.source: n} for day, n in shape.tokens.items()}
    assert {
        part: sum(getattr(use.counts, part) for use in uses)
        for part in attrs.fields_dict(burnlib.TokenCounts)
    } == attrs.asdict(shape.counts)
    assert sum(use.calls for use in uses) == shape.calls
    assert sum(row.sources[shape.source].calls or 0 for row in burn.rows) == shape.calls
    low = [use.calls for use in uses if use.fidelity is Fidelity.LOWER_BOUND]
    assert sum(low) == shape.lower_bound_calls
    assert burnlib.reconcile(burn).ok


@pytest.mark.parametrize(
    ("shape", "zone"),
    [(shape, zone) for shape in all_shapes() for zone in shape.local_tokens],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_burnlib_cuts_the_days_of_another_zone_right(
    shape: Shape, zone: str, tmp_path: Path
) -> None:
    right = {day: {shape.source: n} for day, n in shape.local_tokens[zone].items()}
    assert days_of(collected(shape, tmp_path, zone)) == right


@EACH
def test_the_slow_second_count_of_these_tests_says_the_same(shape: Shape, tmp_path: Path) -> None:
    found = oracle.days(oracle.read(home_of(shape, tmp_path)), "UTC")
    days = {day.isoformat(): row[f"{shape.source}_tokens"] for day, row in found.items()}
    assert days == shape.tokens
    assert sum(row[f"{shape.source}_calls"] for row in found.values()) == shape.calls


# What is written down hangs together -----------------------------------------------------------


@EACH
def test_days_parts_and_zones_of_a_shape_have_one_total(shape: Shape) -> None:
    assert shape.counts.total == shape.total
    assert {sum(days.values()) for days in shape.local_tokens.values()} <= {shape.total}
    assert all(shape.tokens.values())


@EACH
def test_each_wrong_rule_gives_another_number_than_what_is_right_and_than_the_others(
    shape: Shape,
) -> None:
    assert shape.wrong or shape.wrong_tokens or shape.wrong_calls
    assert max(Counter([shape.total, *shape.wrong.values()]).values()) == 1
    right = [*map(json.dumps, (shape.tokens, *shape.wrong_tokens.values()))]
    assert len(set(right)) == len(right)
    assert shape.calls not in shape.wrong_calls.values()


def test_each_wrong_rule_is_explained_and_each_explained_one_is_told_by_a_shape() -> None:
    told = {
        rule
        for shape in all_shapes()
        for rules in (shape.wrong, shape.wrong_tokens, shape.wrong_calls)
        for rule in rules
    }
    assert told == set(RULES)


def test_the_names_of_shapes_differ_and_begin_with_their_tools() -> None:
    names = [shape.name for shape in all_shapes()]
    assert len(set(names)) == len(names) > 30
    tools = {"codex": "codex-", "claude_code": "claude-"}
    assert all(shape.name.startswith(tools[shape.source]) for shape in all_shapes())
    assert all(re.fullmatch(r"[^.]+(\.[^.]+)*\.", shape.why) for shape in all_shapes())


# Reading, for the wrong rules ------------------------------------------------------------------


def glued(text: str) -> Iterator[Json]:
    """The objects of a line, up to what is no JSON."""
    while text:
        try:
            found, end = json.JSONDecoder().raw_decode(text)
        except ValueError:
            return
        yield found
        text = text[end:]


def lines_of(content: bytes) -> list[str]:
    return content.decode().split("\n")


def objects(lines: Iterable[str]) -> list[Json]:
    return [found for line in lines for found in glued(line)]


def parsed(lines: Iterable[str], *, stop: bool = False) -> list[Json]:
    """One object a line; a line that is none is left out, or the last that is looked at."""
    found = []
    for line in filter(None, lines):
        try:
            found.append(json.loads(line))
        except ValueError:
            if stop:
                break
    return found


def read(logs: Logs) -> dict[str, list[Json]]:
    return {path: objects(lines_of(content)) for path, content in logs.items()}


def day(record: Json) -> str:
    text: str = record["timestamp"]
    return text[:10]


# Codex, wrongly --------------------------------------------------------------------------------


def size(usage: Json) -> int:
    """Input and output of a Codex usage."""
    whole: int = usage["input_tokens"] + usage["output_tokens"]
    return whole


def counters(records: Iterable[Json]) -> list[Json]:
    told = [record for record in records if record["payload"].get("type") == "token_count"]
    return [record for record in told if record["payload"]["info"]]


def lasts(records: Iterable[Json]) -> list[Json]:
    return [r["payload"]["info"]["last_token_usage"] for r in counters(records)]


def totals(records: Iterable[Json]) -> list[Json]:
    return [r["payload"]["info"]["total_token_usage"] for r in counters(records)]


def growth(
    records: list[Json],
    measure: Measure = size,
    fallen: Callable[[int, int], int] = lambda _total, last: last,
    before: int | None = None,
) -> int:
    """What a file's total grew by; where it fell, *fallen* of total and last."""
    used = 0
    for total, last in zip(
        map(measure, totals(records)), map(measure, lasts(records)), strict=True
    ):
        if before is None:
            used += min(last, total)
        else:
            used += total - before if total >= before else fallen(total, last)
        before = total
    return used


def is_fork(records: list[Json]) -> bool:
    return "forked_from_id" in records[0]["payload"]


def is_sub_agent(records: list[Json]) -> bool:
    return "subagent" in records[0]["payload"]["source"]


def each_file(rule: Callable[[list[Json]], int]) -> Callable[[Logs], int]:
    return lambda logs: sum(map(rule, read(logs).values()))


def measured(measure: Measure) -> Callable[[Logs], int]:
    return each_file(lambda records: growth(records, measure))


def after_each_header(records: list[Json]) -> int:
    parts: list[list[Json]] = []
    for record in records:
        if record["type"] == "session_meta":
            parts.append([])
        parts[-1].append(record)
    return sum(max(map(size, totals(part))) for part in parts)


def equal_numbers_once(logs: Logs) -> int:
    told = {json.dumps(r["payload"]) for records in read(logs).values() for r in counters(records)}
    return sum(size(json.loads(text)["info"]["last_token_usage"]) for text in told)


def first_total_as_base(records: list[Json]) -> int:
    return growth(records, before=size(totals(records)[0])) if is_fork(records) else growth(records)


def sessions_alone(logs: Logs) -> int:
    return sum(growth(r) for path, r in read(logs).items() if path.startswith(".codex/sessions/"))


CODEX: dict[str, Callable[[Logs], int]] = {
    "every line": each_file(lambda records: sum(map(size, lasts(records)))),
    "total_tokens of every line": each_file(lambda r: sum(u["total_tokens"] for u in lasts(r))),
    "per file only": each_file(growth),
    "replay added": each_file(growth),
    "last total of each file": each_file(lambda records: size(totals(records)[-1])),
    "greatest total of each file": each_file(lambda records: max(map(size, totals(records)))),
    "equal numbers once": equal_numbers_once,
    "forks left out": each_file(lambda records: 0 if is_fork(records) else growth(records)),
    "sub-agents left out": each_file(lambda r: 0 if is_sub_agent(r) else growth(r)),
    "archive left out": sessions_alone,
    "falls skipped": each_file(lambda r: growth(r, fallen=lambda _total, _last: 0)),
    "falls as restarts": each_file(lambda r: growth(r, fallen=lambda total, _last: total)),
    "first total as base": each_file(first_total_as_base),
    "each header begins a thread": each_file(after_each_header),
    "cache added": measured(lambda u: size(u) + u["cached_input_tokens"]),
    "cache left out": measured(
        lambda u: size(u) - u["cached_input_tokens"] - u["cache_write_input_tokens"]
    ),
    "reasoning added": measured(lambda u: size(u) + u["reasoning_output_tokens"]),
    "one object a line": lambda logs: sum(growth(parsed(lines_of(c))) for c in logs.values()),
    "a bad line ends the file": lambda logs: sum(
        growth(parsed(lines_of(c), stop=True)) for c in logs.values()
    ),
}


def codex_days(of: Callable[[str, list[Json]], str]) -> Callable[[Logs], dict[str, int]]:
    def rule(logs: Logs) -> dict[str, int]:
        days: dict[str, int] = defaultdict(int)
        for path, records in read(logs).items():
            days[of(path, counters(records))] += growth(records)
        return dict(days)

    return rule


CODEX_DAYS = {
    "folder's day": codex_days(lambda path, _: "-".join(path.split("/")[2:5])),
    "first line's day": codex_days(lambda _, records: day(records[0])),
    "last line's day": codex_days(lambda _, records: day(records[-1])),
}


# Claude Code, wrongly --------------------------------------------------------------------------

_KEYS = (
    "input_tokens",
    "cache_creation_input_tokens",
    "cache_read_input_tokens",
    "output_tokens",
)


def whole(usage: Json) -> int:
    return sum(usage[key] for key in _KEYS)


def responses(records: Iterable[Json], *, reports: bool = False) -> list[Json]:
    """The lines that tell of a response, those of sub-agents' reports among them if asked for."""
    found = []
    for record in records:
        if record["type"] == "assistant":
            found.append(record)
        elif reports and record["type"] == "progress":
            found.append(record["data"]["message"])
    return found


def told(logs: Logs, *, reports: bool = False) -> list[Json]:
    return [r for records in read(logs).values() for r in responses(records, reports=reports)]


def usages(lines: Iterable[Json], measure: Measure = whole) -> list[int]:
    return [measure(line["message"]["usage"]) for line in lines]


def name(line: Json) -> str:
    text: str = line["message"]["id"]
    return text


def once(
    lines: Iterable[Json], measure: Measure = whole, key: Callable[[Json], object] = name
) -> int:
    """The greatest usage of each response."""
    best: dict[object, int] = defaultdict(int)
    for line in lines:
        best[key(line)] = max(best[key(line)], measure(line["message"]["usage"]))
    return sum(best.values())


def first_of_each(lines: Iterable[Json]) -> list[Json]:
    return list({name(line): line for line in reversed(list(lines))}.values())


def finished(logs: Logs) -> int:
    lines = told(logs)
    done = {name(line) for line in lines if line["message"]["stop_reason"]}
    return once(line for line in lines if name(line) in done)


def of_lines(split: Callable[[bytes], list[Json]]) -> Callable[[Logs], int]:
    return lambda logs: once(r for content in logs.values() for r in responses(split(content)))


def beside(logs: Logs, *names: str) -> int:
    """The right total, and the numbers of other lines with these names."""
    records: Any = [record for records in read(logs).values() for record in records]
    for each in names:
        records = [record[each] for record in records if each in record]
    return once(told(logs, reports=True)) + sum(records)


def iterations(logs: Logs) -> int:
    return sum(whole(u) for line in told(logs) for u in line["message"]["usage"]["iterations"])


def some_files(pattern: str) -> Callable[[Logs], int]:
    return lambda logs: once(told({p: c for p, c in logs.items() if re.match(pattern, p)}))


def split_of(usage: Json) -> int:
    return sum(usage.get("cache_creation", {}).values())


CLAUDE: dict[str, Callable[[Logs], int]] = {
    "every line": lambda logs: sum(usages(told(logs))),
    "every line and report": lambda logs: sum(usages(told(logs, reports=True))),
    "first line wins": lambda logs: sum(usages(first_of_each(told(logs)))),
    "finished responses only": finished,
    "a bad line ends the file": of_lines(lambda c: parsed(lines_of(c), stop=True)),
    "last line without an end left out": of_lines(lambda c: objects(lines_of(c)[:-1])),
    "split at other line ends": of_lines(lambda c: parsed(c.decode().splitlines())),
    "per file only": each_file(lambda records: once(responses(records))),
    "sub-agents left out": lambda logs: once(r for r in told(logs) if not r["isSidechain"]),
    "first level only": some_files(r"\.claude/projects/[^/]+/[^/]+$"),
    "one folder only": some_files(r"\.claude/"),
    "message and request": lambda logs: once(
        told(logs), key=lambda line: (name(line), line["requestId"])
    ),
    "message id alone": lambda logs: once(told(logs)),
    "cache left out": lambda logs: once(
        told(logs), lambda u: int(u["input_tokens"] + u["output_tokens"])
    ),
    "cache reads left out": lambda logs: once(
        told(logs), lambda u: whole(u) - int(u["cache_read_input_tokens"])
    ),
    "cache split added": lambda logs: once(told(logs), lambda u: whole(u) + split_of(u)),
    "reports added": each_file(lambda records: once(responses(records, reports=True))),
    "reports left out": lambda logs: once(told(logs)),
    "summaries added": lambda logs: beside(logs, "toolUseResult", "totalTokens"),
    "context size added": lambda logs: beside(logs, "compactMetadata", "preTokens"),
    "iterations left out": lambda logs: once(told(logs)),
    "iterations added": lambda logs: once(told(logs)) + iterations(logs),
}


def claude_days(
    of: Callable[[list[Json], str], Json], seen: Callable[[list[list[Json]], str], list[Json]]
) -> Callable[[Logs], dict[str, int]]:
    """Each response once, on the day of the line that *of* picks from the file or lines *seen*."""

    def rule(logs: Logs) -> dict[str, int]:
        files = [responses(records) for records in read(logs).values()]
        days: dict[str, int] = defaultdict(int)
        for each in {name(line) for lines in files for line in lines}:
            best = once(line for lines in files for line in lines if name(line) == each)
            days[day(of(seen(files, each), each))] += best
        return dict(days)

    return rule


def first_file(files: list[list[Json]], each: str) -> list[Json]:
    return next(lines for lines in files if each in map(name, lines))


def own_lines(files: list[list[Json]], each: str) -> list[Json]:
    return [line for line in first_file(files, each) if name(line) == each]


CLAUDE_DAYS = {
    "first line's day": claude_days(lambda lines, _: lines[0], first_file),
    "last line's day": claude_days(lambda lines, _: lines[-1], first_file),
    "last line's day of a response": claude_days(lambda lines, _: lines[-1], own_lines),
}

TOTALS = {"codex": CODEX, "claude_code": CLAUDE}
DAYS = {"codex": CODEX_DAYS, "claude_code": CLAUDE_DAYS}


@pytest.mark.parametrize(
    ("shape", "rule"),
    [(shape, rule) for shape in all_shapes() for rule in shape.wrong],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_a_wrong_rule_gives_the_total_that_is_told(shape: Shape, rule: str) -> None:
    assert TOTALS[shape.source][rule](shape.files) == shape.wrong[rule]


@pytest.mark.parametrize(
    ("shape", "rule"),
    [(shape, rule) for shape in all_shapes() for rule in shape.wrong_tokens],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_a_rule_that_is_wrong_about_days_gives_the_days_that_are_told(
    shape: Shape, rule: str
) -> None:
    assert DAYS[shape.source][rule](shape.files) == shape.wrong_tokens[rule]


def test_a_message_that_the_tool_wrote_itself_is_a_message_and_no_call() -> None:
    [shape] = [shape for shape in all_shapes() if shape.wrong_calls]
    assert {"every message": len(set(map(name, told(shape.files))))} == shape.wrong_calls


# Files and the command -------------------------------------------------------------------------


def content(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_the_command_writes_exactly_the_files_of_the_shapes_and_always_the_same_bytes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "new" / "shapes"
    assert main(["shapes", str(folder)]) == 0
    first = content(folder)
    assert first == dict(shape_files())
    for shape in all_shapes():
        assert json.loads(first[f"{shape.name}/expected.json"]) == shape.expected()
        below = f"{shape.name}/home/"
        logs = {p.removeprefix(below): c for p, c in first.items() if p.startswith(below)}
        assert logs == shape.files
    (folder / "README.md").chmod(0o600)
    (folder / "codex-fork" / "expected.json").write_text("{}")
    (folder / "claude-midnight" / "expected.json").unlink()
    assert main(["shapes", str(folder)]) == 0
    assert content(folder) == first
    assert str(folder) in capsys.readouterr().out


@pytest.mark.parametrize("seed", ["1", "2"])
def test_another_process_writes_the_same_bytes_without_any_testing_tool(
    seed: str, tmp_path: Path
) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from burnlib.testing.shapes import write_shapes\n"
        "write_shapes(Path(sys.argv[1]))\n"
        "print({'pytest', 'hypothesis', 'burnlib.sources.codex', 'burnlib._collect'}"
        " & set(sys.modules))"
    )
    source = str(Path(burnlib.__file__).parents[1])
    ran = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "shapes")],
        env={"PYTHONPATH": source, "PYTHONHASHSEED": seed},
        capture_output=True,
        check=True,
        text=True,
    )
    assert ran.stdout == "set()\n"
    assert content(tmp_path / "shapes") == dict(shape_files())


def test_the_page_names_every_shape_and_rule() -> None:
    page = dict(shape_files())["README.md"].decode()
    assert all(
        f"]({shape.name}) | {shape.total:,} | {shape.why} |" in page for shape in all_shapes()
    )
    assert all(f"| {rule} | {text} |" in page for rule, text in RULES.items())
    keys = {key for shape in all_shapes() for key in shape.expected()}
    assert {key for key in keys if f"`{key}`" not in page} == set()


def refused(folder: Path, capsys: pytest.CaptureFixture[str], code: int = 2) -> str:
    before = content(folder.parent)
    assert main(["shapes", str(folder)]) == code
    out, err = capsys.readouterr()
    assert out == ""
    [line] = err.splitlines()
    assert re.fullmatch(r"burn: .+ \(fix: name a .+\)", line)
    assert content(folder.parent) == before
    return line


def test_a_folder_with_anything_else_in_it_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "codex-fork").mkdir()
    assert "mine/codex-fork: is not from burn shapes" in refused(folder, capsys)
    (folder / "README.md").write_text("# My logs\n")
    assert "mine/README.md: is not from burn shapes" in refused(folder, capsys)


@pytest.mark.parametrize("stray", ["notes.txt", "codex-fork/home/.codex/history.jsonl"])
def test_a_stray_file_among_the_shapes_is_named_and_nothing_is_written(
    stray: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "shapes"
    write_shapes(folder)
    (folder / stray).write_text("mine")
    (folder / "codex-fork" / "expected.json").unlink()
    assert f"shapes/{stray}: is not from burn shapes" in refused(folder, capsys)
    with pytest.raises(InvalidInput):
        write_shapes(folder)


def test_a_link_among_the_shapes_is_not_followed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "shapes"
    write_shapes(folder)
    (tmp_path / "mine.json").write_text("mine")
    (folder / "codex-fork" / "expected.json").unlink()
    (folder / "codex-fork" / "expected.json").symlink_to(tmp_path / "mine.json")
    assert "codex-fork/expected.json: is not from" in refused(folder, capsys)
    assert (tmp_path / "mine.json").read_text() == "mine"


def test_a_place_that_cannot_hold_a_folder_is_a_clear_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("mine")
    assert "file: is not a folder" in refused(tmp_path / "file", capsys)
    assert "file/below" in refused(tmp_path / "file" / "below", capsys, code=4)
    with pytest.raises(CannotWrite):
        write_shapes(tmp_path / "file" / "below")


def test_a_call_that_was_interrupted_can_be_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from burnlib.testing.shapes import _writing

    replace, left = _writing.replace_file, iter(range(7))

    def interrupted(path: Path, text: bytes) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt
        replace(path, text)

    monkeypatch.setattr(_writing, "replace_file", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_shapes(tmp_path / "shapes")
    assert len(content(tmp_path / "shapes")) == 7
    monkeypatch.undo()
    assert set(write_shapes(tmp_path / "shapes")) == {
        tmp_path / "shapes" / path for path, _ in shape_files()
    }
    assert content(tmp_path / "shapes") == dict(shape_files())


def test_the_how_to_quotes_what_the_command_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    page = (DOCS / "how-to" / "test-another-tool.md").read_text(encoding="utf-8")
    assert main(["shapes", "traps"]) == 0
    assert f"$ burn shapes traps\n{capsys.readouterr().out}```" in page
    [fork] = [shape for shape in all_shapes() if shape.name == "codex-fork"]
    assert f"{fork.wrong['replay added']} for `codex-fork`" in " ".join(page.split())


def test_without_a_folder_the_shapes_are_listed_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["shapes"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == [f"{shape.name}: {shape.why}" for shape in all_shapes()]
    assert list(tmp_path.iterdir()) == []


def test_the_shapes_are_listed_as_json_with_their_folders(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["shapes", str(tmp_path / "shapes"), "--json"]) == 0
    written = json.loads(capsys.readouterr().out)
    assert main(["shapes", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    for entry, other, shape in zip(written, listed, all_shapes(), strict=True):
        expected = json.loads((Path(entry["folder"]) / "expected.json").read_text())
        assert [entry[key] for key in ("name", "source", "why", "total", "calls")] == [
            expected[key] for key in ("shape", "source", "why", "total", "calls")
        ]
        assert entry["files"] == len(shape.files)
        assert other == entry | {"folder": None}
