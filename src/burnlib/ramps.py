"""The colours of amounts: ramps from few tokens to many, in light and in dark.

One hue family, from sand to deep red-brown. Every ramp runs through the same recipe in OKLCH
(bottosson.github.io/posts/oklab), which makes steps of equal perceived lightness. For step i of n,
with t = i / (n - 1)::

    light:  L = 0.84 - 0.54·t    C = 0.125 + 0.055·sin(πt)    h = 82° - 58°·t
    dark:   L = 0.40 + 0.53·t    C = 0.10  + 0.07·sin(πt)     h = 40° + 48°·t

One class alone has t = 1/2. A colour outside sRGB keeps L and h and loses chroma. More tokens are
darker on a light page and brighter on a dark one, so a legend is never optional. The tables below
hold the results; the tests hold the recipe and check contrast and colour-blind viewing.
"""

from __future__ import annotations

TYPE_CHECKING = False

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CONTINUOUS", "MOST_CLASSES", "RAMPS", "ZERO"]

MOST_CLASSES = 7
"""With eight, neighbours come too close for colour-blind readers."""

CONTINUOUS = 64
"""Steps of the ramp without classes: neighbours can hardly be told apart."""

ZERO: Mapping[str, str] = {"light": "#eeede8", "dark": "#242320"}
"""Theme to the colour of a day on which nothing was used."""


def _ramps(classed: str, continuous: str) -> dict[int, tuple[str, ...]]:
    ramps = [tuple(f"#{colour}" for colour in line.split()) for line in classed.splitlines()]
    return {len(ramp): ramp for ramp in [*ramps, tuple(f"#{c}" for c in continuous.split())]}


RAMPS: Mapping[str, Mapping[int, tuple[str, ...]]] = {
    "light": _ramps(
        """b75a00
f3c264 5c000b
f3c264 b75a00 5c000b
f3c264 d17a00 9b3b00 5c000b
f3c264 de8a00 b75a00 8d2a00 5c000b
f3c264 e69405 c76d00 a64700 852000 5c000b
f3c264 e89c20 d17a00 b75a00 9b3b00 801800 5c000b""",
        """f3c264 f2bf5f f1bb59 f0b853 efb44d eeb047 edad41 eca93b
eba534 eaa12d e99e25 e79a1b e6960f e59300 e38f00 e08c00
de8900 db8600 d98300 d68000 d47d00 d17a00 cf7600 cc7300
ca7000 c76d00 c56a00 c26700 c06400 bd6100 bb5e00 b85b00
b55800 b35500 b05200 ae5000 ab4d00 a84a00 a64700 a34400
a14100 9e3e00 9b3b00 993800 963500 933200 912e00 8e2b00
8b2800 892500 862100 841e00 811a00 7e1600 7c1200 790d00
760700 730401 700203 6c0105 680006 640008 60000a 5c000b""",
    ),
    "dark": _ramps(
        """d27c00
733119 ffe5a8
733119 d27c00 ffe5a8
733119 b65f00 ec9b04 ffe5a8
733119 a85000 d27c00 f3ae38 ffe5a8
733119 9f4800 c16a00 e28f00 f7b94d ffe5a8
733119 994200 b65f00 d27c00 ec9b04 f9c15a ffe5a8""",
        """733119 773318 7b3416 7e3515 823713 863811 8a3a0e 8d3c0b
913d07 953f03 984100 9b4400 9e4600 a04900 a34c00 a64e00
a95100 ab5400 ae5600 b15900 b35c00 b65f00 b96100 bb6400
be6700 c16a00 c36c00 c66f00 c97200 cb7500 ce7800 d17b00
d37e00 d68000 d88300 db8600 de8900 e08c00 e38f00 e59200
e89500 ea9800 ec9b04 ee9f14 efa21f f0a627 f2aa2f f3ad36
f4b13d f5b444 f6b84a f7bb51 f9bf57 fac25d fbc663 fcc969
fdcd70 fed076 ffd47c ffd783 ffdb8c ffdf96 ffe29f ffe5a8""",
    ),
}
"""Theme to number of steps (1 to MOST_CLASSES, CONTINUOUS) to that many colours."""
