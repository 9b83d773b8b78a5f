"""Both log readers on damaged lines and on files that live: grow, shrink, move, vanish, loop."""

from __future__ import annotations

import json
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import burnlib
import oracle
from burnlib import daily
from logs import (
    NOW,
    Burn,
    Json,
    answer,
    asked,
    calls,
    codex,
    collect,
    encode,
    events,
    facts,
    lower_bounds,
    meta,
    rollout_path,
    said,
    turn,
    used,
)

INPUT = 10
"""Tokens of input of every use below; a use of n tokens of output has n + 10 in all."""


class Tool(NamedTuple):
    """What a test needs to know of a tool to damage its logs."""

    source: str
    head: Callable[[int], list[Json]]  # thread → the lines before the first use
    uses: Callable[[int, Sequence[Any]], list[Json]]  # thread, outputs → a line per use
    text: Callable[[str], Json]  # a line of what a person said
    path: Callable[[Path, int], Path]

    def lines(self, outputs: Sequence[Any], thread: int = 1) -> list[Json]:
        return [*self.head(thread), *self.uses(thread, outputs)]

    def content(self, outputs: Sequence[Any], thread: int = 1) -> bytes:
        return b"".join(encode(line) for line in self.lines(outputs, thread))

    def put(self, home: Path, content: bytes, thread: int = 1) -> Path:
        path = self.path(home, thread)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def total(self, burn: Burn) -> int:
        return sum(event.counts.total for event in events(burn, self.source))


def codex_uses(thread: int, outputs: Sequence[Any]) -> list[Json]:
    lines, inputs, output = [], 0, 0
    for second, new in enumerate(outputs):
        inputs, output = inputs + INPUT, output + new
        lines.append(used(f"10:00:{second:02d}", (inputs, 0, output), (INPUT, 0, new)))
    return lines


def claude_uses(thread: int, outputs: Sequence[Any]) -> list[Json]:
    return [
        answer(f"m{thread}-{second}", (INPUT, 0, 0, new), f"10:00:{second:02d}")
        for second, new in enumerate(outputs)
    ]


TOOLS = (
    Tool(
        "codex",
        lambda thread: [meta(thread), turn()],
        codex_uses,
        lambda text: said("09:59:30", text),
        rollout_path,
    ),
    Tool(
        "claude_code",
        lambda thread: [asked(sessionId=f"s{thread}")],
        claude_uses,
        lambda text: asked("09:59:30", text),
        lambda home, thread: home / f".claude/projects/-work-shop/s{thread}.jsonl",
    ),
)

pytestmark = pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.source)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def burn(home: Path, *more: Path, days: int = 0) -> Burn:
    now = NOW + timedelta(days=days)
    return collect(home, *more, archive=home.parent / "archive.db", now=now)


def total(tool: Tool, home: Path, *parts: bytes) -> int:
    """The tokens of a home whose only log holds *parts*."""
    tool.put(home, b"".join(parts))
    return tool.total(burn(home))


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fail, instead of hanging for ever, where the block takes longer."""

    def fail(*_: object) -> None:
        raise AssertionError(f"not done after {seconds} s")

    before = signal.signal(signal.SIGALRM, fail)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


# The last line -------------------------------------------------------------------------------


def test_a_half_written_last_line_waits_in_silence_and_counts_once_when_finished(
    tool: Tool, home: Path
) -> None:
    whole = tool.content([5, 7])
    tool.put(home, whole[:-40])
    found = burn(home)
    assert tool.total(found) == 15
    assert not found.dropped
    assert found.problems == ()
    tool.put(home, whole)
    for _ in range(2):
        assert tool.total(burn(home)) == 32
    assert calls(burn(home), tool.source) == 2


def test_a_complete_last_line_without_newline_counts_now_and_only_once(
    tool: Tool, home: Path
) -> None:
    whole = tool.content([5, 7])
    assert total(tool, home, whole[:-1]) == 32
    assert total(tool, home, whole) == 32
    assert total(tool, home, tool.content([5, 7, 9])) == 51
    assert calls(burn(home), tool.source) == 3


def test_a_torn_line_that_others_follow_is_dropped_alone(tool: Tool, home: Path) -> None:
    *head, last = tool.lines([5, 7])
    torn = encode(tool.text("torn"))[:-30]
    tool.put(home, b"".join([*map(encode, head), torn, b"\n", encode(last)]))
    found = burn(home)
    assert tool.total(found) == 32
    assert sum(found.dropped.values()) <= 1


def test_a_record_that_stands_behind_a_torn_one_on_its_line_counts(tool: Tool, home: Path) -> None:
    *head, last = tool.lines([5, 7])
    torn = encode(tool.text("torn"))[:-30]
    assert total(tool, home, *map(encode, head), torn, encode(last)) == 32


def test_an_unreadable_line_is_listed_as_dropped(tool: Tool, home: Path) -> None:
    head, use = map(encode, (tool.text("Hello"), tool.uses(1, [5])[0]))
    start = b"".join(encode(line) for line in tool.head(1))
    broken = use.replace(b'"output_tokens":5', b'"output_tokens":')
    tool.put(home, start + head + broken + use)
    found = burn(home)
    assert tool.total(found) == 15
    assert sum(found.dropped.values()) == 1


# Damage and disguise -------------------------------------------------------------------------


def test_objects_glued_on_one_line_all_count(tool: Tool, home: Path) -> None:
    lines = [encode(line).strip() for line in tool.lines([5, 7, 9])]
    assert total(tool, home, *lines, b"\n") == 51


def test_a_byte_order_mark_does_not_hide_the_line_behind_it(tool: Tool, home: Path) -> None:
    lines = [encode(line).strip() for line in tool.lines([5, 7])]
    assert total(tool, home, b"\xef\xbb\xbf", *lines, b"\n") == 32


def test_glued_objects_with_space_between_count(tool: Tool, home: Path) -> None:
    assert total(tool, home, b" \t".join(map(bytes.strip, split(tool.content([5, 7]))))) == 32


def split(content: bytes) -> list[bytes]:
    return content.removesuffix(b"\n").split(b"\n")


@pytest.mark.parametrize(
    ("before", "between"),
    [
        (b"\xef\xbb\xbf", b"\n"),
        (b"", b"\r\n"),
        (b"\r\n  \n\n\t\n", b"\n\n  \n"),
        (b"", b" \n "),
        (b"", b'\nnull\n[]\n[{}]\n3\n"x"\ntrue\n{}\n'),
        (b"", b"\n" + b"\0" * 4096 + b"\n"),
        (b"", b"\n" + b"\0" * 4096),
        (b"", b"\n\x00\xff\xfe not JSON at all \x1b[2J\n"),
        (b"", b"\n{'single': 'quotes'}\n{\"trailing\": 1,}\n"),
    ],
    ids=[
        "a byte order mark",
        "carriage returns",
        "blank lines",
        "spaces around",
        "other JSON values",
        "a block of NULs",
        "NULs before a record",
        "garbage",
        "JSON with mistakes",
    ],
)
def test_what_stands_between_records_changes_nothing(
    tool: Tool, home: Path, before: bytes, between: bytes
) -> None:
    lines = split(tool.content([5, 7, 9]))
    assert total(tool, home, before, between.join(lines), b"\n") == 51


@pytest.mark.parametrize(
    "inside",
    [
        "\u2028 \u2029 \u0085 \x7f",
        "👍🏽 é \u202e",
        '\\"usage\\":{\\"output_tokens\\":99}',
        "\\ud800",
        "\\u0000",
        "\\\\" * 5000,
    ],
    ids=[
        "line separators",
        "emoji",
        "quoted usage",
        "lone surrogate",
        "escaped NUL",
        "backslashes",
    ],
)
def test_strange_text_inside_a_record_changes_nothing(tool: Tool, home: Path, inside: str) -> None:
    lines = tool.lines([5, 7])
    for line in lines[-2:]:
        line["note"] = "@"
    content = b"".join(encode(line) for line in lines)
    assert total(tool, home, content.replace(b'"@"', f'"{inside}"'.encode())) == 32


@pytest.mark.parametrize("inside", [b"\xff\xfe", b"\xc0\x80", b"\xed\xa0\x80", b"\xf0\x9f"])
def test_invalid_utf8_in_a_text_changes_nothing(tool: Tool, home: Path, inside: bytes) -> None:
    lines = tool.lines([5, 7])
    for line in lines[-2:]:
        line["note"] = "@"
    content = b"".join(encode(line) for line in lines)
    assert total(tool, home, content.replace(b'"@"', b'"' + inside + b'"')) == 32


@pytest.mark.parametrize("name", ["\\ud800", "\\u0000", "../../x", "\\u001b[2J", "x" * 100_000])
def test_a_strange_model_name_breaks_nothing(tool: Tool, home: Path, name: str) -> None:
    content = tool.content([5, 7])
    for model in (b'"model":"gpt-5.1-codex"', b'"model":"claude-sonnet-4-5-20250929"'):
        content = content.replace(model, f'"model":"{name}"'.encode())
    assert total(tool, home, content) == 32
    assert daily.dumps(burn(home).rows).encode()


def test_raw_control_characters_in_a_record_hurt_that_record_at_most(
    tool: Tool, home: Path
) -> None:
    first, *rest = tool.uses(1, [5, 7])
    first["note"] = "@"
    content = encode(first).replace(b"@", b"a\0b\x01c")
    start = b"".join(encode(line) for line in tool.head(1))
    tool.put(home, start + content + b"".join(map(encode, rest)))
    found = burn(home)
    assert tool.total(found) in {17, 32}
    assert tool.total(found) == 32 or found.dropped


def test_white_space_and_reversed_keys_change_nothing(tool: Tool, home: Path) -> None:
    def reverse(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: reverse(value[name]) for name in reversed(value)}
        return value

    lines = [
        json.dumps(reverse(line), separators=(" ,\t", "  :\r ")) for line in tool.lines([5, 7])
    ]
    assert total(tool, home, "\n".join(lines).encode(), b"\n") == 32


@pytest.mark.parametrize(
    "key",
    [
        "usage", "type", "payload", "message", "token_count", "assistant", "output_tokens",
        "total_token_usage", "session_meta", "turn_context", "info",
    ],
)  # fmt: skip
def test_an_escaped_letter_in_a_key_or_name_changes_nothing(
    tool: Tool, home: Path, key: str
) -> None:
    escaped = f'"{key[:-1]}\\u{ord(key[-1]):04x}"'.encode()
    content = tool.content([5, 7]).replace(f'"{key}"'.encode(), escaped)
    assert total(tool, home, content) == 32


def test_of_a_key_that_stands_twice_the_last_counts(tool: Tool, home: Path) -> None:
    content = tool.content([5]).replace(
        b'"output_tokens":5', b'"output_tokens":99,"output_tokens":5'
    )
    assert total(tool, home, content) == 15


def test_a_record_that_holds_more_than_we_know_counts(tool: Tool, home: Path) -> None:
    content = tool.content([5]).replace(
        b'"output_tokens":5', b'"output_tokens":5,"new":{"model":null,"usage":[{"a":1}]},"x":[1]'
    )
    assert total(tool, home, content) == 15


@pytest.mark.parametrize("depth", [1000, 100_000])
def test_deep_nesting_hurts_that_line_at_most(tool: Tool, home: Path, depth: int) -> None:
    deep = b'{"type":"user","message":{"usage":"token_count","content":'
    deep += b"[" * depth + b"]" * depth + b"}}\n"
    assert total(tool, home, deep, tool.content([5, 7])) == 32
    nested = json.dumps(tool.uses(1, [5, 7, 9])[-1]).encode()
    nested = nested[:-1] + b',"note":' + b"[" * depth + b"]" * depth + b"}\n"
    assert total(tool, home, deep, tool.content([5, 7]), nested) in {32, 51}


def test_a_line_of_megabytes_counts_wherever_its_usage_stands(tool: Tool, home: Path) -> None:
    big = "A" * 3_000_000
    first, last = tool.uses(1, [5, 7])
    start = b"".join(encode(line) for line in [*tool.head(1), tool.text(big)])
    lines = encode({"image": big, **first}) + encode({**last, "image": big})
    assert total(tool, home, start, lines) == 32


def test_a_file_in_utf16_is_named_and_hurts_no_other(tool: Tool, home: Path) -> None:
    tool.put(home, tool.content([5, 7]).decode().encode("utf-16"), thread=2)
    tool.put(home, tool.content([5, 7]))
    found = burn(home)
    assert tool.total(found) == 32
    assert found.dropped or found.problems


def test_empty_files_use_nothing(tool: Tool, home: Path) -> None:
    assert total(tool, home, b"") == 0
    assert not burn(home).dropped


# Places that are no files --------------------------------------------------------------------


def test_a_directory_with_a_logs_name_is_no_log(tool: Tool, home: Path) -> None:
    tool.path(home, 2).mkdir(parents=True)
    assert total(tool, home, tool.content([5, 7])) == 32


def test_a_pipe_with_a_logs_name_does_not_hang(tool: Tool, home: Path) -> None:
    tool.put(home, tool.content([5, 7]))
    os.mkfifo(tool.path(home, 2))
    with within(20):
        assert tool.total(burn(home)) == 32


def test_an_unreadable_file_is_a_problem_of_that_file_only(tool: Tool, home: Path) -> None:
    tool.put(home, tool.content([5, 7]))
    closed = tool.put(home, tool.content([9], thread=2), thread=2)
    closed.chmod(0)
    if os.access(closed, os.R_OK):
        pytest.skip("this user may read everything")
    found = burn(home)
    assert tool.total(found) == 32
    [problem] = found.problems
    assert problem.source == tool.source
    assert closed.name in problem.where
    closed.chmod(0o600)
    assert tool.total(burn(home)) == 51


def test_links_that_loop_end(tool: Tool, home: Path) -> None:
    path = tool.put(home, tool.content([5, 7]))
    for number in range(3):
        (path.parent / f"loop{number}").symlink_to(path.parent)
        (path.parent / f"up{number}").symlink_to(home)
    (path.parent / path.name.replace(".jsonl", "-b.jsonl")).symlink_to(path.parent / "nowhere")
    self_link = path.parent / path.name.replace(".jsonl", "-c.jsonl")
    self_link.symlink_to(self_link)
    with within(20):
        assert tool.total(burn(home)) == 32


@pytest.mark.parametrize("link", [os.link, os.symlink])
def test_a_file_that_is_linked_twice_counts_once(
    tool: Tool, home: Path, link: Callable[[Path, Path], None]
) -> None:
    path = tool.put(home, tool.content([5, 7]))
    link(path, path.with_name(path.name.replace(".jsonl", "-b.jsonl")))
    assert tool.total(burn(home)) == 32


def test_a_home_that_is_given_twice_or_linked_counts_once(tool: Tool, home: Path) -> None:
    tool.put(home, tool.content([5, 7]))
    (home.parent / "link").symlink_to(home)
    assert tool.total(burn(home, home, home.parent / "link", home / ".." / "home")) == 32


def test_a_copied_home_counts_once(tool: Tool, home: Path) -> None:
    tool.put(home, tool.content([5, 7]))
    shutil.copytree(home, home.parent / "copy")
    assert tool.total(burn(home, home.parent / "copy")) == 32
    assert tool.total(burn(home.parent / "copy")) == 32


@pytest.mark.parametrize("name", ["new\nline", "\x1b[2J", "caf\udce9", "-rf", "%s {0}"])
def test_a_strange_file_name_changes_nothing(tool: Tool, home: Path, name: str) -> None:
    path = tool.put(home, tool.content([5, 7]))
    path.rename(path.with_name(path.name.replace(".jsonl", f"{name}.jsonl")))
    assert tool.total(burn(home)) == 32


# Files that live -----------------------------------------------------------------------------


def test_appended_lines_are_added_and_read_lines_are_not_added_again(
    tool: Tool, home: Path
) -> None:
    assert total(tool, home, tool.content([5])) == 15
    assert total(tool, home, tool.content([5, 7])) == 32
    first = daily.dumps(burn(home).rows)
    assert daily.dumps(burn(home).rows) == first


def test_lines_that_are_appended_without_a_new_time_are_seen(tool: Tool, home: Path) -> None:
    path = tool.put(home, tool.content([5]))
    old = path.stat()
    burn(home)
    tool.put(home, tool.content([5, 7]))
    os.utime(path, ns=(old.st_atime_ns, old.st_mtime_ns))
    assert tool.total(burn(home)) == 32


def test_a_file_rewritten_with_fewer_lines_keeps_its_history(tool: Tool, home: Path) -> None:
    assert total(tool, home, tool.content([5, 7, 9])) == 51
    assert total(tool, home, tool.content([5])) == 51
    assert total(tool, home, tool.content([5, 7, 9, 11])) == 72


def test_a_file_that_lost_its_first_lines_keeps_its_history(tool: Tool, home: Path) -> None:
    assert total(tool, home, tool.content([5, 7, 9])) == 51
    kept = [*tool.head(1), *tool.uses(1, [5, 7, 9, 11])[1:]]
    assert total(tool, home, *map(encode, kept)) == 72


@pytest.mark.parametrize("days", [0, 1, 40])
def test_a_deleted_file_takes_nothing_back(tool: Tool, home: Path, days: int) -> None:
    path = tool.put(home, tool.content([5, 7]))
    burn(home)
    path.unlink()
    assert tool.total(burn(home, days=days)) == 32
    shutil.rmtree(home)
    home.mkdir()
    assert tool.total(burn(home, days=days)) == 32


def test_an_emptied_file_that_grows_again_adds_only_what_is_new(tool: Tool, home: Path) -> None:
    assert total(tool, home, tool.content([5, 7])) == 32
    assert total(tool, home, b"") == 32
    assert total(tool, home, tool.content([5])) == 32
    assert total(tool, home, tool.content([5, 7, 9])) == 51


@pytest.mark.parametrize("outputs", [[5, 7], [5], [5, 7, 9]])
def test_another_log_under_the_same_name_adds_to_the_old_one(
    tool: Tool, home: Path, outputs: list[int]
) -> None:
    assert total(tool, home, tool.content([5, 7])) == 32
    assert total(tool, home, tool.content(outputs, thread=2)) == 32 + sum(outputs) + 10 * len(
        outputs
    )


def test_a_file_replaced_by_its_copy_counts_once(tool: Tool, home: Path) -> None:
    path = tool.put(home, tool.content([5, 7]))
    burn(home)
    other = shutil.copy(path, path.with_suffix(".copy"))
    Path(other).replace(path)
    assert tool.total(burn(home)) == 32


def test_an_older_version_that_returns_from_a_backup_takes_nothing_back(
    tool: Tool, home: Path
) -> None:
    old, new = tool.content([5]), tool.content([5, 7])
    assert [total(tool, home, content) for content in (old, new, old, new)] == [15, 32, 32, 32]


# Laws ----------------------------------------------------------------------------------------

OUTPUTS = st.lists(st.integers(1, 1000), min_size=1, max_size=4)
TEXT = st.text(max_size=20)
LAW = settings(max_examples=12, deadline=None)


def events_of(tool: Tool, home: Path, archive: Path) -> list[tuple[object, ...]]:
    return facts(events(collect(home, archive=archive), tool.source))


@LAW
@given(outputs=OUTPUTS, text=TEXT, share=st.lists(st.floats(0, 1), min_size=1, max_size=3))
def test_a_log_cut_anywhere_and_completed_later_gives_the_events_of_the_whole(
    tool: Tool, outputs: list[int], text: str, share: list[float]
) -> None:
    words = json.dumps(tool.text(text), ensure_ascii=False).encode("utf-8", "surrogatepass")
    lines = [words, *split(tool.content(outputs))]
    whole = b"\n".join([*lines[1:2], *lines[:1], *lines[2:]]) + b"\n"
    with tempfile.TemporaryDirectory() as folder:
        home, other = Path(folder, "home"), Path(folder, "other")
        for cut in sorted(share):
            tool.put(home, whole[: round(cut * len(whole))])
            collect(home, archive=Path(folder, "grown.db"))
        for place in (home, other):
            tool.put(place, whole)
        grown = events_of(tool, home, Path(folder, "grown.db"))
        assert grown == events_of(tool, other, Path(folder, "whole.db"))
        assert sum(fact[3] for fact in grown) == sum(outputs) + INPUT * len(outputs)  # type: ignore[misc]


@LAW
@given(outputs=OUTPUTS, more=OUTPUTS)
def test_appends_collected_one_by_one_give_what_one_collection_gives(
    tool: Tool, outputs: list[int], more: list[int]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder, "home")
        numbers = [*outputs, *more]
        for count in range(len(numbers) + 1):
            tool.put(home, tool.content(numbers[:count]))
            step = collect(home, archive=Path(folder, "steps.db"))
        once = collect(home, archive=Path(folder, "once.db"))
        found = [facts(events(each, tool.source)) for each in (step, once)]
        assert found[0] == found[1]
        assert daily.dumps(step.rows) == daily.dumps(once.rows)


@LAW
@given(
    threads=st.lists(OUTPUTS, min_size=1, max_size=4),
    places=st.lists(st.sampled_from("abc"), min_size=4, max_size=4),
    order=st.permutations("abc"),
)
def test_the_order_of_homes_and_of_collections_changes_nothing(
    tool: Tool, threads: list[list[int]], places: list[str], order: list[str]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        homes = {name: Path(folder, name) for name in "abc"}
        for home in homes.values():
            home.mkdir()
        for number, (outputs, place) in enumerate(zip(threads, places, strict=False)):
            tool.put(homes[place], tool.content(outputs, number), number)
        together = collect(*homes.values(), archive=Path(folder, "together.db"))
        for name in order:
            apart = collect(homes[name], archive=Path(folder, "apart.db"))
        found = [facts(events(each, tool.source)) for each in (together, apart)]
        assert found[0] == found[1]
        assert tool.total(apart) == sum(sum(o) + INPUT * len(o) for o in threads)


@st.composite
def histories(draw: st.DrawFn, tool: Tool) -> list[Json]:
    """Lines of a log with everything in it that misleads within one file."""
    start = datetime(2026, 4, 10, 12, tzinfo=UTC)
    minutes = draw(st.lists(st.integers(0, 1500), min_size=1, max_size=8).map(sorted))
    lines, whole = tool.head(1), (0, 0, 0)
    for number, minute in enumerate(minutes):
        at = (start + timedelta(minutes=minute)).isoformat(timespec="milliseconds")
        at = at.replace("+00:00", "Z")
        new, cached, output = (draw(st.integers(0, 50)) for _ in range(3))
        if tool.source == "claude_code":
            id = f"m{draw(st.integers(0, number))}"
            stop = draw(st.sampled_from([None, "end_turn"]))
            # The input of a response is the same on all of its lines, its output grows.
            counts = (len(id) + int(id[1:]), 0, 7, output)
            lines.append(answer(id, counts, at, message_stop_reason=stop))
            continue
        step = (new + cached, cached, output)
        kind = draw(st.sampled_from(["use", "use", "repeat", "fall", "jump", "null", "last"]))
        if kind == "null":
            lines.append(codex("event_msg", at, type="token_count", info=None))
            continue
        if kind == "fall":
            whole = (0, 0, 0)
        if kind != "repeat":
            whole = (whole[0] + step[0], whole[1] + step[1], whole[2] + step[2])
        if kind == "jump":
            whole = (whole[0] + 100, whole[1], whole[2] + 1)
        lines.append(used(at, whole, step))
    return lines


@settings(max_examples=25, deadline=None)
@given(data=st.data(), zone=st.sampled_from(["UTC", "Asia/Kolkata", "America/Los_Angeles"]))
def test_a_second_count_that_shares_no_code_gives_the_same_days(
    tool: Tool, data: st.DataObject, zone: str
) -> None:
    lines = data.draw(histories(tool))
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder, "home")
        tool.put(home, b"".join(map(encode, lines)))
        found = collect(home, archive=Path(folder, "archive.db"), tz=zone)
        uses = oracle.read(home)
        wanted = {day: row[f"{tool.source}_tokens"] for day, row in oracle.days(uses, zone).items()}
        spent = {row.date: row.sources[tool.source].tokens for row in found.rows}
        assert {day: n for day, n in spent.items() if n} == {d: n for d, n in wanted.items() if n}
        assert lower_bounds(found, tool.source) == sum(use.lower_bound for use in uses)


def test_the_public_collect_takes_paths_and_text(tool: Tool, home: Path) -> None:
    tool.put(home, tool.content([5, 7]))
    found = burnlib.collect([str(home)], archive=str(home.parent / "a.db"), tz="UTC", now=NOW)
    assert tool.total(found) == 32
    instants = sorted(event.at for event in events(found, tool.source))
    assert [later - earlier for earlier, later in pairwise(instants)] == [timedelta(seconds=1)]
