"""daily-burn.json: what is written comes back, and what is wrong is refused place by place."""

from __future__ import annotations

import contextlib
import errno
import json
import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from burnlib.daily import dump, dumps, load, loads
from burnlib.errors import BurnlibError, SchemaError
from burnlib.files import CannotWrite
from burnlib.ledger import Ledger
from burnlib.model import DailyRow, Fidelity, SourceDay, TokenCounts
from core_strategies import few, file_ledgers, json_values

# The row that the public build guide gives as its example.
GUIDE = (
    '[{"date": "2026-05-24", "codex_tokens": 184320, "claude_code_tokens": 512880,'
    ' "claude_code_calls": 47, "claude_chat_est": 38000, "chatgpt_est": 21000, "total": 756200,'
    ' "driver": "shipping", "evidence": "NAT-1035 build, OB1 PR review"}]'
)


def day(**columns: object) -> dict[str, Any]:
    return {"date": "2026-05-24", "codex_tokens": 5, "total": 5, **columns}


def text(*rows: object) -> str:
    return json.dumps(list(rows))


def refusal(document: str) -> str:
    with pytest.raises(SchemaError) as caught:
        loads(document)
    assert caught.value.where == "daily-burn.json"
    assert caught.value.hint
    return caught.value.message


# The guide -------------------------------------------------------------------------------------


def test_the_row_of_the_guide_is_read_as_it_means() -> None:
    (row,) = loads(GUIDE)
    assert row.date == date(2026, 5, 24)
    assert dict(row.sources) == {
        "codex": SourceDay(tokens=184_320, fidelity=Fidelity.EXACT),
        "claude_code": SourceDay(tokens=512_880, fidelity=Fidelity.EXACT, calls=47),
        "claude_chat": SourceDay(tokens=38_000, fidelity=Fidelity.ESTIMATED),
        "chatgpt": SourceDay(tokens=21_000, fidelity=Fidelity.ESTIMATED),
    }
    assert (row.total, row.exact, row.estimated) == (756_200, 697_200, 59_000)
    assert (row.driver, row.evidence) == ("shipping", "NAT-1035 build, OB1 PR review")


def test_the_row_of_the_guide_is_written_with_its_keys_in_its_order() -> None:
    assert list(json.loads(dumps(loads(GUIDE)))[0].items()) == list(json.loads(GUIDE)[0].items())


def test_one_token_too_many_is_refused_with_day_both_numbers_and_difference() -> None:
    message = refusal(GUIDE.replace("756200", "756201"))
    assert message == (
        "2026-05-24: total is 756,201, but the columns add up to 756,200:"
        " 1 more than they do @ $[0].total"
    )


def test_drivers_that_do_not_add_up_are_refused_with_both_numbers_and_difference() -> None:
    message = refusal(text(day(drivers={"shipping": 3, "review": 4})))
    assert message == (
        "2026-05-24: total is 5, but the drivers add up to 7: 2 less than they do @ $[0].total"
    )


@given(st.integers(0, 10**12), st.integers(0, 10**12), st.integers(0, 10**12))
def test_any_other_total_is_refused_with_both_numbers_and_difference(
    measured: int, estimated: int, total: int
) -> None:
    right = measured + estimated
    row = {"date": "2026-05-24", "codex_tokens": measured, "chatgpt_est": estimated, "total": total}
    if total == right:
        assert loads(text(row)).total == right
    else:
        message = refusal(text(row))
        for number in (total, right, abs(total - right)):
            assert f"{number:,}" in message
        assert ("more" in message) is (total > right)


# Round trips -----------------------------------------------------------------------------------


@given(file_ledgers())
def test_what_is_written_comes_back(ledger: Ledger) -> None:
    assert loads(dumps(ledger)) == ledger


@few
@given(file_ledgers())
def test_writing_what_was_read_gives_the_same_bytes(ledger: Ledger) -> None:
    once = dumps(ledger)
    assert dumps(loads(once)) == once


@few
@given(file_ledgers(min_size=1))
def test_equal_rows_give_equal_text(ledger: Ledger) -> None:
    rows = [
        evolve(
            row,
            sources=backwards(row.sources),
            drivers=backwards(row.drivers),
            extra=backwards(row.extra),
        )
        for row in reversed(ledger)
    ]
    assert Ledger(rows) == ledger
    assert dumps(rows) == dumps(ledger)


def backwards(value: Any) -> Any:
    """The same value with the keys of all its objects in another order."""
    if isinstance(value, Mapping):
        return {key: backwards(inner) for key, inner in reversed(list(value.items()))}
    return [backwards(inner) for inner in value] if isinstance(value, list) else value


@few
@given(file_ledgers())
def test_anybody_can_add_the_written_columns_up(ledger: Ledger) -> None:
    rows = json.loads(dumps(ledger))
    assert [row["date"] for row in rows] == [row.date.isoformat() for row in ledger]
    for written, row in zip(rows, ledger, strict=True):
        columns = {k: v for k, v in written.items() if k.endswith(("_tokens", "_est"))}
        assert written["total"] == sum(columns.values()) == row.total
        for key in columns:
            assert key.endswith("_est") is (
                row.sources[key.rsplit("_", 1)[0]].fidelity is Fidelity.ESTIMATED
            )


def test_every_optional_key_comes_back() -> None:
    row = day(
        codex_calls=3,
        zed9_tokens=10,
        chatgpt_est=100,
        chatgpt_calls=0,
        chatgpt_est_low=50,
        chatgpt_est_high=400,
        total=115,
        lower_bound=["zed9"],
        driver="video",
        evidence="film – “2”",
        drivers={"video": 100, "no label": 15},
        tz="Europe/Berlin",
    )
    (read,) = loads(text(row))
    assert read.sources["zed9"].fidelity is Fidelity.LOWER_BOUND
    assert read.sources["codex"] == SourceDay(tokens=5, fidelity=Fidelity.EXACT, calls=3)
    assert read.sources["chatgpt"] == SourceDay(
        tokens=100, fidelity=Fidelity.ESTIMATED, calls=0, low=50, high=400
    )
    assert (read.tz, dict(read.drivers)) == ("Europe/Berlin", {"video": 100, "no label": 15})
    assert json.loads(dumps([read])) == [row]


def test_unknown_keys_survive_with_whatever_they_hold() -> None:
    unknown = {"streak": [1, {"a": None}], "ghost_calls": 3, "codex_est_low": -1.5, "π": "\ud800"}
    ledger = loads(text(day(**unknown)))
    assert json.loads(dumps(ledger))[0] == day(**unknown)


@pytest.mark.parametrize(
    "letter", "\x00\x1b\x7f\x85\x9b\xad\u200b\u200f\u2028\u202e\u2066\ufeff\ud83d"
)
def test_letters_that_nobody_can_see_are_written_as_escapes_and_come_back(letter: str) -> None:
    ledger = loads(text(day(evidence=f"a{letter}b", **{letter: 1})))
    assert letter not in dumps(ledger)
    assert loads(dumps(ledger)) == ledger
    assert ledger[0].evidence == f"a{letter}b"


@few
@given(file_ledgers())
def test_in_ascii_the_rows_are_the_same(ledger: Ledger) -> None:
    assert dumps(ledger, ascii=True).isascii()
    assert loads(dumps(ledger, ascii=True)) == ledger


def test_half_a_letter_survives_the_file(tmp_path: Path) -> None:
    dump(loads(text(day(evidence="\ud83d"))), tmp_path / "burn.json")
    assert load(tmp_path / "burn.json")[0].evidence == "\ud83d"


def test_a_number_that_is_no_json_is_never_kept_for_a_later_failure() -> None:
    # 1e999 is good JSON that Python reads as infinity, which no JSON can say.
    document = text(day(score=0)).replace('"score": 0', '"score": 1e999')
    try:
        ledger = loads(document)
    except SchemaError:
        return
    assert loads(dumps(ledger)) == ledger


def test_a_zero_day_and_a_missing_day_both_survive() -> None:
    rows = [
        {"date": "2026-05-22", "codex_tokens": 5, "total": 5},
        {"date": "2026-05-24", "codex_tokens": 0, "total": 0},
        {"date": "2026-05-25", "total": 0},
    ]
    ledger = loads(dumps(loads(text(*rows))))
    assert [row.date.day for row in ledger] == [22, 24, 25]
    assert dict(ledger[1].sources) == {"codex": SourceDay(tokens=0, fidelity=Fidelity.EXACT)}
    assert dict(ledger[2].sources) == {}
    assert json.loads(dumps(ledger)) == rows


def test_the_parts_of_a_count_are_not_in_the_file_and_its_sum_is() -> None:
    counts = TokenCounts(input=1, output=4)
    source = SourceDay(tokens=5, fidelity=Fidelity.EXACT, counts=counts)
    assert json.loads(dumps([DailyRow(date=date(2026, 5, 24), sources={"codex": source})])) == [
        day()
    ]


def test_no_rows_are_an_empty_array() -> None:
    assert dumps([]) == "[]\n"
    assert loads("[]") == Ledger()


def test_a_file_from_windows_is_read(tmp_path: Path) -> None:
    path = tmp_path / "burn.json"
    path.write_bytes(b"\xef\xbb\xbf" + GUIDE.replace(', "', ',\r\n"').encode())
    assert load(path) == loads(GUIDE)


# Refusals --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (day(codex_tokens=-1), "-1 is not a whole number >= 0 @ $[0].codex_tokens"),
        (day(codex_tokens=5.0), "5.0 is not a whole number >= 0 @ $[0].codex_tokens"),
        (day(codex_tokens=True), "True is not a whole number >= 0 @ $[0].codex_tokens"),
        (day(codex_tokens="5"), "'5' is not a whole number >= 0 @ $[0].codex_tokens"),
        (day(codex_tokens=None), "None is not a whole number >= 0 @ $[0].codex_tokens"),
        (
            day(codex_tokens=2**53),
            "9007199254740992 is not a whole number >= 0 @ $[0].codex_tokens",
        ),
        (day(codex_calls=1.5), "1.5 is not a whole number >= 0 @ $[0].codex_calls"),
        (day(gpt_est=0, gpt_est_low=-2), "-2 is not a whole number >= 0 @ $[0].gpt_est_low"),
        (day(gpt_est=0, gpt_est_high="x"), "'x' is not a whole number >= 0 @ $[0].gpt_est_high"),
        (day(total=None), "None is not a whole number >= 0 @ $[0].total"),
        ({"date": "2026-05-24", "codex_tokens": 5}, "no total @ $[0].total"),
        ({"codex_tokens": 5, "total": 5}, "no date @ $[0].date"),
        (day(date="24 May 2026"), "'24 May 2026' is not a date @ $[0].date"),
        (day(date="20260524"), "'20260524' is not a date @ $[0].date"),
        (day(date="2026-W21-7"), "'2026-W21-7' is not a date @ $[0].date"),
        (day(date="2026-05-24T00:00"), "'2026-05-24T00:00' is not a date @ $[0].date"),
        (day(date="2026-02-29"), "'2026-02-29' is not a date @ $[0].date"),
        (day(date=20260524), "20260524 is not a date @ $[0].date"),
        (day(driver=3), "3 is not text @ $[0].driver"),
        (day(evidence=None), "None is not text @ $[0].evidence"),
        (day(tz=[]), "[] is not text @ $[0].tz"),
        (day(drivers=[]), "not an object of family to tokens @ $[0].drivers"),
        (day(drivers={"a": 5.0}), "not an object of family to tokens @ $[0].drivers"),
        (day(drivers={"a": -1, "b": 6}), "not an object of family to tokens @ $[0].drivers"),
        (day(lower_bound="codex"), "'codex' is not a list of source names @ $[0].lower_bound"),
        (
            day(lower_bound=["zed9"]),
            "no zed9_tokens that could be a lower bound @ $[0].lower_bound",
        ),
        (
            day(gpt_est=0, lower_bound=["gpt"]),
            "no gpt_tokens that could be a lower bound @ $[0].lower_bound",
        ),
        (day(codex_est=0), "codex is both measured and estimated @ $[0].codex_est"),
        (day(Zed_tokens=0), "'Zed' is not a source name @ $[0].Zed_tokens"),
        (day(_tokens=0), "'' is not a source name @ $[0]._tokens"),
        (3, "not an object @ $[0]"),
        (None, "not an object @ $[0]"),
    ],
)
def test_a_bad_place_is_named_with_what_is_wrong(row: object, message: str) -> None:
    assert refusal(text(row)) == message


def test_every_bad_place_is_listed_at_once() -> None:
    message = refusal(
        text(
            day(date="2026-05-22", codex_tokens=-1, driver=7),
            day(date="2026-05-23"),
            day(date="2026-05-23"),
            day(date="2026-05-25", total=6),
            "row",
        )
    )
    assert message.split("; ") == [
        "-1 is not a whole number >= 0 @ $[0].codex_tokens",
        "7 is not text @ $[0].driver",
        "a second row for 2026-05-23 @ $[2].date",
        "2026-05-25: total is 6, but the columns add up to 5: 1 more than they do @ $[3].total",
        "not an object @ $[4]",
    ]


def test_of_hundreds_of_bad_places_twenty_are_listed_and_the_rest_is_counted() -> None:
    message = refusal(text(*range(300)))
    assert message.count("not an object") == 20
    assert message.endswith("not an object @ $[19]; and 280 more")


def test_a_key_that_stands_twice_is_refused_and_never_half_read() -> None:
    # Readers of JSON differ in which of the two they keep (RFC 8259, section 4).
    document = '[{"date": "2026-05-24", "codex_tokens": 900, "codex_tokens": 5, "total": 5}]'
    assert "codex_tokens" in refusal(document)


@pytest.mark.parametrize(
    "document",
    [
        "",
        "[",
        "[}",
        "nonsense",
        "[NaN]",
        '[{"total": Infinity}]',
        "[" * 100_000,
        "[1" + "0" * 5_000 + "]",
    ],
)
def test_what_is_no_json_is_refused_in_words(document: str) -> None:
    assert refusal(document)


@pytest.mark.parametrize("document", ["{}", "3", "null", '"[]"', GUIDE[1:-1]])
def test_what_is_no_array_is_refused_in_words(document: str) -> None:
    assert refusal(document) == "not an array of days @ $"


def test_bytes_that_are_no_text_are_refused_in_words() -> None:
    with pytest.raises(SchemaError, match="not JSON"):
        loads(b"\xff\xfe[\x00]\x00")


keys = st.sampled_from(
    ["date", "total", "codex_tokens", "codex_calls", "chatgpt_est", "chatgpt_est_low", "drivers",
     "lower_bound", "driver", "tz", "_est", "X_tokens", "codex_est", "unknown"]
)  # fmt: skip


@given(st.lists(st.dictionaries(keys, json_values(), max_size=6) | json_values(), max_size=3))
def test_any_json_is_rows_or_refused(rows: list[object]) -> None:
    try:
        ledger = loads(text(*rows))
    except SchemaError:
        return
    assert loads(dumps(ledger)) == ledger


@given(st.text() | st.binary())
def test_any_text_or_bytes_are_rows_or_refused(document: str | bytes) -> None:
    with contextlib.suppress(SchemaError):
        loads(document)


# Files -----------------------------------------------------------------------------------------


def test_a_file_that_is_not_there_is_named_with_the_fix(tmp_path: Path) -> None:
    with pytest.raises(BurnlibError) as caught:
        load(tmp_path / "burn.json")
    assert str(tmp_path / "burn.json") in str(caught.value)
    assert "burn collect -o" in caught.value.hint


def test_a_bad_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "burn.json"
    path.write_text("[3]")
    with pytest.raises(SchemaError) as caught:
        load(path)
    assert caught.value.where == str(path)


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_write_that_fails_leaves_the_old_file_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    path = tmp_path / "burn.json"
    dump(loads(GUIDE), path)
    before = path.read_bytes()

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, call, refuse)
    with pytest.raises(CannotWrite, match="No space left") as caught:
        dump([], path)
    assert caught.value.where == str(path)
    assert caught.value.hint
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_a_link_and_its_file_is_replaced(tmp_path: Path) -> None:
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    real.write_text("[]")
    link.symlink_to(real)
    dump(loads(GUIDE), link)
    assert link.is_symlink()
    assert load(real) == loads(GUIDE)


def test_a_folder_or_a_missing_folder_is_refused_with_the_fix(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none" / "burn.json"):
        with pytest.raises(CannotWrite) as caught:
            dump([], path)
        assert caught.value.where == str(path)
        assert caught.value.hint
