"""Charts of burnlib as Vega-Lite, made from what they mean, not from how burnlib lays them out.

The amounts lie in the specification as they were counted, so it can be restyled and asked other
questions. All words are burnlib's own, in the language of the chart.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import TypeAlias

from burnlib import sentences, words
from burnlib.errors import InvalidInput
from burnlib.languages import word
from burnlib.render import labels
from burnlib.render.base import Drawing
from burnlib.render.theme import THEMES, Theme
from burnlib.scale import LogScale, log_ticks
from burnlib.views.base import Drivers, Heatmap, Trend, WeekStart
from burnlib.views.parts import Amount

__all__ = ["Vega"]

Spec: TypeAlias = dict[str, object]


class Vega:
    """Renderer ``vega``: heatmaps, trends and drivers; *theme* is "light" or "dark"."""

    name = "vega"
    suffixes = (".vl",)
    media_type = "application/vnd.vegalite.v6+json"
    api_version = 1

    def render(self, drawing: Drawing, *, theme: object = "light", **options: object) -> str:
        """Return the view as JSON; InvalidInput for other views and for what is no option."""
        if options:
            raise InvalidInput(f"Vega-Lite has no option {min(options)!r}", hint="give theme only")
        if not isinstance(theme, str) or theme not in THEMES:
            raise InvalidInput(f"no theme {theme!r}", hint=f"use {' or '.join(THEMES)}")
        view, look = drawing.view, THEMES[theme]
        if isinstance(view, Heatmap):
            drawn = _heatmap(view, look)
        elif isinstance(view, Trend):
            drawn = _trend(view, look)
        elif isinstance(view, Drivers):
            drawn = _drivers(view, look)
        else:
            kind = type(view).__name__.lower()
            raise InvalidInput(f"no {kind} as Vega-Lite", hint="use heatmap, trend or drivers")
        said = sentences.sentence(view)
        if view.made_up:
            said = f"{word('made_up').upper()}. {said}"
        below = [said, "; ".join(_figures(view))] if isinstance(view, Drivers) else [said]
        subtitle = [line for text in below for line in textwrap.wrap(text, 90)]
        head: Spec = {
            "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
            "description": said,
            "title": {"text": sentences.name(view), "subtitle": subtitle},
            "config": _config(look),
        }
        return json.dumps(head | drawn, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _heatmap(view: Heatmap, look: Theme) -> Spec:
    """Draw weeks as columns of days; a missing day is a stroke where others have a cell."""
    classes = sentences.class_names(view.scale)
    rows: list[Spec] = []
    for day in view.days:
        row: Spec = {
            "date": day.date.isoformat(),
            "week": _week(day.date, view.week_start),
            "weekday": words.weekday(day.date.weekday()),
            **_told(day.amount),
            "said": sentences.day_title(day, target=view.target),
        }
        if day.amount is not None:
            total = day.amount.total
            row["class"] = classes[view.scale.class_of(total)] if total else word("zero")
        rows.append(row)
    order = (*range(7),) if view.week_start == "monday" else (6, *range(6))
    colours = (look.zero, *look.ramps[len(classes)])
    fill = _nominal("class", dict(zip((word("zero"), *classes), colours, strict=True)))
    if view.scale.continuous:
        fill = _continuous(view.scale, look)
    cell: Spec = {"type": "rect", "width": 12, "height": 12}
    return {
        "data": {"values": rows},
        "width": {"step": 14},
        "height": {"step": 14},
        "encoding": {
            "x": _weeks(rows),
            "y": {
                "field": "weekday",
                "type": "ordinal",
                "scale": {"domain": [words.weekday(day) for day in order]},
                "title": None,
            },
            "tooltip": {"field": "said"},
        },
        "layer": [
            _layer("datum.tokens == 0", cell | {"color": look.zero}),
            _layer("datum.tokens > 0", cell, fill=fill),
            # What is not simply measured is marked inside its cell, in shapes and not in colours.
            _layer(
                f"datum.trust != {json.dumps(word('exact_name'))}",
                {"type": "point", "size": 22, "strokeWidth": 0.8, "opacity": 1},
                shape=_shapes(rows, without=word("exact_name")),
                fill={"value": look.page},
                stroke={"value": look.ink},
            ),
        ],
    }


def _trend(view: Trend, look: Theme) -> Spec:
    """Draw weeks on a log axis. That has no zero: such a week is a word at its foot."""
    rows: list[Spec] = []
    run = 0
    for week in view.weeks:
        # Only whole weeks that follow each other are joined: another would read as a fall.
        joined = bool(week.complete and week.amount and week.amount.total)
        run += not joined
        rows.append(
            {
                "week": week.first.isoformat(),
                "days": week.observed,
                "part": "" if week.complete else word("key_partial"),
                "run": run if joined else None,
                **_told(week.amount),
                "said": sentences.week_title(week),
            }
        )
    shown = [week.amount for week in view.weeks if week.amount and week.amount.total]
    lowest = min((a.total for a in shown), default=1)
    highest = max((a.exact + max(a.estimated, a.high or 0) for a in shown), default=10)
    domain = [lowest / 2, highest * 2]
    axis = _labels({tick: words.tick(tick) for tick in log_ticks(*domain)})
    scale: Spec = {"type": "log", "domain": domain, "clamp": True, "nice": False}
    y: Spec = {"type": "quantitative", "scale": scale, "title": None, "axis": axis}
    point: Spec = {"type": "point", "size": 45, "stroke": look.accent, "opacity": 1}
    trust: dict[str, Spec] = {
        "y": y | {"field": "tokens"},
        "shape": _shapes(rows, without=word("missing_name")),
    }
    part = _nominal("part", {word("key_partial"): look.page})
    return {
        "data": {"values": rows},
        "width": 600,
        "height": 200,
        "encoding": {"x": _weeks(rows), "tooltip": {"field": "said"}},
        "layer": [
            _layer(
                "isValid(datum.run)",
                {"type": "line", "color": look.accent, "strokeWidth": 1.5},
                y=y | {"field": "tokens"},
                detail={"field": "run"},
            ),
            _layer(
                "datum.tokens > 0 && isValid(datum.low)",
                {"type": "rule", "color": look.accent},
                y=y | {"field": "low"},
                y2={"field": "high"},
            ),
            _layer("datum.tokens > 0 && !datum.part", point, **trust, fill={"value": look.accent}),
            _layer("datum.tokens > 0 && datum.part", point, **trust, fill=part),
            _layer(
                "!(datum.tokens > 0)",
                {"type": "text", "angle": 270, "align": "left", "color": look.muted},
                y={"value": 196},
                text={"condition": {"test": "datum.tokens == 0", "value": word("zero")}}
                | {"value": word("no_data")},
            ),
        ],
    }


def _drivers(view: Drivers, look: Theme) -> Spec:
    """Draw a bar a family, its estimated part hollow, with its numbers behind it."""
    rows: list[Spec] = [
        {
            "family": sentences.family(bar),
            "place": place,
            "share": bar.share,
            **_told(bar.amount),
            "label": sentences.bar_label(bar),
            "said": sentences.bar_title(bar),
        }
        for place, bar in enumerate(view.bars)
    ]
    names = {place: sentences.family(bar) for place, bar in enumerate(view.bars)}
    x: Spec = {"type": "quantitative", "title": None, "axis": None}
    bar: Spec = {"type": "bar", "stroke": look.accent, "height": 14}
    return {
        "data": {"values": rows},
        "width": 400,
        "height": {"step": 22},
        "encoding": {
            # By place, not by name: two families may read the same.
            "y": {"field": "place", "type": "ordinal", "title": None, "axis": _labels(names)},
            "tooltip": {"field": "said"},
        },
        "layer": [
            {"mark": bar | {"color": look.page}, "encoding": {"x": x | {"field": "tokens"}}},
            {"mark": bar | {"color": look.accent}, "encoding": {"x": x | {"field": "measured"}}},
            {
                "mark": {"type": "text", "align": "left", "dx": 6, "color": look.ink},
                "encoding": {"x": x | {"field": "tokens"}, "text": {"field": "label"}},
            },
        ],
    }


def _figures(view: Drivers) -> Iterator[str]:
    """Yield "last 7 days: 1.93B (5 of 7 days)": bars do not say which days were observed."""
    for window in view.windows:
        number, note = labels.window(window)
        yield f"{words.window_name(window.key)}: {number}" + (f" ({note})" if note else "")


def _told(amount: Amount | None) -> Spec:
    """Return an amount as fields, its parts apart; without one there are no numbers, not zeros."""
    if amount is None:
        return {"trust": word("missing_name")}
    found: Spec = {
        "trust": _trust(lower_bound=amount.lower_bound, estimate=amount.has_estimate),
        "tokens": amount.total,
        "measured": amount.exact,
        "estimated": amount.estimated,
        "lower_bound": amount.lower_bound,
    }
    if amount.has_estimate and amount.low is not None and amount.high is not None:
        found |= {"low": amount.exact + amount.low, "high": amount.exact + amount.high}
    return found


def _trust(*, lower_bound: bool, estimate: bool) -> str:
    said = [word("lower_name")] * lower_bound + [word("partly_estimated")] * estimate
    name = ", ".join(said) or word("exact_name")
    return name[:1].upper() + name[1:]


def _shapes(rows: Iterable[Spec], *, without: str) -> Spec:
    """Return the encoding of trust as shapes, with a legend of those that occur in *rows*."""
    shapes = {
        _trust(lower_bound=False, estimate=False): "circle",
        _trust(lower_bound=False, estimate=True): "square",
        _trust(lower_bound=True, estimate=False): "triangle-up",
        _trust(lower_bound=True, estimate=True): "diamond",
        word("missing_name"): "stroke",
    }
    occur = {row["trust"] for row in rows} - {without}
    return _nominal("trust", {said: shape for said, shape in shapes.items() if said in occur})


def _layer(where: str, mark: Spec, **encoding: Spec) -> Spec:
    return {"transform": [{"filter": where}], "mark": mark, "encoding": encoding}


def _nominal(field: str, values: Mapping[str, str]) -> Spec:
    """Return an encoding with a legend: the values of *field* to colours or shapes."""
    scale = {"domain": list(values), "range": list(values.values())}
    return {"field": field, "type": "nominal", "title": None, "scale": scale}


def _continuous(scale: LogScale, look: Theme) -> Spec:
    """Return the colours of a scale without classes, of which seven are enough to go between."""
    low, high = (scale.lo, scale.hi) if scale.lo < scale.hi else (scale.lo / 2 or 1, scale.hi * 2)
    ramp = look.ramps[7]
    domain = [low * (high / low) ** (step / 6) for step in range(7)]
    colours: Spec = {"type": "log", "domain": domain, "range": list(ramp), "clamp": True}
    legend = _labels({edge: words.tick(edge) for edge in scale.edges})
    return {
        "field": "tokens",
        "type": "quantitative",
        "title": None,
        "scale": colours,
        "legend": legend,
    }


def _labels(words_of: Mapping[int, str] | Mapping[str, str]) -> Spec:
    """Return an axis, or a legend, with these values and their words.

    A format of Vega-Lite would write 1G for 1B, and months in English whatever the language.
    """
    known = json.dumps({str(value): label for value, label in words_of.items()})
    return {"values": list(words_of), "labelExpr": f"({known})[datum.value]"}


def _weeks(rows: Iterable[Spec]) -> Spec:
    """Return the axis of weeks, on which the months are named that begin in one.

    Weeks are words to Vega-Lite, not instants: it would move days to the time zone of the reader.
    """
    weeks = sorted({str(row["week"]) for row in rows})
    ends = {week: date.fromisoformat(week) + timedelta(days=6) for week in weeks}
    months = {week: words.month(end) for week, end in ends.items() if end.day <= 7}
    return {
        "field": "week",
        "type": "ordinal",
        "scale": {"domain": weeks},
        "title": None,
        "axis": _labels(months) | {"labelAlign": "left", "labelOverlap": True},
    }


def _week(day: date, week_start: WeekStart) -> str:
    """Return the first day of the week that *day* is in."""
    past = day.weekday() if week_start == "monday" else (day.weekday() + 1) % 7
    return (day - timedelta(days=past)).isoformat()


def _config(look: Theme) -> Spec:
    quiet = {"domain": False, "ticks": False, "grid": False, "labelAngle": 0}
    return {
        "background": look.page,
        "view": {"stroke": None},
        "title": {"anchor": "start", "color": look.ink, "subtitleColor": look.muted},
        "axis": quiet | {"labelColor": look.muted},
        "axisQuantitative": {"grid": True, "gridColor": look.rule},
        "legend": {"labelColor": look.muted, "labelLimit": 0, "symbolStrokeWidth": 1},
    }
