"""From text to an estimate of tokens: which tokenizer stands in, at what ratio, how wide it may be.

The arithmetic, all of it in whole numbers: a text is counted with a public tokenizer, the count is
multiplied by a :class:`Ratio` for its kind, the products of a message are added, and the sum is
rounded once – down for the low end, to the nearest for the middle, up for the high end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property

from attrs import evolve, frozen

from burnlib.errors import InvalidInput

__all__ = [
    "SAME",
    "Amount",
    "Calibration",
    "Method",
    "Ratio",
    "amount_of",
    "pieces_of",
    "spanning",
]

_UNIT = 1000


@frozen
class Ratio:
    """Tokens of the real tokenizer for every 1,000 of the one that stands in for it.

    Attributes:
        low: The least that is plausible.
        mid: The value.
        high: The most that is plausible.

    """

    low: int
    mid: int
    high: int

    def __attrs_post_init__(self) -> None:
        if not 0 < self.low <= self.mid <= self.high:
            raise InvalidInput(f"{self} is not 0 < low <= mid <= high")

    def __str__(self) -> str:
        value = f"× {_decimal(self.mid)}"
        if self.low == self.high:
            return value
        return f"{value} ({_decimal(self.low)}–{_decimal(self.high)})"


def _decimal(thousandths: int) -> str:
    """Return "1.18" or "1.355": what a reader needs to count it again."""
    return f"{thousandths / _UNIT:.3f}".removesuffix("0")


SAME = Ratio(_UNIT, _UNIT, _UNIT)
"""The tokenizer is the model's own."""


@frozen(kw_only=True)
class Calibration:
    """A measured factor for a method: real tokens for each token that it estimates.

    Attributes:
        method: Name of the method.
        factor: The method's middle ratios are multiplied by this range, which takes the place of
            their own; None goes back to the published ratios.
        at: When it was measured; a later one replaces an earlier one.
        origin: From what it was measured, in a few words.

    """

    method: str
    factor: Ratio | None
    at: datetime
    origin: str


@frozen(kw_only=True)
class Method:
    """How text of one family of models is turned into tokens.

    Attributes:
        name: What calibrations refer to, such as "Claude to 4.6".
        encoding: The public tokenizer that counts: "o200k_base" or "cl100k_base".
        prose: Ratio for text that is mostly in an alphabet.
        code: Ratio for code.
        cjk: Ratio for text that is mostly Chinese, Japanese or Korean.
        window: The most tokens that one request of the model holds.
        assumed: Why it is not known that this is the right method; "" where it is.
        origin: Where the ratios come from, with a date.
        calibrated: When the ratios were measured on the user's own data; None for published ones.
        between: The methods one of which is right, where it is not known which.

    """

    name: str
    encoding: str
    prose: Ratio = SAME
    code: Ratio = SAME
    cjk: Ratio = SAME
    window: int
    assumed: str = ""
    origin: str = ""
    calibrated: datetime | None = None
    between: tuple[Method, ...] = ()

    def __str__(self) -> str:
        return self._text

    @property
    def is_exact(self) -> bool:
        """Whether the tokenizer is known to be the model's own."""
        return self.prose == self.code == self.cjk == SAME and not self.assumed

    @cached_property
    def is_uniform(self) -> bool:
        """Whether the kind of a text makes no difference."""
        return self.prose == self.code == self.cjk

    @cached_property
    def _text(self) -> str:
        if self.is_uniform:
            ratios = "" if self.prose == SAME else f" {self.prose}"
        else:
            ratios = f" {self.prose} prose, {self.code} code, {self.cjk} CJK"
        whose = "" if self.name == self.encoding else self.name
        notes = [part for part in (whose, self.origin, self.assumed) if part]
        return "; ".join([f"{self.encoding}{ratios}", *notes])

    def calibrate(self, calibrations: Mapping[str, Calibration]) -> Method:
        """Return this method with the ratios that were measured for it, by its name, if any.

        One that stands between others takes theirs in, and goes on reaching to those that nobody
        has measured.
        """
        own = calibrations.get(self.name)
        parts = tuple(part.calibrate(calibrations) for part in self.between)
        dates = [part.calibrated for part in parts if part.calibrated]
        if own and own.factor and all(own.at >= date for date in dates):
            return self._measured(own, own.factor)
        if own:
            dates.append(own.at)  # it was taken back, or is older than what its parts are now
        if not dates:
            return self
        if not parts:
            return evolve(self, calibrated=max(dates))
        return evolve(
            self,
            prose=spanning(part.prose for part in parts),
            code=spanning(part.code for part in parts),
            cjk=spanning(part.cjk for part in parts),
            origin="; ".join(f"{part.name}: {part.origin}" for part in parts),
            calibrated=max(dates),
            between=parts,
        )

    def _measured(self, calibration: Calibration, factor: Ratio) -> Method:
        """Return this method with its middle ratios times a measured factor."""
        return evolve(
            self,
            prose=_times(self.prose, factor),
            code=_times(self.code, factor),
            cjk=_times(self.cjk, factor),
            origin=f"{calibration.origin}, {calibration.at:%Y-%m-%d}",
            calibrated=calibration.at,
        )


def spanning(ratios: Iterable[Ratio]) -> Ratio:
    """Return the ratio from the least to the most of *ratios*, halfway between their middles."""
    found = list(ratios)
    mid = sum(ratio.mid for ratio in found) // len(found)
    return Ratio(min(ratio.low for ratio in found), mid, max(ratio.high for ratio in found))


def _times(ratio: Ratio, factor: Ratio) -> Ratio:
    parts = (factor.low, factor.mid, factor.high)
    return Ratio(*(max(1, (ratio.mid * part + _UNIT // 2) // _UNIT) for part in parts))


@frozen
class Amount:
    """An estimate: *low* <= *mid* <= *high* tokens."""

    low: int = 0
    mid: int = 0
    high: int = 0


def pieces_of(
    method: Method, texts: Iterable[str], code: Iterable[str] = ()
) -> Iterator[tuple[Ratio, str]]:
    """Yield the pieces to count of *texts* and *code*, the parts of one message, with their ratios.

    What stands between fences (three backticks) in a text is counted as code. What does not is
    counted as CJK where such characters make most of its tokens, else as prose.
    """
    if method.is_uniform:
        for piece in (*texts, *code):
            yield method.prose, piece
        return
    yield from ((method.code, piece) for piece in code)
    for text in texts:
        at = 0
        for block in _FENCED.finditer(text):
            yield _natural(method, text[at : block.start()])
            yield method.code, block[0]
            at = block.end()
        yield _natural(method, text[at:])


def amount_of(counted: Iterable[tuple[Ratio, int]]) -> Amount:
    """Return what the pieces of one message come to: ratios, and tokens as counted."""
    low = mid = high = 0
    for ratio, tokens in counted:
        low += tokens * ratio.low
        mid += tokens * ratio.mid
        high += tokens * ratio.high
    return Amount(low // _UNIT, (mid + _UNIT // 2) // _UNIT, -(-high // _UNIT))


def _natural(method: Method, text: str) -> tuple[Ratio, str]:
    return (method.cjk if _is_cjk(text) else method.prose), text


# From a line that begins with three backticks or more to the line that closes it with as many, or
# to the end of the text (CommonMark, fenced code blocks). Pasted text may have carriage returns.
_FENCED = re.compile(
    r"^[ \t]*(?P<fence>```+).*?(?:^[ \t]*(?P=fence)`*[ \t\r]*$\n?|\Z)", re.DOTALL | re.MULTILINE
)

# Kana, ideographs and Hangul (Unicode blocks), the full-width forms among them.
_CJK = re.compile(
    "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9f]+"
)

# Characters for each token of o200k_base, in hundredths: English 4.26, Chinese and Japanese 1.60
# (measured in November 2026 on prose in these languages).
_PROSE_CHARACTERS, _CJK_CHARACTERS = 426, 160


def _is_cjk(text: str) -> bool:
    """Whether CJK characters make most of the tokens of *text*."""
    if text.isascii():
        return False
    found = sum(len(run) for run in _CJK.findall(text))
    return found * _PROSE_CHARACTERS > (len(text) - found) * _CJK_CHARACTERS
