"""A JSON document of any size, seen through a window of text that is moved along it."""

from __future__ import annotations

import codecs
import json
import re
from typing import BinaryIO, NoReturn

__all__ = ["Broken", "CutOff", "TooLarge", "Window"]


class CutOff(Exception):  # noqa: N818 - these three are outcomes, and never leave the package
    """The document ends within a value."""


class TooLarge(Exception):  # noqa: N818
    """A value has more characters than one may have."""


class Broken(Exception):  # noqa: N818
    """A value is not JSON, or cannot be held.

    Attributes:
        reason: What is wrong with it, without any of its text.
        read: Characters that were looked at in vain; at most.

    """

    def __init__(self, reason: str, *, read: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.read = read


class _Constant(ValueError):  # noqa: N818
    """One of the constants that Python's decoder knows and JSON does not."""


def _refuse(name: str) -> NoReturn:
    raise _Constant(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse)
_SPACE = re.compile(r"[ \t\n\r]*")

# What is left where the text ends within a constant, a number, or an escape. The longest escape
# is that of a pair of surrogates.
_CONSTANTS = ("true", "false", "null", "NaN", "Infinity", "-Infinity")
_NUMBER_TAIL = re.compile(r"\.|[eE][+-]?")
_LONGEST_ESCAPE = 12


def _may_go_on(error: json.JSONDecodeError) -> bool:
    """Whether what could not be decoded may be whole once more text is there."""
    if error.msg.startswith("Unterminated string"):
        return True
    tail = error.doc[error.pos : error.pos + _LONGEST_ESCAPE + 1]
    if error.msg.startswith("Invalid \\uXXXX"):
        return len(tail) <= _LONGEST_ESCAPE
    if _NUMBER_TAIL.fullmatch(tail):
        return True
    return any(constant.startswith(tail) for constant in _CONSTANTS if constant != tail)


_TOO_LARGE = "it is too large"


class Window:
    """The text of a document from :attr:`at` on, as far as it has been read.

    A byte order mark is passed over; bytes that are not UTF-8 become U+FFFD. What lies before
    *at* is dropped when more is read.

    Attributes:
        text: The text.
        at: Offset in it of what comes next.

    """

    def __init__(self, file: BinaryIO, *, piece: int, most: int) -> None:
        self.text = ""
        self.at = 0
        self._file = file
        self._piece = piece
        self._most = most
        self._dropped = 0
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")(errors="replace")

    @property
    def position(self) -> int:
        """Characters of the document before *at*."""
        return self._dropped + self.at

    def more(self) -> bool:
        """Read on; False at the end of the document.

        As much again as there is, so that trying a value again and again, each time with more
        text, takes time in proportion to its length.
        """
        rest = self.text[self.at :]
        raw = self._file.read(max(self._piece, min(len(rest), self._most - len(rest))))
        self._dropped += self.at
        self.text = rest + self._decoder.decode(raw, final=not raw)
        self.at = 0
        return bool(raw) or len(self.text) > len(rest)

    def next(self) -> str:
        """Move to the next character that is not white space and return it; "" at the end."""
        while True:
            self.at = _behind_space(self.text, self.at)
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""

    def value(self) -> object:
        """Return the value that begins at *at*, and move behind it.

        Raises CutOff, TooLarge or Broken, and has then not moved.
        """
        while True:
            value, end = self._decode()
            if end is not None and (isinstance(value, dict) or self._is_closed(end)):
                break
            if len(self.text) - self.at > self._most:
                raise TooLarge(_TOO_LARGE)
            if self.more():
                continue
            if end is None:
                raise CutOff
            break
        if end - self.at > self._most:
            raise TooLarge(_TOO_LARGE)
        self.at = end
        return value

    def _is_closed(self, end: int) -> bool:
        """Whether a number that ends there could not go on behind the text."""
        return end < len(self.text) and not _NUMBER_TAIL.fullmatch(self.text, end)

    def _decode(self) -> tuple[object, int | None]:
        """Return the value and its end; None for one that goes on behind the text."""
        # Errors are made anew outside of the handlers: they would keep the text alive.
        try:
            return _DECODER.raw_decode(self.text, self.at)
        except json.JSONDecodeError as error:
            if _may_go_on(error):
                return None, None
            reason, read = error.msg, error.pos
        except RecursionError:
            reason, read = "it is nested too deeply", len(self.text)
        except _Constant as error:
            reason, read = str(error), len(self.text)
        except ValueError:  # the limit of int(), see sys.set_int_max_str_digits
            reason, read = "a number has thousands of digits", len(self.text)
        raise Broken(reason, read=read)

    def skip(self) -> None:
        """Move behind the value that begins at *at*, however large it is; CutOff at the end."""
        brackets = _Brackets()
        while (end := brackets.end(self.text, self.at)) is None:
            self.at = len(self.text)
            if not self.more():
                raise CutOff
        self.at = end

    def end(self, most: int) -> int | None:
        """Return the length of the value that begins at *at*, which stays; None if over *most*."""
        brackets = _Brackets()
        seen = 0
        while (end := brackets.end(self.text, self.at + seen)) is None:
            seen = len(self.text) - self.at
            if seen > most or not self.more():
                return None
        return end - self.at

    def look(self, distance: int, most: int) -> tuple[str, int]:
        """Return the next character that is no white space from a distance on, and its own.

        "" at the end of the document, and where it is not within *most* characters.
        """
        while True:
            distance = _behind_space(self.text, self.at + distance) - self.at
            if self.at + distance < len(self.text):
                return self.text[self.at + distance], distance
            if distance > most or not self.more():
                return "", distance


def _behind_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


_FLAT = re.compile(r'["\[\]{},]')
_NESTED = re.compile(r'["\[\]{}]')
_QUOTED = re.compile(r'["\\]')


class _Brackets:
    """Finds the end of a value in a text that comes in pieces, by its brackets and quotes alone."""

    def __init__(self) -> None:
        self._depth = 0
        self._quoted = False
        self._escaped = False

    def end(self, text: str, at: int) -> int | None:
        """Return the offset behind the value, None if it goes on behind *text*.

        *at* is where the value begins, or where the text before this one ended.
        """
        if self._escaped and at < len(text):
            self._escaped = False
            at += 1
        while found := self._pattern().search(text, at):
            char, at = found[0], found.end()
            if char == "\\":
                self._escaped = at == len(text)
                at += 1
            elif char == '"':
                self._quoted = not self._quoted
            elif char in "[{":
                self._depth += 1
            elif self._depth and char in "]}":
                self._depth -= 1
                if not self._depth:
                    return at
            else:  # what follows text, a number or a constant
                return at - 1
        return None

    def _pattern(self) -> re.Pattern[str]:
        if self._quoted:
            return _QUOTED
        return _NESTED if self._depth else _FLAT
