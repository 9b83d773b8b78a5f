"""Views as text: what a reader, a screen reader or grep gets."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from typing import TextIO

import pytest
from attrs import evolve, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from burnlib.days import Range
from burnlib.errors import InvalidInput, NotFound
from burnlib.ledger import Ledger
from burnlib.model import DailyRow, Fidelity, SourceDay
from burnlib.render.base import Renderer
from burnlib.render.scene import Scene
from burnlib.render.text import Look, Text, terminal_style, write
from burnlib.scale import LogScale
from burnlib.testing.strategies import amounts
from burnlib.views.base import Drivers, Equivalents, Heatmap, Page, Table, Trend, View
from burnlib.views.page import page
from burnlib.views.parts import (
    Amount,
    Bar,
    Constant,
    Day,
    Equivalent,
    Mean,
    Receipt,
    Step,
    Week,
    Window,
)

_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
_WED = date(2026, 1, 28)


def heatmap_of(*cells: Amount | None, first: date = _WED, **more: object) -> Heatmap:
    scale = LogScale((100, 1_000, 10_000, 100_000, 1_000_000))
    days = tuple(
        Day(
            date=first + timedelta(days=i),
            amount=amount,
            level=scale.level(amount.total) if amount and amount.total else None,
        )
        for i, amount in enumerate(cells)
    )
    observed = sum(day.amount is not None for day in days)
    view = Heatmap(
        range=Range(days[0].date, days[-1].date, "all"),
        days=days,
        scale=scale,
        amount=sum((c for c in cells if c), Amount()),
        observed=observed,
        missing=len(days) - observed,
    )
    return evolve(view, **more)


def grid(view: View, **options: object) -> list[str]:
    """The lines from the months to Sunday."""
    lines = write(view, Look.of(options)).split("\n")
    start = next(i for i, line in enumerate(lines) if line.startswith("Mon")) - 1
    return lines[start : start + 8]


def trend_of(*weeks: Week, peak: Week | None = None) -> Trend:
    amount = sum((week.amount for week in weeks if week.amount), Amount())
    last = weeks[-1].first + timedelta(days=6)
    return Trend(range=Range(weeks[0].first, last, "all"), weeks=weeks, amount=amount, peak=peak)


def week(number: int, tokens: int | None, **more: object) -> Week:
    made = Week(
        first=date(2026, 1, 5) + timedelta(weeks=number),
        amount=None if tokens is None else Amount(tokens),
        observed=7,
        complete=True,
    )
    return evolve(made, **more)


def table_of(*sources: str, days: int = 3, **more: object) -> Table:
    cells = {
        name: Amount(0, 206_353_581) if name == "chatgpt" else Amount(1_325_165_695)
        for name in sources
    }
    total = sum(cells.values(), Amount())
    receipts = tuple(
        Receipt(
            date=date(2026, 2, 11) - timedelta(days=i),
            amount=total,
            cells=cells,
            calls={name: 12_345 for name in sources if name != "chatgpt"},
            mean=Mean(tokens=1_200_000, days=6, estimated=False),
            driver="shipping",
        )
        for i in range(days)
    )
    made = Table(
        range=Range(date(2026, 2, 9), date(2026, 2, 11), "3d"),
        receipts=receipts,
        sources=sources,
        estimated=frozenset({"chatgpt"} & set(sources)),
        amount=total,
        totals=cells,
        calls={"codex": 37_035},
        observed=3,
    )
    return evolve(made, **more)


def ledger(days: int = 400, *, driver: str = "shipping", evidence: str = "") -> Ledger:
    """Rows up to 11 Feb 2026, growing, with zeros, gaps, estimates and lower bounds."""
    rows = []
    for i in range(days):
        tokens = 1_000 + i**3
        sources = {"codex": SourceDay(tokens=0 if i % 11 == 3 else tokens, fidelity=Fidelity.EXACT)}
        if i % 5 == 0:
            sources["chatgpt"] = SourceDay(tokens=tokens // 2, fidelity=Fidelity.ESTIMATED)
        if i % 7 == 0:
            sources["claude_code"] = SourceDay(
                tokens=tokens, fidelity=Fidelity.LOWER_BOUND, calls=i
            )
        day = date(2026, 2, 11) - timedelta(days=days - 1 - i)
        if i % 13 != 6:
            rows.append(DailyRow(date=day, sources=sources, driver=driver, evidence=evidence))
    return Ledger(rows)


@frozen
class Drawn:
    """A drawing without shapes."""

    view: View

    @property
    def scene(self) -> Scene:
        raise AssertionError("text needs no shapes")

    narrow = scene


# The calendar


def test_calendar_prints_the_power_of_ten_of_each_day_in_its_week_and_weekday() -> None:
    view = heatmap_of(
        Amount(7),  # Wed 28 Jan
        Amount(99),
        Amount(100),
        Amount(0),
        None,
        Amount(123_456),  # Mon 2 Feb
        Amount(999_999),
        Amount(1_000_000),
        Amount(5_000_000_000),
        Amount(25_000_000_000),
        Amount(3_000, 9_000),
    )
    assert grid(view) == [
        "     Feb",
        "Mon    5",
        "       5",
        "Wed  0 6",
        "     1 9",
        "Fri  2 A",
        "     · 4~",
        "     /",
    ]


def test_calendar_key_names_the_powers_and_signs_that_occur_and_no_others() -> None:
    said = write(heatmap_of(Amount(7), Amount(123_456), None))
    assert "0 = 1  5 = 100k\n" in said
    assert "/ no data" in said
    assert "zero" not in said.split("Power")[1]
    assert "~ partly" not in said


def test_calendar_blocks_rise_with_the_colour_class() -> None:
    tokens = (1, 100, 1_000, 10_000, 100_000, 1_000_000)
    view = heatmap_of(*map(Amount, tokens), first=date(2026, 2, 2))
    assert [line[5:] for line in grid(view, style="blocks")[1:7]] == ["▁", "▂", "▄", "▅", "▇", "█"]


def test_calendar_starts_its_weeks_on_sunday_where_asked() -> None:
    view = heatmap_of(Amount(5), Amount(50), first=date(2026, 2, 1), week_start="sunday")
    lines = write(view).split("\n")
    at = lines.index("Mon  1")
    assert lines[at - 1] == "     0"
    assert lines[at - 2] == "     Feb"


def test_signs_tell_estimates_days_over_target_both_and_the_peak_apart() -> None:
    view = heatmap_of(
        Amount(5), Amount(5, 1), Amount(50), Amount(50, 1), Amount(90, 1), first=date(2026, 2, 2)
    )
    over = tuple(evolve(day, over_target=day.amount.total > 40) for day in view.days)
    view = evolve(view, days=over, peak=over[4], target=40)
    assert [line[5:] for line in grid(view)[1:6]] == ["0", "0~", "1!", "1^", "1*"]
    assert "^ over the 40 target and partly estimated" in write(view)
    assert "Peak: Fri 6 Feb 2026: 91 tokens" in write(view)


def test_a_year_is_two_rows_of_weeks_in_59_columns_and_one_on_a_wide_terminal() -> None:
    view = heatmap_of(*[Amount(5)] * 365)
    assert write(view).count("\nMon") == 2
    assert max(len(line) for line in grid(view)[1:]) <= 59
    assert write(view, Look(width=120)).count("\nMon") == 1


def test_today_is_said_to_be_unfinished() -> None:
    view = heatmap_of(Amount(5), Amount(50))
    view = evolve(view, days=(view.days[0], evolve(view.days[1], today=True)))
    assert "Today: Thu 29 Jan 2026: 50 tokens so far" in write(view)


def test_without_any_data_the_calendar_is_a_sentence() -> None:
    assert write(heatmap_of(None, None)) == (
        "Daily burn\nNo days with data between 2026-01-28 and 2026-01-29.\n"
    )


# The trend


def test_each_power_of_ten_adds_the_same_length_to_a_bar() -> None:
    weeks = [week(i, 10 ** (3 + i)) for i in range(4)]
    bars = [
        line.count("█")
        for line in write(trend_of(*weeks)).split("\n")
        if " 2026" in line or "Jan" in line
    ]
    drawn = [bar for bar in bars if bar]
    # 80 columns leave 33 for the bars: three decades, eleven cells each, and the least is one.
    assert drawn == [1, 11, 22, 33]


def test_missing_zero_partial_and_running_weeks_read_differently() -> None:
    peak = week(0, 5_000_000)
    said = write(
        trend_of(
            peak,
            week(1, None, observed=0, complete=False),
            week(2, 0),
            week(3, 40_000, observed=3, complete=False, current=True),
            week(4, 0, amount=Amount(10_000, 90_000, True)),
            peak=peak,
        )
    ).split("\n")
    by_day = {line[:6]: line for line in said}
    assert by_day["5 Jan "].endswith("█  peak")
    assert by_day["12 Jan"].endswith("–  no data")
    assert by_day["19 Jan"].split()[-1] == "0"
    assert by_day["26 Jan"].endswith("░  so far · 3 of 7 days")
    assert "≥ ~100k  ▒" in by_day["2 Feb "]


def test_a_week_is_followed_by_its_plausible_range_where_the_line_has_room() -> None:
    ranged = Amount(100_000, 50_000, False, 40_000, 900_000)
    peak = week(1, 0, amount=ranged)
    view = trend_of(
        week(0, 120_000),
        peak,
        week(2, 0, amount=ranged + Amount(0, 1)),
        week(3, 0, amount=ranged, observed=3, complete=False, current=True),
        peak=peak,
    )
    said = write(view).split("\n")
    by_day = {line[:6]: line for line in said}
    assert by_day["5 Jan "].endswith("█")
    assert by_day["12 Jan"].endswith("█  peak · 140k to 1.00M")
    assert by_day["19 Jan"].endswith("█")
    assert by_day["26 Jan"].endswith("░  so far · 3 of 7 days · 140k to 1.00M")
    narrow = write(view, Look(width=60)).split("\n")
    assert any(line.endswith("░  so far · 3 of 7 days") for line in narrow)
    assert any("plausible range" in line for line in said)
    assert "plausible range" not in write(trend_of(week(0, 5)))


@given(st.lists(amounts(), min_size=1, max_size=9), st.integers(60, 100), st.booleans())
@settings(deadline=None, max_examples=60)
def test_no_range_makes_a_line_longer_than_its_width(
    found: list[Amount], width: int, ascii: bool
) -> None:
    weeks = [week(i, 0, amount=a, observed=7 - i % 3) for i, a in enumerate(found)]
    view = trend_of(*weeks, peak=weeks[0])
    for line in write(view, Look(width=width, ascii=ascii)).split("\n"):
        assert len(line) <= width, line


# The drivers


def drivers_of(*bars: Bar) -> Drivers:
    days = Range(date(2026, 2, 1), date(2026, 2, 10), "10d")
    windows = (
        Window(key="today", amount=None, days=0, of=1, date=date(2026, 2, 10)),
        Window(key="7d", amount=Amount(900, 100), days=6, of=7),
        Window(key="active", amount=None, days=8, of=10),
    )
    amount = sum((bar.amount for bar in bars), Amount())
    return Drivers(range=days, bars=bars, windows=windows, amount=amount)


def test_driver_bars_are_proportional_and_their_estimated_end_is_light() -> None:
    said = write(
        drivers_of(
            Bar(name="shipping", amount=Amount(8_000), share=0.8, days=4, evidence="v0.9 release"),
            Bar(name="research", amount=Amount(1_000, 1_000), share=0.2, days=1),
        )
    )
    first, second = (line for line in said.split("\n") if "%" in line and "█" in line)
    assert (first.count("█"), first.count("▒")) == (32, 0)
    assert (second.count("█"), second.count("▒")) == (4, 4)
    assert "v0.9 release" in said


def test_quick_figures_say_how_many_days_they_rest_on_and_what_is_estimated() -> None:
    said = write(drivers_of(Bar(name="no label", amount=Amount(5), share=1.0, days=3)))
    assert "today                  –  no data\n" in said
    assert "~1.00k  6 of 7 days · 10% estimated\n" in said
    assert "active days            8  of 10 days\n" in said
    assert "3 days without a label" in said


# The table


def test_table_shows_every_source_with_calls_and_drivers_where_there_is_room() -> None:
    said = write(table_of("codex", "chatgpt"), Look(width=100))
    assert re.search(r"Wed 11 Feb +~1\.53B +1\.33B +12,345 +~206M +1\.20M 6d +shipping\n", said)
    assert re.search(r"3 days +~1\.53B +1\.33B +37,035 +~206M\n", said)


def test_the_line_that_explains_estimates_gives_the_range_of_all_of_them() -> None:
    view = table_of("codex", "chatgpt")
    assert "estimates of" not in write(view)
    amount = Amount(10**9, 87_000_000, False, 61_000_000, 410_000_000)
    for width in (60, 80):
        said = write(evolve(view, amount=amount), Look(width=width))
        assert "estimates of 3 days: about 87.0M (61.0M to 410M)" in said


def test_too_wide_a_table_drops_drivers_then_calls_then_folds_the_sources() -> None:
    sources = ("codex", "claude_code", "chatgpt")
    wide, fewer, least = (write(table_of(*sources), Look(width=w)) for w in (100, 70, 60))
    assert "shipping" in wide
    assert "12,345" in wide
    assert "shipping" not in fewer
    assert "12,345" in fewer
    assert "12,345" not in least
    assert "Claude" in least
    many = write(table_of(*sources, *(f"tool{i}" for i in range(9))))
    assert "Exact: Codex, Claude Code, Tool0" in many
    assert "Estimated: ChatGPT." in many
    assert re.search(r"Wed 11 Feb +~14\.8B +14\.6B +~206M +1\.20M 6d\n", many)


def test_an_unobserved_source_is_a_dash_and_an_observed_one_without_use_a_zero() -> None:
    view = table_of("codex", "claude_code")
    day = evolve(
        view.receipts[0],
        cells={"codex": Amount(0)},
        amount=Amount(0),
        calls={},
        mean=None,
        driver="",
    )
    said = write(evolve(view, receipts=(day,)))
    assert re.search(r"Wed 11 Feb +0 +0 +–\n", said)


def test_the_running_day_and_days_over_target_are_marked() -> None:
    view = table_of("codex", target=250_000_000)
    day = evolve(view.receipts[0], today=True, over_target=True)
    said = write(evolve(view, receipts=(day,)))
    assert re.search(r"Wed 11 Feb so far +1\.33B ▲", said)
    assert "▲ over the 250M target" in said


# Equivalents


def test_equivalents_show_figure_range_arithmetic_and_their_source_once() -> None:
    line = Equivalent(
        key="war_and_peace",
        result=14_660.0,
        low=10_000.0,
        high=15_500.0,
        unit="copies",
        amount=Amount(11_000_000_000),
        steps=(
            Step(
                sign="÷",
                by=Constant(750_000, 710_000, 1_100_000, "tokens a copy", "counted", "2025"),
            ),
        ),
    )
    view = Equivalents(
        range=Range(_WED, _WED, "all"), amount=Amount(11_000_000_000), lines=(line, line)
    )
    said = write(view)
    assert "≈ 15k copies of War and Peace (10k to 16k)\n" in said
    assert "          11.0B tokens ÷ 750k tokens a copy (710k to 1.1M)\n" in said
    assert said.count("counted (2025)") == 1


# The page


def test_a_page_is_written_for_the_range_it_opens_with_or_the_one_asked_for() -> None:
    made = page(ledger(), zone="Europe/Berlin", made=date(2026, 2, 12), target=1_000_000)
    assert " in 180 days" in write(made).split("\n")[1]
    assert " in 90 days" in write(made, Look(range="90d")).split("\n")[1]
    for name in ("Daily burn", "Weekly burn, log scale", "Drivers", "Scale", "Last 30 days"):
        assert f"\n{name}\n" in write(made)
    assert "Europe/Berlin" in write(made)
    assert "Thu 12 Feb 2026" in write(made)


def test_a_range_that_the_page_does_not_have_is_an_error_that_lists_those_it_has() -> None:
    with pytest.raises(NotFound, match=r"'2y'.*90d, 180d, 1y, all"):
        write(page(ledger()), Look(range="2y"))


def test_made_up_data_says_so_first() -> None:
    rows = [evolve(row, extra={"made_up": True}) for row in ledger(20)]
    for view in (page(Ledger(rows)), page(Ledger(rows)).sections[0].heatmap):
        assert write(view).split("\n")[1] == "MADE-UP DEMONSTRATION DATA"
    assert "MADE-UP" not in write(page(ledger(20)))


def test_a_page_without_any_data_says_so_in_words() -> None:
    said = write(page(Ledger()))
    assert said.startswith("Token burn\nNo days with data")
    assert "Drivers" not in said


# Laws

_LOOKS = st.builds(
    Look,
    style=st.sampled_from(["auto", "digits", "blocks"]),
    color=st.sampled_from(["", "256", "24bit"]),
    width=st.integers(60, 200),
    ascii=st.booleans(),
    theme=st.sampled_from(["dark", "light"]),
    range=st.sampled_from(["90d", "all"]),
)
_PAGE = page(ledger(), target=10_000_000, today=date(2026, 2, 11))


@settings(max_examples=25, deadline=None)
@given(look=_LOOKS)
def test_no_line_is_wider_than_asked_or_ends_in_a_space(look: Look) -> None:
    said = write(_PAGE, look)
    assert said.endswith("\n")
    for line in _ESCAPES.sub("", said).split("\n"):
        assert len(line) <= look.width
        assert line == line.rstrip()
    assert said.isascii() or not look.ascii


@settings(max_examples=10, deadline=None)
@given(look=_LOOKS)
def test_colour_adds_nothing_but_colour(look: Look) -> None:
    style = "blocks" if look.blocks else "digits"
    plain = write(_PAGE, evolve(look, color="", style=style))
    assert "\x1b" not in plain
    assert _ESCAPES.sub("", write(_PAGE, look)) == plain


_HOSTILE = "\x1b]0;owned\x07\x9b31m\u202e\u2028\ttab\r\nline\ud800 \U0001f525名前"


@pytest.mark.parametrize("ascii", [True, False])
def test_what_a_log_says_cannot_move_the_cursor_hide_or_break_a_line(ascii: bool) -> None:
    made = page(ledger(60, driver=_HOSTILE, evidence=_HOSTILE))
    said = write(made, Look(ascii=ascii))
    allowed = {"\n"}
    assert not [c for c in said if not c.isprintable() and c not in allowed]
    assert "owned" in said


def test_a_long_wide_name_is_clipped_by_the_columns_it_takes() -> None:
    view = drivers_of(Bar(name="名前" * 500, amount=Amount(5), share=1.0, days=3))
    line = next(line for line in write(view).split("\n") if "█" in line)
    assert line.startswith(" 名前名前名前…  █")


# Terminals and options


class Terminal(io.TextIOWrapper):
    """A stream that says that it is a terminal."""

    def __init__(self, encoding: str = "utf-8", *, tty: bool = True) -> None:
        super().__init__(io.BytesIO(), encoding=encoding)
        self.tty = tty

    def isatty(self) -> bool:
        return self.tty


_XTERM = {"TERM": "xterm-256color"}


@pytest.mark.parametrize(
    ("stream", "environ", "color", "ascii"),
    [
        (Terminal(), _XTERM, "256", False),
        (Terminal(), _XTERM | {"COLORTERM": "truecolor"}, "24bit", False),
        (Terminal(), _XTERM | {"NO_COLOR": "1"}, "", False),
        (Terminal(), _XTERM | {"NO_COLOR": ""}, "256", False),
        (Terminal(), {"TERM": "dumb"}, "", False),
        (Terminal(), {}, "", False),
        (Terminal(tty=False), _XTERM, "", False),
        (Terminal("cp1252"), _XTERM, "256", True),
        (Terminal("ascii", tty=False), {}, "", True),
        (io.StringIO(), _XTERM, "", False),
    ],
)
def test_a_terminal_gets_what_it_can_show(
    stream: TextIO, environ: dict[str, str], color: str, ascii: bool
) -> None:
    options = terminal_style(stream, environ)
    look = Look.of(options)
    assert (look.color, look.ascii) == (color, ascii)
    assert look.blocks == (bool(color) and not ascii)
    written = write(_PAGE, look)
    written.encode(getattr(stream, "encoding", None) or "utf-8")


def test_a_light_terminal_is_told_by_its_background() -> None:
    assert terminal_style(Terminal(), _XTERM | {"COLORFGBG": "0;15"})["theme"] == "light"
    assert terminal_style(Terminal(), _XTERM | {"COLORFGBG": "15;0"})["theme"] == "dark"


def test_full_colour_and_the_palette_name_the_ramp_of_the_theme() -> None:
    view = heatmap_of(Amount(2_000_000))
    # The sixth of six colours on dark is #ffe5a8; the palette's nearest is
    # 16 + 36 * 5 + 6 * 4 + 3.
    assert "\x1b[38;2;255;229;168m█\x1b[39m" in write(view, Look(color="24bit"))
    assert "\x1b[38;5;223m█\x1b[39m" in write(view, Look(color="256"))


def test_the_renderer_keeps_the_protocol_and_takes_the_options_by_name() -> None:
    renderer: Renderer = Text()
    assert isinstance(renderer, Renderer)
    assert (renderer.name, renderer.suffixes, renderer.api_version) == ("text", (".txt",), 1)
    view = heatmap_of(Amount(5))
    assert renderer.render(Drawn(view)) == write(view)
    assert "\x1b[38;5;" in str(renderer.render(Drawn(view), color=True))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"colour": True}, "unknown option 'colour'"),
        ({"style": "ascii"}, "'ascii' is not a style"),
        ({"width": 20}, "a width of 20 columns"),
        ({"width": True}, "a width of True columns"),
        ({"color": "red"}, "'red' is not a color"),
    ],
)
def test_a_wrong_option_is_named_with_what_would_be_right(
    options: dict[str, object], message: str
) -> None:
    with pytest.raises(InvalidInput, match=message):
        Text().render(Drawn(heatmap_of(Amount(5))), **options)


def test_a_page_is_the_same_text_every_time() -> None:
    assert write(_PAGE) == write(page(ledger(), target=10_000_000, today=date(2026, 2, 11)))
    assert isinstance(_PAGE, Page)
