"""What the recipes' hosts are given, and how the tests see what became of it."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser

DAYS = 365
TOKENS = [1000 * (i % 97 + 1) ** 3 for i in range(DAYS)]
HOSTILE = "<script>alert('burn')</script>"

# A day of a heatmap: "Wed 1 Jan 2025: 1,000 tokens · research".
_DAY = re.compile(r"\w{3} \d{1,2} \w{3} \d{4}: ([\d,]+) tokens")
_SIDE = 11  # px of a day's square, at least; few weeks are drawn larger
_SQUARE = re.compile(r"M(\d+) (\d+)H(\d+)V(\d+)H\1Z")


class Seen(HTMLParser):
    """A document as a browser reads it: its tags, its scripts, its visible words, its titles."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.titles: list[str] = []
        self.words = ""
        self._inside = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = tag

    def handle_endtag(self, _tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "script":
            self.scripts.append(data)
        elif self._inside == "title":
            self.titles.append(data)
        else:
            self.words += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]

    @property
    def days(self) -> list[int]:
        """The tokens of each day of a heatmap, as the titles of its squares say them."""
        found = (_DAY.match(title) for title in self.titles)
        return [int(day[1].replace(",", "")) for day in found if day]

    @property
    def inert(self) -> bool:
        """Whether the hostile name is there to be read, and no script holds any of it."""
        read = HOSTILE in self.words or any(HOSTILE in title for title in self.titles)
        handlers = [name for _, attrs in self.tags for name in attrs if name.startswith("on")]
        return read and not handlers and not any("alert('burn')" in code for code in self.scripts)


def squares(svg: str) -> int:
    """The days of a compact heatmap: squares among the areas of one colour each."""
    found = ([int(n) for n in at] for at in _SQUARE.findall(svg))
    return sum(right - x == below - y >= _SIDE for x, y, right, below in found)


def decoded(address: str) -> str:
    """The SVG of a data address."""
    head, _, code = address.partition(",")
    assert head == "data:image/svg+xml;base64"
    return base64.b64decode(code, validate=True).decode()
