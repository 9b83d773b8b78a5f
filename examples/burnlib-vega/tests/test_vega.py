"""What the specifications hold, judged by Altair and by Vega-Lite itself."""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import altair
import burnlib
import pytest
import vl_convert
from attrs import evolve
from burnlib.errors import InvalidInput
from burnlib.languages import speaking
from burnlib.model import DailyRow, Fidelity, SourceDay
from burnlib.render.theme import DARK, LIGHT

from burnlib_vega import Vega

SUNDAY = date(2026, 5, 24)


def measured(tokens: int) -> SourceDay:
    return SourceDay(tokens=tokens, fidelity=Fidelity.EXACT)


def at_least(tokens: int) -> SourceDay:
    return SourceDay(tokens=tokens, fidelity=Fidelity.LOWER_BOUND)


def estimated(tokens: int, low: int | None = None, high: int | None = None) -> SourceDay:
    return SourceDay(tokens=tokens, fidelity=Fidelity.ESTIMATED, low=low, high=high)


# The last week, from Monday: a zero, no row, then days of each kind.
ROWS = [
    DailyRow(date=date(2026, 5, 18), sources={"codex": measured(0)}),
    DailyRow(date=date(2026, 5, 20), sources={"codex": measured(2_000)}),
    DailyRow(date=date(2026, 5, 21), sources={"chatgpt": estimated(30_000, 20_000, 50_000)}),
    DailyRow(date=date(2026, 5, 22), sources={"codex": at_least(400_000)}),
    DailyRow(
        date=date(2026, 5, 23), sources={"codex": at_least(5_000_000), "aider": estimated(600_000)}
    ),
    DailyRow(date=SUNDAY, sources={"codex": measured(70_000_000)}, driver="atlas"),
]
VIEWS = {
    "heatmap": burnlib.heatmap(ROWS, range="7d"),
    "continuous": burnlib.heatmap(ROWS, range="7d", classes=None),
    "trend": burnlib.trend(ROWS, range="7d"),
    "drivers": burnlib.drivers(ROWS, range="7d"),
}


@cache
def drawn(text: str) -> str:
    """Return a specification as SVG, drawn by Vega-Lite itself."""
    svg: str = vl_convert.vegalite_to_svg(text)
    return svg


def spec(chart: burnlib.Chart, **options: object) -> dict[str, Any]:
    text = Vega().render(chart, **options)
    assert drawn(text).startswith("<svg")
    found: dict[str, Any] = json.loads(text)
    return found


def rows(chart: burnlib.Chart) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = spec(chart)["data"]["values"]
    return found


def texts(chart: burnlib.Chart) -> str:
    return drawn(Vega().render(chart))


# Meaning -------------------------------------------------------------------------------------


def test_a_missing_day_has_no_numbers_and_a_zero_has() -> None:
    zero, missing, *_ = rows(VIEWS["heatmap"])
    assert (zero["tokens"], zero["class"], zero["trust"]) == (0, "zero", "Exact")
    assert missing["trust"] == "No data"
    assert not {"tokens", "measured", "estimated", "class"} & missing.keys()


def test_measured_and_estimated_tokens_stay_apart() -> None:
    parts = [(row.get("measured"), row.get("estimated")) for row in rows(VIEWS["heatmap"])]
    assert parts == [
        (0, 0),
        (None, None),
        (2_000, 0),
        (0, 30_000),
        (400_000, 0),
        (5_000_000, 600_000),
        (70_000_000, 0),
    ]


def test_each_kind_of_trust_is_named_in_the_legend_and_in_the_data() -> None:
    kinds = [row["trust"] for row in rows(VIEWS["heatmap"])][2:6]
    assert kinds == [
        "Exact",
        "Partly or wholly estimated",
        "Lower bound",
        "Lower bound, partly or wholly estimated",
    ]
    picture = texts(VIEWS["heatmap"])
    assert all(f">{kind}<" in picture for kind in [*kinds[1:], "No data", "zero"])


def test_a_range_that_is_not_known_is_not_given() -> None:
    days = rows(VIEWS["heatmap"])
    assert (days[3]["low"], days[3]["high"]) == (20_000, 50_000)
    assert "low" not in days[5]


def test_classes_and_colours_are_those_of_the_view() -> None:
    chart = burnlib.heatmap(ROWS, range="7d", edges=[10_000, 1_000_000])
    days = [row.get("class") for row in rows(chart)]
    low, middle, high = "below 10k", "10k to 1M", "1M and more"
    assert days == ["zero", None, low, middle, middle, high, high]
    [legend] = [
        layer["encoding"]["fill"]["scale"]
        for layer in spec(chart)["layer"]
        if layer["encoding"].get("fill", {}).get("field") == "class"
    ]
    assert legend == {
        "domain": ["zero", low, middle, high],
        "range": [chart.scale.color(tokens) for tokens in (0, 2_000, 30_000, 5_000_000)],
    }


def test_a_day_is_on_its_own_date_wherever_the_reader_is() -> None:
    """Vega-Lite reads a date as UTC and shows it in the reader's zone, so none is given as one."""
    text = json.dumps([spec(chart) for chart in VIEWS.values()])
    assert "temporal" not in text
    assert "timeUnit" not in text
    first, *_ = rows(VIEWS["heatmap"])
    assert (first["date"], first["weekday"]) == ("2026-05-18", "Mon")


def test_a_week_begins_on_the_day_that_the_view_says() -> None:
    weeks = [row["week"] for row in rows(burnlib.heatmap(ROWS, range="7d", week_start="sunday"))]
    assert weeks == ["2026-05-17"] * 6 + ["2026-05-24"]


def test_only_whole_weeks_that_follow_each_other_are_joined() -> None:
    days = [SUNDAY - timedelta(days=n) for n in range(34, -1, -1)]
    data = [DailyRow(date=day, sources={"codex": measured(10)}) for day in days]
    del data[14:18]  # the third week is left with three days
    weeks = rows(burnlib.trend(data, range="all"))
    assert [row["run"] is None for row in weeks] == [False, False, True, False, False]
    assert weeks[0]["run"] == weeks[1]["run"] != weeks[3]["run"] == weeks[4]["run"]
    assert "part of a week, not joined" in texts(burnlib.trend(data, range="all"))


def test_weeks_of_nothing_and_weeks_without_data_are_told_in_words() -> None:
    data = [
        DailyRow(date=date(2026, 5, 4) + timedelta(days=n), sources={"codex": measured(0)})
        for n in range(7)
    ]
    data.append(DailyRow(date=SUNDAY, sources={"codex": measured(10)}))
    picture = texts(burnlib.trend(data, range="all"))
    assert picture.count(">zero<") == 1
    assert picture.count(">no data<") == 1


def test_two_families_that_read_the_same_are_two_bars() -> None:
    families = {"atlas\u200b": 50, "atlas\u200c": 40}
    row = DailyRow(date=SUNDAY, sources={"codex": measured(90)}, drivers=families)
    bars = rows(burnlib.drivers([row], range="7d"))
    assert [(bar["family"], bar["tokens"]) for bar in bars] == [
        ("atlas\ufffd", 50),
        ("atlas\ufffd", 40),
    ]
    assert texts(burnlib.drivers([row], range="7d")).count(">atlas\ufffd<") == 2


def test_how_many_days_were_observed_stands_above_the_drivers() -> None:
    subtitle = " ".join(spec(VIEWS["drivers"])["title"]["subtitle"])
    assert "last 7 days: ≥ ~76.0M (6 of 7 days" in subtitle


@pytest.mark.parametrize("name", VIEWS)
def test_the_picture_in_words_is_the_description(name: str) -> None:
    assert spec(VIEWS[name])["description"] == VIEWS[name].alt


@pytest.mark.parametrize("name", VIEWS)
def test_made_up_data_says_so(name: str) -> None:
    made_up = [evolve(row, extra={"made_up": True}) for row in ROWS]
    chart = getattr(burnlib, name.replace("continuous", "heatmap"))(made_up, range="7d")
    assert spec(chart)["description"].startswith("MADE-UP DEMONSTRATION DATA. ")
    assert "MADE-UP DEMONSTRATION DATA" in texts(chart)


def test_it_speaks_the_language_of_the_chart() -> None:
    chart = burnlib.heatmap(ROWS, range="7d", language="de")
    with speaking("de"):  # as Chart.save does
        german = Vega().render(chart)
    assert "Teils oder ganz geschätzt" in german
    assert "No data" not in german


# Edges ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["heatmap", "trend", "drivers"])
@pytest.mark.parametrize(
    "data",
    [
        [],
        [DailyRow(date=SUNDAY, sources={"codex": measured(0)})],
        [DailyRow(date=SUNDAY, sources={"codex": measured(1)})],
        [DailyRow(date=SUNDAY, sources={"chatgpt": estimated(0, 0, 9)})],
        [DailyRow(date=SUNDAY, sources={"codex": measured(2**53 - 1)})],
    ],
    ids=["nothing", "zero", "one", "estimated at nothing", "most"],
)
def test_what_is_hardly_there_is_drawn(kind: str, data: list[DailyRow]) -> None:
    spec(getattr(burnlib, kind)(data))
    if kind == "heatmap":
        spec(burnlib.heatmap(data, classes=None))


def test_names_that_others_wrote_stay_text() -> None:
    name = '</script>"}); alert(1) //\u202e'
    row = DailyRow(date=SUNDAY, sources={"codex": measured(5)}, drivers={name: 5})
    [bar] = rows(burnlib.drivers([row], range="7d"))
    assert bar["family"] == '</script>"}); alert(1) //\ufffd'


@pytest.mark.parametrize(
    "chart",
    [
        burnlib.table(ROWS),
        burnlib.equivalents(ROWS),
        burnlib.sparkline(ROWS),
        burnlib.page(ROWS),
        burnlib.heatmap(ROWS, by="source"),
    ],
)
def test_a_view_that_is_not_drawn_is_refused_with_those_that_are(chart: burnlib.Chart) -> None:
    with pytest.raises(InvalidInput, match="use heatmap, trend or drivers"):
        Vega().render(chart)


@pytest.mark.parametrize(
    ("options", "said"),
    [({"thme": "dark"}, "thme.*give theme only"), ({"theme": "css"}, "css.*use light or dark")],
)
def test_an_option_that_is_none_is_refused(options: dict[str, object], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        Vega().render(VIEWS["heatmap"], **options)


# Form ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", VIEWS)
def test_it_keeps_the_schema(name: str) -> None:
    altair.Chart.from_json(Vega().render(VIEWS[name]), validate=True)


@pytest.mark.parametrize("name", VIEWS)
def test_equal_views_give_equal_text_and_themes_differ(name: str) -> None:
    light = Vega().render(VIEWS[name])
    assert light == Vega().render(VIEWS[name], theme="light")
    assert spec(VIEWS[name])["config"]["background"] == LIGHT.page
    assert spec(VIEWS[name], theme="dark")["config"]["background"] == DARK.page


@pytest.mark.parametrize("name", VIEWS)
def test_the_vega_lite_before_draws_it_as_well(name: str) -> None:
    older = Vega().render(VIEWS[name]).replace("vega-lite/v6", "vega-lite/v5")
    assert vl_convert.vegalite_to_svg(older, vl_version="5.20").startswith("<svg")


def test_it_is_installed_and_a_suffix_picks_it(tmp_path: Path) -> None:
    path = VIEWS["heatmap"].save(tmp_path / "burn.vl", theme="dark")
    assert json.loads(path.read_text(encoding="utf-8"))["config"]["background"] == DARK.page
