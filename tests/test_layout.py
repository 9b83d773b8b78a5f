from __future__ import annotations

import itertools
import math
from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from burnlib.errors import InvalidInput
from burnlib.ledger import Ledger
from burnlib.model import NO_LABEL, DailyRow, Estimate, Fidelity, SourceDay
from burnlib.render import labels
from burnlib.render.layout import lay_out
from burnlib.render.layout.lettering import clip, text_width, wrap
from burnlib.render.layout.marks import cell_mark
from burnlib.render.scene import Circle, Line, Path, Polyline, Rect, Scene, Shape, Text
from burnlib.views.base import Drivers, Heatmap, Page, Trend, View, WeekStart
from burnlib.views.drivers import drivers
from burnlib.views.equivalents import equivalents
from burnlib.views.heatmap import heatmap
from burnlib.views.parts import Amount, Bar, Week
from burnlib.views.table import table
from burnlib.views.trend import trend

WIDTHS = {False: 720, True: 360}
LAST = date(2026, 2, 11)  # a Wednesday
BOTH = pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])


def ledger(tokens: dict[int, SourceDay], *, driver: str = "shipping", evidence: str = "") -> Ledger:
    """Day rows by days before LAST, of one source each."""
    return Ledger(
        DailyRow(
            date=LAST - timedelta(days=back),
            sources={"codex": day},
            driver=driver,
            evidence=evidence,
        )
        for back, day in tokens.items()
    )


def exact(tokens: int) -> SourceDay:
    return SourceDay(tokens=tokens, fidelity=Fidelity.EXACT, calls=3)


def estimated(tokens: int, low: int | None = None, high: int | None = None) -> SourceDay:
    return SourceDay(tokens=tokens, fidelity=Fidelity.ESTIMATED, low=low, high=high)


def steady(days: int, tokens: int = 1_000_000) -> Ledger:
    return ledger({back: exact(tokens) for back in range(days)})


TOKENS = st.one_of(st.just(0), st.integers(1, 10**13), st.integers(10**6, 2 * 10**6))


def one_source(tokens: int, kind: Fidelity, name: str, width: int) -> dict[str, SourceDay]:
    """One source; of an odd estimate the range is known: a *width*-th of it to *width* times."""
    low = high = None
    if kind is Fidelity.ESTIMATED and tokens % 2:
        low, high = tokens // width, tokens * width
    day = SourceDay(tokens=tokens, fidelity=kind, calls=tokens % 5000, low=low, high=high)
    return {name: day}


DAYS = st.builds(
    one_source,
    TOKENS,
    st.sampled_from(Fidelity),
    st.sampled_from(["codex", "claude_code", "chatgpt", "a_tool_with_a_rather_long_name"]),
    st.sampled_from([1, 2, 10, 800]),
)


@st.composite
def ledgers(draw: st.DrawFn) -> Ledger:
    length = draw(st.sampled_from([1, 3, 7, 30, 40, 90, 180, 365, 400, 1100]))
    backs = draw(st.sets(st.integers(0, length - 1), max_size=40))
    # Long stretches of plain days between the drawn ones, or none.
    if draw(st.booleans()):
        backs |= set(range(0, length, draw(st.integers(1, 9))))
    palette = draw(st.lists(DAYS, min_size=1, max_size=6))
    names = draw(st.lists(st.text(max_size=30), min_size=1, max_size=11))
    return Ledger(
        DailyRow(
            date=LAST - timedelta(days=back),
            sources=palette[back % len(palette)],
            driver=names[back % len(names)],
            estimate="processed" if back % 7 else "visible",
            evidence=names[-1] * 9,
            extra={"made_up": True} if length == 40 else {},
        )
        for back in backs
    )


def views(rows: Ledger, *, today: date | None = LAST) -> list[View]:
    return [
        heatmap(rows, range="all", target=1_500_000, today=today),
        trend(rows, range="all", today=today),
        drivers(rows, range="all", today=today),
        equivalents(rows, range="all", today=today),
        table(rows, range="all", target=1_500_000, today=today),
    ]


def box(shape: Shape) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of what a shape paints."""
    if isinstance(shape, Text):
        width = text_width(shape.text, size=shape.size, bold=shape.bold)
        left = shape.x - {"start": 0, "middle": width / 2, "end": width}[shape.anchor]
        return left, shape.y - 0.74 * shape.size, left + width, shape.y + 0.24 * shape.size
    if isinstance(shape, Rect):
        half = shape.stroke_width / 2 if shape.stroke != "none" else 0
        return (
            shape.x - half,
            shape.y - half,
            shape.x + shape.width + half,
            shape.y + shape.height + half,
        )
    if isinstance(shape, Circle):
        r = shape.r + (shape.stroke_width / 2 if shape.stroke != "none" else 0)
        return shape.x - r, shape.y - r, shape.x + r, shape.y + r
    if isinstance(shape, Path):
        points = list(itertools.chain(*shape.rings))
    elif isinstance(shape, Line):
        points = [(shape.x1, shape.y1), (shape.x2, shape.y2)]
    else:
        points = list(shape.points)
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def texts(scene: Scene) -> list[Text]:
    return [shape for shape in scene.shapes if isinstance(shape, Text)]


def said(scene: Scene) -> list[str]:
    return [text.text for text in texts(scene)]


def titled(scene: Scene) -> list[Rect | Path | Line | Circle | Text]:
    return [s for s in scene.shapes if not isinstance(s, Polyline) and s.title]


# ---- laws of all pictures ----------------------------------------------------------------------


@given(ledgers(), st.booleans(), st.sampled_from([None, LAST, LAST - timedelta(days=3)]))
@example(Ledger(), True, None)
@example(steady(1830), False, LAST)
@example(steady(1830), True, LAST)
@settings(max_examples=40, deadline=None)
def test_nothing_leaves_the_picture_and_no_two_texts_meet(
    rows: Ledger, narrow: bool, today: date | None
) -> None:
    for view in views(rows, today=today):
        scene = lay_out(view, narrow=narrow)
        assert scene.width == 360 if narrow else 320 <= scene.width <= 720
        for shape in scene.shapes:
            left, top, right, bottom = box(shape)
            assert left >= -0.05, shape
            assert top >= -0.05, shape
            assert right <= scene.width + 0.05, shape
            assert bottom <= scene.height + 0.05, shape
        boxes = sorted((box(text), text.text) for text in texts(scene))
        for i, (a, one) in enumerate(boxes):
            for b, two in itertools.takewhile(lambda other: other[0][0] < a[2], boxes[i + 1 :]):  # noqa: B023
                assert a[1] >= b[3] - 0.05 or b[1] >= a[3] - 0.05, (one, two)


@given(ledgers(), st.booleans())
@example(steady(1830), True)
@settings(max_examples=25, deadline=None)
def test_text_is_ink_or_muted_and_has_only_the_page_behind_it(rows: Ledger, narrow: bool) -> None:
    # The contrast of these two with the page is what the tests of the themes check.
    for view in views(rows):
        scene = lay_out(view, narrow=narrow)
        areas = [
            box(s)
            for s in scene.shapes
            if getattr(s, "fill", "none") != "none" and not isinstance(s, Text)
        ]
        for text in texts(scene):
            assert text.fill in ("ink", "muted"), text
            a = box(text)
            for b in areas:
                apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] + 0.05 or b[3] <= a[1] + 0.05
                assert apart, (text, b)


@given(ledgers(), st.booleans())
@settings(max_examples=15, deadline=None)
def test_every_picture_says_what_it_shows(rows: Ledger, narrow: bool) -> None:
    for view in views(rows):
        scene = lay_out(view, narrow=narrow)
        assert scene.name
        assert scene.sentence.endswith(".")


@BOTH
def test_without_data_a_picture_says_so_in_words(narrow: bool) -> None:
    for view in views(Ledger()):
        shapes = lay_out(view, narrow=narrow).shapes
        assert shapes
        assert all(isinstance(shape, Text) for shape in shapes)
    assert said(lay_out(heatmap(Ledger()), narrow=narrow))[0].startswith("No days with data")


def test_a_page_is_no_picture_and_the_error_says_how_to_save_it() -> None:
    with pytest.raises(InvalidInput, match=r"save the page as \.html or \.txt"):
        lay_out(Page(sections=(), opens="90d"))


@BOTH
def test_made_up_data_is_called_that_in_every_picture(narrow: bool) -> None:
    made = [
        DailyRow(
            date=LAST, sources={"codex": exact(5_000_000)}, driver="a", extra={"made_up": True}
        )
    ]
    for view in views(Ledger(made)):
        shown = [
            t for t in texts(lay_out(view, narrow=narrow)) if t.text == "made-up demonstration data"
        ]
        assert [text.fill for text in shown] == ["ink"]


# ---- lettering ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "bold", "width"),
    [
        # Advance widths of DejaVu Sans at 10 px, from the font's own table.
        ("peak 1.93B · week of 19 Jan", True, 156.5),
        ("peak ≥ 999M · week of 20 Mar", True, 170.9),
        ("≈ 15k", True, 32.4),
        ("10 Feb 2026", False, 62.8),
        ("~812M", False, 36.1),
        ("1.49B", False, 29.1),
    ],
)
def test_text_is_measured_a_little_too_wide_and_never_too_narrow(
    text: str, bold: bool, width: float
) -> None:
    assert width <= text_width(text, size=10, bold=bold) <= 1.12 * width


@given(st.text(max_size=50), st.floats(0, 200))
def test_clipped_text_fits_and_begins_like_the_whole(text: str, room: float) -> None:
    shown = clip(text, room, size=10)
    assert text_width(shown, size=10) <= room
    assert text.startswith(shown.removesuffix("…"))


@given(st.lists(st.text("abcdefghij", min_size=1, max_size=5), max_size=20))
def test_wrapped_text_keeps_its_words(words: list[str]) -> None:
    lines = wrap(" ".join(words), 60, size=10)
    assert " ".join(lines).split() == words
    assert all(text_width(line, size=10) <= 60 for line in lines)


# ---- the calendar ------------------------------------------------------------------------------


def columns(scene: Scene) -> int:
    """Number of different x of day marks in the first row of weeks."""
    found = [box(shape) for shape in titled(scene)]
    top = min(b[1] for b in found)
    height = max(b[2] - b[0] for b in found) * 9
    return len({b[0] for b in found if b[1] < top + height})


def rows_of_weeks(scene: Scene) -> int:
    return sum(text.text == "Mon" for text in texts(scene))


@pytest.mark.parametrize("days", [365, 366])
@pytest.mark.parametrize("shift", range(7))
def test_a_year_is_one_wide_row_or_two_narrow_ones(days: int, shift: int) -> None:
    start = LAST - timedelta(days=shift)
    rows = Ledger(
        DailyRow(date=start - timedelta(days=i), sources={"codex": exact(5)}) for i in range(days)
    )
    view = heatmap(rows, range="all")
    assert rows_of_weeks(lay_out(view)) == 1
    assert columns(lay_out(view)) in (53, 54)
    assert rows_of_weeks(lay_out(view, narrow=True)) == 2
    assert columns(lay_out(view, narrow=True)) == 27


@pytest.mark.parametrize(("days", "cell"), [(7, 22), (30, 22), (90, 22), (180, 22), (365, 11)])
def test_few_weeks_get_larger_cells(days: int, cell: int) -> None:
    scene = lay_out(heatmap(steady(days), range="all"))
    sides = {shape.width for shape in titled(scene) if isinstance(shape, Rect)}
    assert sides == {cell}


@given(ledgers(), st.booleans())
@settings(max_examples=25, deadline=None)
def test_every_day_of_the_range_is_drawn_once_and_by_its_state(rows: Ledger, narrow: bool) -> None:
    view = heatmap(rows, range="all")
    if not view.observed:
        return
    marks = titled(lay_out(view, narrow=narrow))
    assert len(marks) == view.range.days
    by_date = {row.date: row for row in rows}
    for i, mark in enumerate(marks):
        row = by_date.get(view.range.first + timedelta(days=i))
        assert isinstance(mark, Rect | Path)
        if row is None:
            assert mark.fill == "none"
        elif row.total == 0:
            assert mark.fill == "zero"
        else:
            assert mark.fill in {f"c{n}" for n in range(1, 8)}
            holes = len(mark.rings) - 1 if isinstance(mark, Path) else 0
            assert holes == (1 if row.estimated else 0)


def test_weekdays_are_rows_and_weeks_are_columns_for_both_week_starts() -> None:
    starts: tuple[tuple[WeekStart, int], ...] = (("monday", 2), ("sunday", 3))
    for start, line in starts:
        scene = lay_out(heatmap(steady(14), range="all", week_start=start))
        label = next(text for text in texts(scene) if text.text == "Wed")
        last = titled(scene)[-1]
        assert isinstance(last, Rect)
        assert (last.y - 14) / 24 == line
        assert last.y < label.y < last.y + last.height


@given(st.integers(10, 22), st.floats(0.001, 1.0))
def test_a_cut_corner_and_a_hole_leave_a_rim_between_them(cell: int, share: float) -> None:
    mark = cell_mark(0, 0, cell, fill="c1", share=share, cut=True)
    assert isinstance(mark, Path)
    outer, hole = mark.rings
    limit = max(x - y for x, y in outer if (x, y) != (cell, 0))
    assert all(x - y <= limit - math.sqrt(2) + 1e-9 for x, y in hole)


@given(st.integers(10, 22), st.floats(0.001, 1.0))
def test_the_hole_lies_in_the_middle_and_grows_with_the_estimate(cell: int, share: float) -> None:
    def side(part: float) -> float:
        mark = cell_mark(0, 0, cell, fill="c1", share=part)
        assert isinstance(mark, Path)
        (x, y), _, (right, bottom), _ = mark.rings[1]
        assert (x, y) == (cell - right, cell - bottom)
        assert x == int(x)
        return right - x

    assert side(share) <= side(1.0) < cell
    assert side(0.1) < side(0.2) < side(0.9)


def test_a_cell_of_11_px_has_holes_of_3_5_and_7() -> None:
    def side(share: float) -> float:
        mark = cell_mark(0, 0, 11, fill="c1", share=share)
        assert isinstance(mark, Path)
        return mark.rings[1][1][0] - mark.rings[1][0][0]

    assert [side(s) for s in (0.01, 0.149, 0.15, 0.399, 0.40, 1.0)] == [3, 3, 5, 5, 7, 7]


def test_the_legend_names_only_states_that_occur() -> None:
    keys = {"zero", "no data", "estimated", "over 2M target", "so far"}
    plain = heatmap(steady(20), range="all", target=2_000_000)
    assert not keys & set(said(lay_out(plain)))
    mixed = ledger({0: exact(3_000_000), 1: exact(0), 3: estimated(7), 9: exact(1)})
    scene = lay_out(heatmap(mixed, range="all", target=2_000_000, today=LAST))
    assert keys <= set(said(scene))


def test_the_legend_prints_each_edge_between_its_two_colours() -> None:
    rows = ledger({back: exact(10**back) for back in range(3, 10)})
    scene = lay_out(heatmap(rows, range="all"))
    bars = [s for s in scene.shapes if isinstance(s, Rect) and s.height == 9]
    assert [bar.fill for bar in bars] == [f"c{i}" for i in range(1, 7)]
    printed = {text.text: text.x for text in texts(scene)}
    for label, left in zip(["100k", "1M", "10M", "100M", "1B"], bars[1:], strict=True):
        assert printed[label] == left.x
    assert scene.classes == 6


def test_the_first_of_a_month_is_below_its_name_and_january_has_its_year() -> None:
    scene = lay_out(heatmap(steady(365), range="all"))
    names = {text.text: text.x for text in texts(scene) if text.y == 10}
    assert list(names) == [
        "Feb",
        "Mar",
        *["Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
        "Jan 2026",
    ]
    first_of_june = next(m for m in titled(scene) if m.title.startswith("Sun 1 Jun 2025"))
    assert names["Jun"] == box(first_of_june)[0]


def test_today_has_a_dashed_outline_and_only_today() -> None:
    scene = lay_out(heatmap(steady(30), range="all", today=LAST))
    outlines = [s for s in scene.shapes if isinstance(s, Rect) and s.dash and s.width == 24]
    assert len(outlines) == 1
    last = titled(scene)[-1]
    assert isinstance(last, Rect)
    assert (outlines[0].x, outlines[0].y) == (last.x - 1, last.y - 1)


# ---- the trend ---------------------------------------------------------------------------------


def joined(scene: Scene) -> set[tuple[float, float]]:
    """Points that lines of the accent colour reach."""
    found: set[tuple[float, float]] = set()
    for shape in scene.shapes:
        if isinstance(shape, Polyline):
            found |= set(shape.points)
    return found


def weekly(amounts: list[Amount | None], *, partial: tuple[int, ...] = ()) -> Trend:
    """A trend with these weeks, the peak found by hand: the largest whole one."""
    first = date(2026, 2, 9) - timedelta(weeks=len(amounts) - 1)
    weeks = tuple(
        Week(
            first=first + timedelta(weeks=i),
            amount=amount,
            observed=0 if amount is None else 3 if i in partial else 7,
            complete=amount is not None and i not in partial,
            current=i in partial and i == len(amounts) - 1,
        )
        for i, amount in enumerate(amounts)
    )
    whole = [w for w in weeks if w.complete and w.amount and w.amount.total]
    peak = max(whole, key=lambda w: w.amount.total if w.amount else 0, default=None)
    return Trend(
        range=steady(1).range("all"),
        weeks=weeks,
        amount=sum((a for a in amounts if a), Amount()),
        peak=peak,
    )


def dots(scene: Scene) -> list[Circle]:
    return [s for s in scene.shapes if isinstance(s, Circle) and s.y < 206]


@BOTH
def test_a_part_of_a_week_is_an_open_circle_that_no_line_reaches(narrow: bool) -> None:
    scene = lay_out(weekly([Amount(n) for n in (10, 20, 15, 5, 9)], partial=(0, 4)), narrow=narrow)
    (line,) = [s for s in scene.shapes if isinstance(s, Polyline)]
    assert len(line.points) == 3
    open_ones = [d for d in dots(scene) if d.fill == "none"]
    assert [d.r for d in open_ones] == [3.5, 3.5]
    assert not {(d.x, d.y) for d in open_ones} & joined(scene)


def test_a_missing_week_is_a_gap() -> None:
    scene = lay_out(weekly([Amount(5), Amount(6), None, Amount(7), Amount(8)]))
    lines = [s.points for s in scene.shapes if isinstance(s, Polyline)]
    assert [len(points) for points in lines] == [2, 2]
    assert lines[0][-1][0] < lines[1][0][0]
    assert len(dots(scene)) == 4


def test_a_week_of_zero_lies_on_a_line_of_its_own_and_is_not_joined() -> None:
    scene = lay_out(weekly([Amount(5), Amount(6), Amount(0), Amount(7), Amount(8)]))
    zero = next(text for text in texts(scene) if text.text == "0")
    (dot,) = [d for d in dots(scene) if d.fill == "none"]
    assert abs(dot.y - zero.y) < 5
    assert dot.y > max(y for _, y in joined(scene)) + 16
    assert [len(s.points) for s in scene.shapes if isinstance(s, Polyline)] == [2, 2]


def test_weeks_of_nothing_but_zero_need_no_log_axis() -> None:
    scene = lay_out(weekly([Amount(0), Amount(0)]))
    assert "0" in said(scene)
    assert len({d.y for d in dots(scene)}) == 1


def test_equal_ratios_are_equal_heights() -> None:
    scene = lay_out(weekly([Amount(10**n) for n in (3, 4, 5, 6)]))
    ys = [d.y for d in dots(scene)]
    steps = [a - b for a, b in itertools.pairwise(ys)]
    assert max(steps) - min(steps) < 1e-6
    assert steps[0] > 0
    assert [t for t in said(scene) if t[0] == "1" and t[-1] in "kM"][:4] == [
        "1k",
        "10k",
        "100k",
        "1M",
    ]


def test_a_week_of_mostly_estimates_is_hollow_and_its_lines_are_dashed() -> None:
    half = Amount(50, 50)
    scene = lay_out(weekly([Amount(100), Amount(110), half, Amount(120), Amount(130)]))
    dashed = [s for s in scene.shapes if isinstance(s, Line) and s.dash and s.stroke == "accent"]
    assert len(dashed) == 2
    assert [len(s.points) for s in scene.shapes if isinstance(s, Polyline)] == [2, 2]
    (hollow,) = [d for d in dots(scene) if d.fill == "none"]
    # A hollow dot does not hide the line, so the line ends before it.
    for line in dashed:
        ends = [(line.x1, line.y1), (line.x2, line.y2)]
        assert min(math.dist(end, (hollow.x, hollow.y)) for end in ends) > hollow.r
    assert "mostly estimated" in said(scene)


def test_the_peak_is_named_in_ink_with_its_week_and_its_bound() -> None:
    view = weekly([Amount(10), Amount(1_930_000_000, 0, True), Amount(20)])
    (label,) = [text for text in texts(lay_out(view)) if text.bold]
    assert label.text == "peak ≥ 1.93B · week of 2 Feb"
    assert label.fill == "ink"


@BOTH
def test_the_name_of_an_early_peak_stays_clear_of_the_numbers_of_the_axis(narrow: bool) -> None:
    scene = lay_out(weekly([Amount(10**9), Amount(10**6), Amount(2 * 10**6)]), narrow=narrow)
    (label,) = [text for text in texts(scene) if text.bold]
    numbers = [box(text)[2] for text in texts(scene) if text.anchor == "end"]
    assert box(label)[0] > max(numbers)


def test_the_week_that_goes_on_is_named_beside_it_or_in_the_note_of_a_phone() -> None:
    view = weekly([Amount(10), Amount(20), Amount(1_490_000_000)], partial=(2,))
    assert {"1.49B so far", "3 of 7 days"} <= set(said(lay_out(view)))
    assert "week of 9 Feb: 1.49B so far, 3 of 7 days" in said(lay_out(view, narrow=True))


@given(
    st.lists(st.one_of(st.none(), st.integers(0, 10**12)), min_size=1, max_size=60),
    st.sets(st.integers(0, 59)),
    st.booleans(),
)
@settings(deadline=None, max_examples=60)
def test_no_label_of_the_trend_lies_on_a_dot(
    values: list[int | None], partial: set[int], narrow: bool
) -> None:
    amounts = [None if v is None else Amount(v) for v in values]
    view = weekly(amounts, partial=tuple(i for i in partial if i < len(amounts)))
    scene = lay_out(view, narrow=narrow)
    bold = [text for text in texts(scene) if text.bold]
    if not bold:
        return
    left, _, right, bottom = box(bold[0])
    for dot in dots(scene):
        if bold[0].y > 12 + narrow:  # in the plot, not above all of it
            assert not (left < dot.x < right and bold[0].y - 8 < dot.y < bottom)


def whiskers(scene: Scene) -> dict[float, tuple[float, float]]:
    """x to top and bottom of what is drawn above and below each dot."""
    found: dict[float, tuple[float, float]] = {}
    for line in scene.shapes:
        if isinstance(line, Line) and line.x1 == line.x2 > 46 and line.y1 < line.y2 <= 188:
            top, bottom = found.get(line.x1, (line.y1, line.y2))
            found[line.x1] = (min(top, line.y1), max(bottom, line.y2))
    return found


def guess(value: int, low: int | None, high: int | None, *, exact: int = 0) -> Amount:
    return Amount(exact, value, False, low, high)


def test_a_whisker_reaches_from_the_fewest_to_the_most_tokens_of_its_week() -> None:
    scene = lay_out(weekly([Amount(10_000), guess(2_000, 0, 90_000, exact=10_000), Amount(1_000)]))
    heights = {text.text: text.y - 3.6 for text in texts(scene) if text.anchor == "end"}
    ((x, (top, bottom)),) = whiskers(scene).items()
    assert x == dots(scene)[1].x
    assert top == pytest.approx(heights["100k"], abs=0.1)  # 10k + 90k
    assert bottom == pytest.approx(heights["10k"], abs=0.1)  # 10k + 0
    assert {s.stroke for s in scene.shapes if isinstance(s, Line) and s.x1 == s.x2 == x} == {
        "muted",
        "faint",  # the tick of the time axis
    }
    assert "plausible range" in said(scene)


@pytest.mark.parametrize(
    "amount",
    [
        Amount(10_000),
        guess(2_000, None, None),
        guess(2_000, 2_000, 2_000),
        guess(2_000, 1_990, 2_010),  # its dot is larger
        guess(0, 0, 7),  # a log axis has no zero to begin at
    ],
)
def test_without_a_range_that_shows_there_is_no_whisker_and_no_key(amount: Amount) -> None:
    scene = lay_out(weekly([Amount(10_000), amount, Amount(1_000)]))
    assert whiskers(scene) == {}
    assert not any("plausible" in text for text in said(scene))


@BOTH
@pytest.mark.parametrize(("low", "high"), [(0, 5_000), (1, 5_000), (4_000, 10**9), (0, 10**12)])
def test_a_range_adds_a_decade_to_the_axis_at_most_and_is_cut_there(
    narrow: bool, low: int, high: int
) -> None:
    scene = lay_out(weekly([Amount(5_000), guess(5_000, low, high)]), narrow=narrow)
    ((_, (top, bottom)),) = whiskers(scene).items()
    base = 22 + (156 if narrow else 166)
    if high > 50_000:
        assert top == 22
    if low < 500:
        assert bottom == base
    assert 22 <= top < bottom <= base
    assert "plausible range, cut at the edge" in said(scene)
    numbers = {text.text for text in texts(scene) if text.anchor == "end"}
    assert numbers & {"1k", "10k"}
    assert not numbers & {"100k", "100"}


def test_the_name_of_the_peak_stands_on_its_whisker() -> None:
    weeks = [guess(100, 100, 900), *[Amount(100)] * 6, guess(500, 500, 800), *[Amount(100)] * 6]
    scene = lay_out(weekly(weeks))
    (label,) = [text for text in texts(scene) if text.bold]
    tops = sorted(top for top, _ in whiskers(scene).values())
    assert tops[0] < label.y < tops[1]  # the whisker of the first week is far to the left
    assert tops[1] - label.y == pytest.approx(4)


def test_a_hollow_dot_is_not_crossed_by_its_own_whisker() -> None:
    scene = lay_out(weekly([Amount(1_000), guess(1_000, 100, 9_000), Amount(1_000)]))
    (dot,) = [d for d in dots(scene) if d.fill == "none"]
    own = [s for s in scene.shapes if isinstance(s, Line) and s.x1 == s.x2 == dot.x and s.y2 < 189]
    assert len(own) == 2
    for line in own:
        assert min(abs(line.y1 - dot.y), abs(line.y2 - dot.y)) > dot.r + dot.stroke_width / 2


@given(
    st.lists(
        st.tuples(st.integers(0, 10**9), st.integers(1, 10**9), st.integers(1, 300)),
        min_size=1,
        max_size=150,
    ),
    st.booleans(),
)
@settings(deadline=None, max_examples=60)
def test_no_whisker_leaves_the_plot_or_runs_through_a_label(
    weeks: list[tuple[int, int, int]], narrow: bool
) -> None:
    amounts = [guess(value, value // by, value * by, exact=exact) for exact, value, by in weeks]
    scene = lay_out(weekly(amounts), narrow=narrow)
    labels = [box(text) for text in texts(scene) if text.anchor != "end"]
    for x, (top, bottom) in whiskers(scene).items():
        assert 22 <= top < bottom <= 188
        for left, above, right, below in labels:
            assert not (left < x < right and above < bottom and top < below)


def test_a_flat_line_is_not_stretched_into_a_slope() -> None:
    ys = [d.y for d in dots(lay_out(weekly([Amount(1000), Amount(1020)])))]
    assert abs(ys[0] - ys[1]) < 4


# ---- drivers, equivalents, table ---------------------------------------------------------------


def bars_of(*pieces: tuple[str, Amount]) -> Drivers:
    total = sum((amount for _, amount in pieces), Amount())
    return Drivers(
        range=steady(1).range("all"),
        bars=tuple(
            Bar(
                name=name,
                amount=amount,
                share=amount.total / total.total,
                days=9,
                evidence="note " * 40,
            )
            for name, amount in pieces
        ),
        windows=(),
        amount=total,
    )


@BOTH
def test_bars_are_as_long_as_their_shares_and_hollow_for_their_estimates(narrow: bool) -> None:
    view = bars_of(("shipping", Amount(600)), ("review", Amount(150, 150)), (NO_LABEL, Amount(100)))
    scene = lay_out(view, narrow=narrow)
    solid = [s for s in scene.shapes if isinstance(s, Rect) and s.fill != "none"]
    (hollow,) = [s for s in scene.shapes if isinstance(s, Rect) and s.fill == "none"]
    assert [s.fill for s in solid] == ["accent", "accent", "faint"]
    unit = solid[0].width / 600
    assert [round(s.width / unit) for s in solid] == [600, 150, 100]
    left, _, right, _ = box(hollow)
    assert left == pytest.approx(solid[1].x + solid[1].width)
    assert (right - left) / unit == pytest.approx(150)
    assert len({s.x for s in solid}) == 1


@BOTH
def test_a_bar_says_share_tokens_and_what_is_estimated_even_where_its_note_is_cut(
    narrow: bool,
) -> None:
    scene = lay_out(bars_of(("review", Amount(4_000_000, 1_000_000, True))), narrow=narrow)
    assert "100% · ≥ 5.00M" in said(scene)
    (note,) = [text for text in said(scene) if text.startswith("note")]
    assert note.endswith("… · 20% estimated")


def test_the_table_has_every_source_in_a_column_or_says_what_is_exact_and_estimated() -> None:
    rows = ledger({0: exact(325_165_695), 1: estimated(206_353_581), 2: exact(0)})
    wide = said(lay_out(table(rows, range="all")))
    assert {"Codex", "325,165,695", "~206,353,581", "calls", "0"} <= set(wide)
    narrow = said(lay_out(table(rows, range="all"), narrow=True))
    assert {"Exact", "Estimated", "325M", "0"} <= set(narrow)


@BOTH
def test_a_number_of_the_table_has_its_range_as_its_title(narrow: bool) -> None:
    days = {0: estimated(30_000, 20_000, 60_000), 2: exact(1_000)}
    shown = texts(lay_out(table(ledger(days), range="all"), narrow=narrow))
    titles = {text.text: text.title for text in shown}
    guessed, measured = ("~30.0k", "1.00k") if narrow else ("~30,000", "1,000")
    assert titles[guessed] == "20,000 to 60,000"
    assert titles[measured] == ""
    assert "21,000 to 61,000" in titles.values()  # the sum at the foot
    assert "estimates of 3 days: about 30.0k (20.0k to 60.0k)" in " · ".join(titles)


@BOTH
def test_the_calendar_tells_the_range_that_its_colours_cannot_show(narrow: bool) -> None:
    for day, told in ((estimated(30, 20, 60), True), (estimated(30), False)):
        view = heatmap(ledger({0: day, 1: exact(5)}), range="all")
        shown = " ".join(said(lay_out(view, narrow=narrow)))
        assert ("about 30 estimated (20 to 60)" in shown) is told
        assert ("about" in shown) is told


@BOTH
def test_every_picture_says_when_estimates_count_messages_again(narrow: bool) -> None:
    day = estimated(3_000_000, 2_000_000, 60_000_000)
    estimates: tuple[tuple[Estimate, bool], ...] = (("visible", False), ("processed", True))
    for estimate, again in estimates:
        rows = [DailyRow(date=LAST, sources={"chatgpt": day}, driver="a", estimate=estimate)]
        for view in views(Ledger(rows)):
            shown = " ".join(said(lay_out(view, narrow=narrow)))
            assert ("estimates count what every turn sent again" in shown) is again
            # Text that counts once is not text that was read again.
            assert ("context read again" in shown) is (again and "copies of" in shown)


def test_a_missing_day_of_the_table_is_a_dash_and_an_observed_one_without_use_a_zero() -> None:
    scene = lay_out(table(ledger({0: exact(0), 2: exact(7)}), range="all"))
    lines: dict[float, list[str]] = {}
    for text in texts(scene):
        lines.setdefault(text.y, []).append(text.text)
    cells = {found[0]: found[1] for found in lines.values() if len(found) > 1}
    assert cells["Wed 11 Feb"] == "0"
    assert cells["Tue 10 Feb"] == "–"
    assert cells["Mon 9 Feb"] == "7"


@BOTH
def test_the_table_marks_each_day_over_the_target_in_both_layouts(narrow: bool) -> None:
    rows = ledger({0: exact(9), 1: exact(5), 2: exact(8)})
    shown = said(lay_out(table(rows, range="all", target=7), narrow=narrow))
    assert sum("▲" in text and "target" not in text for text in shown) == 2
    assert "▲ over the 7 target" in " · ".join(shown)


@BOTH
def test_a_figure_that_stands_alone_says_that_part_of_it_is_estimated(narrow: bool) -> None:
    rows = [DailyRow(date=LAST, sources={"codex": exact(900_000), "chatgpt": estimated(100_000)})]
    for view in (heatmap(Ledger(rows), range="all"), drivers(Ledger(rows), range="all")):
        assert "~1.00M" in " ".join(said(lay_out(view, narrow=narrow)))


def test_a_table_with_a_dozen_sources_still_fits() -> None:
    sources = {f"tool{n:02}": exact(10**11 + n) for n in range(12)}
    scene = lay_out(table(Ledger([DailyRow(date=LAST, sources=sources)]), range="all"))
    assert scene.width <= 720
    assert "Exact" in said(scene)


def test_an_equivalent_shows_its_arithmetic_in_full() -> None:
    view = equivalents(steady(400, 30_000_000), range="all")
    assert view.lines
    for narrow in (False, True):
        shown = " ".join(said(lay_out(view, narrow=narrow)))
        for line in view.lines:
            assert labels.arithmetic(line) in shown
            assert "; ".join(labels.sources(line)) in shown


def test_a_heatmap_value_made_by_hand_is_drawn_as_well() -> None:
    view = heatmap(steady(3), range="all")
    assert isinstance(view, Heatmap)
    assert lay_out(view) == lay_out(view)
