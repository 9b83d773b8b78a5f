"""Where a day's number comes from: the parts add up to the row, and what was left out is named."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import burnlib
from burnlib._explain import Explanation, SourcePart, explain_day
from burnlib.archive import Archive
from burnlib.model import Fidelity, SourceDay
from logs import DAY, HAIKU, NOW, answer, asked, collect, rollout, transcript, used

THE_DAY = date.fromisoformat(DAY)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def explained(home: Path, day: date = THE_DAY, *, tz: str = "UTC") -> Explanation:
    burn = collect(home, archive=home.parent / "archive.db", tz=tz)
    return checked(explain_day(burn, day))


def checked(found: Explanation) -> Explanation:
    """Check that every sum of the explanation is its row's, and that both its forms agree."""
    if found.row is None:
        return found
    assert sum(part.day.tokens for part in found.sources) == found.row.total
    for part in found.sources:
        if not part.sessions:
            continue
        assert sum(session.tokens for session in part.sessions) == part.day.tokens
        assert sum(session.calls for session in part.sessions) == part.day.calls
        assert sum(part.models.values()) == part.day.tokens
    spoken = json.loads(json.dumps(found.as_dict()))
    assert spoken["total"] == found.row.total
    assert sum(part["tokens"] for part in spoken["sources"].values()) == found.row.total
    return found


def part(found: Explanation, name: str = "claude_code") -> SourcePart:
    return next(part for part in found.sources if part.name == name)


def test_sessions_models_and_files_of_a_day_add_up_to_its_row(home: Path) -> None:
    one = transcript(
        home,
        "s1",
        asked(),
        answer("m1", (3, 100, 900, 40)),
        answer("m2", (1, 0, 0, 9), "11:00:00", message_model=HAIKU),
    )
    two = transcript(
        home, "s2", answer("m3", (5, 0, 0, 5), sessionId="s2", cwd="/code/till", gitBranch="basket")
    )
    rollout(home, 1, used("10:00:00", (1000, 400, 50), (1000, 400, 50)))
    found = explained(home)
    assert found.row is not None
    assert found.row.total == 1043 + 10 + 10 + 1050
    claude = part(found)
    assert dict(claude.models) == {"claude-sonnet-4-5-20250929": 1053, HAIKU: 10}
    assert [
        (s.session, s.project, s.branch, s.tokens, s.calls, s.files) for s in claude.sessions
    ] == [
        ("s1", "/code/shop", "main", 1053, 2, (str(one),)),
        ("s2", "/code/till", "basket", 10, 1, (str(two),)),
    ]
    text = str(found)
    assert "1,050 + 1,063 = 2,113" in text or "1,063 + 1,050 = 2,113" in text
    assert str(one) in text


def test_only_the_uses_of_the_day_count_where_a_session_passes_midnight(home: Path) -> None:
    transcript(
        home, "s1", answer("m1", (3, 0, 0, 4), "23:59:59"),
        answer("m2", (30, 0, 0, 40), "2026-04-12T00:00:00Z"),
    )  # fmt: skip
    assert part(explained(home)).day.tokens == 7
    assert part(explained(home, date(2026, 4, 12))).day.tokens == 70
    assert part(explained(home, date(2026, 4, 12), tz="Asia/Kolkata")).day.tokens == 77


def test_copies_are_named_and_counted_once(home: Path) -> None:
    first = answer("m1", (3, 100, 900, 40))
    transcript(home, "s1", asked(), first)
    transcript(home, "s2", {**first, "sessionId": "s2"}, answer("m2", (1, 0, 0, 1), "11:00:00"))
    found = explained(home)
    assert (part(found).day.tokens, part(found).copies) == (1045, 1)
    assert "told by several files, counted once" in str(found)


def test_the_package_and_version_that_read_the_logs_are_named(home: Path) -> None:
    rollout(home, 1, used("10:00:00", (9, 0, 1), (9, 0, 1)))
    found = explained(home)
    assert found.sources[0].readers == (f"burnlib {burnlib.__version__}",)
    assert f"  read by burnlib {burnlib.__version__}" in str(found).splitlines()


def test_dropped_records_are_named_with_their_number(home: Path) -> None:
    transcript(
        home,
        "s1",
        answer("m1", (3, 100, 900, 40)),
        answer("m2", (-1, 0, 0, 40)),
        answer("m3", (1, 0, 0, True)),
        '{"type":"assistant","message":{"usage":{',
    )
    dropped = part(explained(home)).dropped
    assert sum(dropped.values()) == 3
    text = str(explained(home))
    for reason, number in dropped.items():
        assert f"not counted in these files, on any day: {number:,} x {reason}" in text


def test_dropped_records_of_other_days_files_are_not_named(home: Path) -> None:
    transcript(home, "s1", answer("m1", (3, 100, 900, 40)))
    transcript(home, "s2", answer("m2", (-1, 0, 0, 4), "2026-04-10T10:00:00Z"))
    assert part(explained(home)).dropped == {}


def test_placeholder_counts_are_named_as_a_lower_bound(home: Path) -> None:
    transcript(home, "s1", answer("m1", (3, 100, 900, 1), message_stop_reason=None))
    found = explained(home)
    assert part(found).lower_bound_calls == 1
    assert "logged less output than was used" in str(found)
    assert "a lower bound" in str(found)


def test_a_day_that_was_not_observed_has_no_number(home: Path) -> None:
    transcript(home, "s1", answer("m1", (3, 100, 900, 40)))
    found = explained(home, date(2020, 1, 1))
    assert found.row is None
    assert str(found).startswith("2020-01-01: no data.")
    assert found.as_dict()["observed"] is False
    assert found.as_dict()["total"] is None


def test_an_observed_day_without_use_is_a_zero(home: Path) -> None:
    transcript(home, "s1", answer("m1", (3, 100, 900, 40)))
    found = explained(home, date(2026, 4, 12))
    assert found.row is not None
    assert found.row.total == 0
    assert found.as_dict()["observed"] is True


def test_a_day_that_came_whole_is_told_without_sessions(home: Path) -> None:
    transcript(home, "s1", answer("m1", (3, 100, 900, 40)))
    burn = collect(home, archive=home.parent / "archive.db")
    chat = SourceDay(tokens=38_000, fidelity=Fidelity.ESTIMATED, low=20_000, high=60_000)
    with Archive(burn.archive) as store:
        store.put_whole_day(THE_DAY, "claude_chat", chat)
    found = checked(explain_day(burnlib.recall(burn.archive, now=NOW), THE_DAY))
    assert part(found, "claude_chat").sessions == ()
    assert "claude_chat: ~38,000 tokens, estimated" in str(found)
    assert "between 20,000 and 60,000" in str(found)


def test_a_label_is_told_with_its_evidence(home: Path) -> None:
    transcript(home, "s1", answer("m1", (3, 100, 900, 40)))
    burn = collect(home, archive=home.parent / "archive.db")
    with Archive(burn.archive) as store:
        store.put_label(THE_DAY, "shipping", "NAT-1035 build")
    found = explain_day(burnlib.recall(burn.archive, now=NOW), THE_DAY)
    assert "driver: shipping (NAT-1035 build)" in str(found)


def test_uses_dated_too_far_ahead_are_not_in_the_sessions_either(home: Path) -> None:
    # 48 hours after the clock's 12 April 12:00 is the middle of the 14th: one use of that day is
    # taken for a clock that is a little fast, the other for one that is wrong.
    transcript(
        home,
        "s1",
        answer("m1", (3, 0, 0, 4), "2026-04-14T11:00:00Z"),
        answer("m2", (30, 0, 0, 40), "2026-04-14T13:00:00Z"),
    )
    assert part(explained(home, date(2026, 4, 14))).day.tokens == 7


def test_explaining_does_not_need_the_logs_any_more(home: Path) -> None:
    path = transcript(home, "s1", answer("m1", (3, 100, 900, 40)))
    explained(home)
    path.unlink()
    found = explained(home)
    assert part(found).day.tokens == 1043
    assert part(found).sessions[0].files == (str(path),)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 5),  # which response
            st.sampled_from(("s1", "s2", "s3")),  # in which session's file
            st.integers(0, 47),  # hours after the day before begins
            st.integers(1, 50),  # output so far
        ),
        min_size=1,
        max_size=12,
    )
)
def test_whatever_the_logs_hold_every_days_parts_add_up_to_its_row(
    told: list[tuple[int, str, int, int]],
) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        home, lines = Path(folder, "home"), dict[str, list[dict[str, object]]]()
        for number, session, hours, output in told:
            at = datetime(2026, 4, 10, tzinfo=UTC) + timedelta(hours=hours)
            line = answer(
                f"m{number}", (number, 0, 10 * number, output), at.isoformat(), sessionId=session
            )
            lines.setdefault(session, []).append(line)
        for session, of_it in lines.items():
            transcript(home, session, *of_it)
        burn = collect(home, archive=Path(folder, "archive.db"))
        greatest = Counter[int]()
        for number, _, _, output in told:
            greatest[number] = max(greatest[number], output)
        found = [checked(explain_day(burn, row.date)) for row in burn.rows]
        assert sum(row.total for row in burn.rows) == sum(11 * n + o for n, o in greatest.items())
        assert sum(s.calls for f in found for p in f.sources for s in p.sessions) == len(greatest)
