"""The laws of renderers. Each is a function whose docstring is the law; it raises Broken."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from attrs import frozen
from hypothesis import HealthCheck, given, settings

from burnlib._foreign import described
from burnlib.chart import Chart
from burnlib.errors import BurnlibError, InvalidInput
from burnlib.ledger import Ledger
from burnlib.plugins import check_plugin, renderer_for_suffix
from burnlib.render.base import Renderer
from burnlib.testing.content import HOSTILE, check_content, is_known
from burnlib.testing.pictures import KINDS, ROWS, TWINS, all_charts, usual_rows
from burnlib.testing.strategies import ledgers
from burnlib.testing.trial import Broken, Vacuous, in_zone
from burnlib.testing.watch import Deeds, watched

__all__ = ["RENDERER_LAWS", "Studio"]

_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]*")
_SUFFIX = re.compile(r"\.[a-z0-9_-]+")


@frozen
class Studio:
    """A renderer that is put to the test.

    Attributes:
        make: Returns the renderer, a new instance each time.
        check: Raises where what the renderer gives is not well-formed; None where there is no such
            check.

    """

    make: Callable[[], Renderer]
    check: Callable[[bytes | str], None] | None = None

    def draw(self, chart: Chart, **options: object) -> bytes | str | None:
        """Return the checked picture of *chart*; None where the renderer does not draw its kind.

        Raises Broken where it refuses in another way than by InvalidInput.
        """
        renderer = self.make()
        try:
            content = chart.render(renderer, **options)
        except InvalidInput as error:
            if not error.message:
                raise Broken("it refuses without a word") from error
            return None
        except (BurnlibError, OSError) as error:
            raise Broken(f"{type(error).__name__}: {error}") from error
        check_content(content, renderer.media_type)
        if self.check:
            try:
                self.check(content)
            except Exception as error:
                shown = repr(content[:400])
                raise Broken(f"check() raised {described(error)}, of {shown}") from error
        return content


def keeps_the_protocol(studio: Studio) -> None:
    """A renderer has name, suffixes, media_type, api_version and render() as asked for."""
    renderer = studio.make()
    try:
        check_plugin(renderer, "renderers")
    except BurnlibError as error:
        raise Broken(str(error)) from error
    suffixes: object = getattr(renderer, "suffixes", None)
    if not isinstance(suffixes, tuple) or not all(isinstance(one, str) for one in suffixes):
        raise Broken(f"suffixes is {suffixes!r}, not a tuple of texts")
    for suffix in suffixes:
        if not _SUFFIX.fullmatch(suffix):
            raise Broken(f"{suffix!r} is no suffix: lower case, one dot, and that first")
        if _owner(suffix) not in ("", renderer.name):
            raise Broken(f"{suffix!r} belongs to the renderer {_owner(suffix)!r}")
    media_type: object = getattr(renderer, "media_type", None)
    if not isinstance(media_type, str) or not _MEDIA_TYPE.match(media_type):
        raise Broken(f"{media_type!r} is no media type")


def _owner(suffix: str) -> str:
    try:
        return renderer_for_suffix(suffix)
    except BurnlibError:
        return ""


def draws_some_kind_of_chart(studio: Studio) -> None:
    """A renderer draws at least one kind of chart, and refuses the others by InvalidInput."""
    drawn = 0
    for what, make in ROWS.items():
        for kind, chart in all_charts(make()):
            try:
                drawn += studio.draw(chart) is not None
            except Broken as broken:
                raise Broken(f"{kind} of {what}: {broken}") from None
    if not drawn:
        raise Broken(f"it draws none of {', '.join(KINDS)}")


def draws_any_rows(studio: Studio) -> None:
    """Whatever the rows are, there is a well-formed picture, or an InvalidInput."""

    # The same rows each time, and no files: what is reported is a law, not a test of Hypothesis.
    @settings(
        max_examples=10,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(ledgers())
    def draw(rows: Ledger) -> None:
        for kind, chart in all_charts(rows):
            try:
                studio.draw(chart)
            except Broken as broken:
                raise Broken(f"{kind} of {list(rows)}: {broken}") from None

    draw()


def draws_the_same_again(studio: Studio) -> None:
    """Equal charts give equal bytes, at any time and in any zone."""
    for kind, make in KINDS.items():
        first = studio.draw(make(usual_rows()))
        if first != studio.draw(make(usual_rows())):
            raise Broken(f"{kind}: the second time it is another")
        if hasattr(time, "tzset"):
            with in_zone("Pacific/Kiritimati"):
                if first != studio.draw(make(usual_rows())):
                    raise Broken(f"{kind}: on a machine in another zone it is another")


def leaves_the_chart_alone(studio: Studio) -> None:
    """A renderer changes nothing of the chart that it draws."""
    for kind, chart in all_charts(usual_rows()):
        before = repr(chart.view)
        studio.draw(chart)
        if repr(chart.view) != before:
            raise Broken(f"{kind}: the view is not as it was")


def refuses_unknown_options(studio: Studio) -> None:
    """An option that a renderer does not know is an InvalidInput, never left unheard."""
    for kind, chart in all_charts(usual_rows()):
        if studio.draw(chart) is not None and studio.draw(chart, no_such_option=7) is not None:
            raise Broken(f"{kind}: it draws with no_such_option=7")


def takes_names_as_text(studio: Studio) -> None:
    """Names and notes are text, whatever they look like in the format."""
    media_type = studio.make().media_type
    if not studio.check and not is_known(media_type):
        raise Vacuous(f"there is no check(), and {media_type} is not known: nothing was looked at")
    for number, name in enumerate(HOSTILE):
        rows = usual_rows(family=name, note=name)
        for kind in KINDS if not number else ("drivers", "table", "heatmap"):
            try:
                studio.draw(KINDS[kind](rows))
            except Broken as broken:
                raise Broken(f"{kind} with the name {name!r}: {broken}") from None


def shows_what_is_not_known(studio: Studio) -> None:
    """Missing is not zero, estimated not measured, at least not exactly, made up not real."""
    for difference, make in TWINS.items():
        one, other = make()
        for kind, chart in KINDS.items():
            left, right = chart(one), chart(other)
            if left.view == right.view or (picture := studio.draw(left)) is None:
                continue
            if picture == studio.draw(right):
                raise Broken(f"{kind}: {difference} look the same")


def stays_on_the_machine(studio: Studio) -> None:
    """A renderer opens no connection and starts no program."""
    deeds = _deeds(studio)
    if done := [*deeds.network, *deeds.programs]:
        raise Broken(done[0])


def changes_no_file(studio: Studio) -> None:
    """A renderer writes nothing; whoever asked for the picture does."""
    if changes := _deeds(studio).changes:
        raise Broken(changes[0])


def _deeds(studio: Studio) -> Deeds:
    for _, chart in all_charts(usual_rows()):
        studio.draw(chart)  # what its libraries do when they are loaded is theirs
    with watched() as deeds:
        for _, chart in all_charts(usual_rows()):
            studio.draw(chart)
    return deeds


RENDERER_LAWS = (
    keeps_the_protocol,
    draws_some_kind_of_chart,
    draws_any_rows,
    draws_the_same_again,
    leaves_the_chart_alone,
    refuses_unknown_options,
    takes_names_as_text,
    shows_what_is_not_known,
    stays_on_the_machine,
    changes_no_file,
)
"""The laws, the simple ones first."""
