"""The objects of a JSON document, one after another, in flat memory and past what is damaged."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import BinaryIO, TypeAlias

from burnlib.errors import LogFormatError
from burnlib.exports.window import Broken, CutOff, TooLarge, Window

__all__ = ["MOST_IN_ONE_RECORD", "records"]

MOST_IN_ONE_RECORD = 32 << 20
"""Characters that one object may have; a conversation of a million words has about six million."""

_PIECE = 1 << 20

# A damaged record may end behind this many characters, by its brackets. Longer ones are searched
# for what follows, as are those without an end.
_LOOK_AHEAD = 4 << 20

# Bounds on that, as a hostile document could make each search go through all of the rest:
# characters that are looked at in vain, and damaged records, in one document.
_MOST_IN_VAIN = 256 << 20
_MOST_BROKEN = 10_000

_AGAIN = "download it again"
_NOT_JSON = "is not JSON that can be read"

# Where a record may begin: behind a comma, an object whose first key is a short one.
_BEGIN = re.compile(r',[ \t\r\n]{0,64}(?=\{[ \t\r\n]{0,64}"[^"\\]{0,64}"[ \t\r\n]{0,64}:)')
_LONGEST_BEGIN = 300

# What conversations hold their messages in, and what may also identify a message.
_HOLDERS = frozenset({"mapping", "chat_messages", "messages"})
_IDS = frozenset({"uuid", "conversation_id", "id"})
_HOLDER = re.compile("mapping|messages")

_LIST = "conversations"

Record: TypeAlias = Mapping[str, object]


def records(
    file: BinaryIO, *, where: str, piece: int = _PIECE, most: int = MOST_IN_ONE_RECORD
) -> Iterator[Record | LogFormatError]:
    """Yield the objects of a JSON document in order, and an error where one cannot be read.

    The document is an array of objects, an object with such an array under "conversations", or a
    single object. UTF-8; bytes that are not become U+FFFD.

    Args:
        file: The document; it is read in pieces, and memory is that of one object.
        where: What errors call the document.
        piece: Bytes to read at a time.
        most: Characters that one object may have; a larger one is passed over.

    Yields:
        Objects as :func:`json.loads` gives them. LogFormatError in the place of one that is
        damaged, too large or too deep; for each kind of value that is not an object, with its
        number; for a document that is cut off, which comes last.

    Raises:
        LogFormatError: The file itself could not be read; what was given out so far is no whole.

    """
    return _Document(Window(file, piece=piece, most=most), where, most).read()


class _Stop(Exception):  # noqa: N818
    """The rest of the document is not read, and why has been told."""


class _Document:
    """One pass over a document; each generator leaves the window behind what it has read."""

    def __init__(self, window: Window, where: str, most: int) -> None:
        self._window = window
        self._where = where
        self._most = most
        self._number = 0  # of the record that is being read
        self._whole = 0
        self._wrapped = False
        self._searched = False
        self._broken = 0
        self._in_vain = 0
        self._strangers: Counter[str] = Counter()

    def read(self) -> Iterator[Record | LogFormatError]:
        try:
            yield from self._document()
        except CutOff:
            yield from self._told_strangers()
            hint = "what is whole is counted; download it again for the rest"
            yield self._error(f"is cut off {self._after()}", hint=hint)
        except _Stop:
            yield from self._told_strangers()

    def _document(self) -> Iterator[Record | LogFormatError]:
        begin = self._window.next()
        if begin == "[":
            self._window.at += 1
            yield from self._array()
        elif begin == "{":
            yield from self._object()
        else:
            what = "is neither a list nor an object" if begin else "is empty"
            yield self._error(what, hint="name the conversations.json of an export")
            return
        if self._window.next():
            hint = "import what stands behind it as a file of its own"
            yield self._error(f"goes on behind its end, {self._after()}", hint=hint)

    def _after(self) -> str:
        if not self._whole:
            return "before a whole record"
        return f"after {self._whole:,} whole record{'s' if self._whole > 1 else ''}"

    def _error(self, message: str, *, number: int = 0, hint: str = "") -> LogFormatError:
        where = f"{self._where}: record {number:,}" if number else self._where
        return LogFormatError(message, where=where, hint=hint)

    def _array(self) -> Iterator[Record | LogFormatError]:
        """Yield the elements of an array whose opening bracket has been read."""
        window = self._window
        while char := window.next():
            if char != "]":
                self._number += 1
                yield from self._element()
            elif self._searched and not self._closes(0):
                yield from self._search()
            else:
                window.at += 1
                yield from self._told_strangers()
                return
            yield from self._comma()
        raise CutOff

    def _comma(self) -> Iterator[Record | LogFormatError]:
        """Move behind the comma, or to the end of the array."""
        window = self._window
        while (char := window.next()) not in (",", "]", ""):
            yield from self._damaged("is not followed by a comma")
            if char == "{":
                return
            yield from self._search()
        if char == ",":
            window.at += 1

    def _element(self) -> Iterator[Record | LogFormatError]:
        start = self._window.position
        broken: Broken | None = None
        value: object = None
        try:
            value = self._window.value()
        except TooLarge:
            self._window.skip()
            yield self._too_large(self._window.position - start)
            return
        except Broken as error:
            broken = error
        if broken:
            yield from self._damaged(f"{_NOT_JSON}: {broken.reason}")
            yield from self._resume()
        elif isinstance(value, dict):
            self._whole += 1
            yield value
        else:
            self._strangers[_kind(value)] += 1

    def _too_large(self, size: int) -> LogFormatError:
        message = f"has {size:,} characters, more than {self._most:,}, and is left out"
        return self._error(message, number=self._number, hint="import it shortened, by itself")

    def _damaged(self, message: str) -> Iterator[LogFormatError]:
        self._broken += 1
        yield self._error(message, number=self._number, hint=_AGAIN)
        if self._broken >= _MOST_BROKEN:
            yield self._given_up()
            raise _Stop

    def _told_strangers(self) -> Iterator[LogFormatError]:
        for kind, times in self._strangers.items():
            message = f"has {kind} where an object should be, {times:,} ×"
            yield self._error(message, hint="if it was edited, download it again")
        self._strangers.clear()

    def _resume(self) -> Iterator[Record | LogFormatError]:
        """Move behind a damaged record, to where the array goes on."""
        window = self._window
        end = window.end(_LOOK_AHEAD)
        if end is not None and self._goes_on(end):
            window.at += end
            return
        self._in_vain += len(window.text) - window.at if end is None else end
        yield from self._search()

    def _given_up(self) -> LogFormatError:
        message = f"is too damaged: what stands behind record {self._number:,} is not read"
        return self._error(message, hint=_AGAIN)

    def _goes_on(self, end: int) -> bool:
        """Whether something like the next record, or the array's end, stands behind *end*.

        Where a record lost a quote, its brackets are those of its text, and so is its end.
        """
        look = self._window.look
        char, at = look(end, _LOOK_AHEAD)
        if char == "]":
            return self._closes(at) or (self._wrapped and look(at + 1, _LOOK_AHEAD)[0] == ",")
        if char == ",":
            char, at = look(at + 1, _LOOK_AHEAD)
            return char == "{" and look(at + 1, _LOOK_AHEAD)[0] in ('"', "}")
        return False

    def _closes(self, at: int) -> bool:
        """Whether the bracket at a distance ends the document, and not a list in a record."""
        char, at = self._window.look(at + 1, _LOOK_AHEAD)
        if char == "}" and self._wrapped:
            char, at = self._window.look(at + 1, _LOOK_AHEAD)
        return not char

    def _search(self) -> Iterator[Record | LogFormatError]:
        """Move to the next thing that is like a record, and yield it; raise _Stop if there is none.

        An object that only has an id may be a message of the damaged conversation, so it is taken
        only if nothing that holds messages stands before it.
        """
        window = self._window
        keys = _HOLDERS | _IDS
        self._searched = True
        while self._in_vain <= _MOST_IN_VAIN:
            found = _BEGIN.search(window.text, window.at)
            at = found.end() if found else max(window.at, len(window.text) - _LONGEST_BEGIN)
            if _HOLDER.search(window.text, window.at, at):
                keys = _HOLDERS
            window.at = at
            if not found:
                if window.more():
                    continue
                message = f"has no record that can be read behind record {self._number:,}"
                yield self._error(message, hint=_AGAIN)
                raise _Stop
            try:
                value = window.value()
            except Broken as broken:
                self._in_vain += broken.read
            except (CutOff, TooLarge):
                self._in_vain += len(window.text)
            else:
                if isinstance(value, dict) and keys & value.keys():
                    self._number += 1
                    self._whole += 1
                    yield value
                    return
        yield self._given_up()
        raise _Stop

    def _object(self) -> Iterator[Record | LogFormatError]:
        """Yield the object that begins here, or the elements of the array in it."""
        start = self._window.position
        record: dict[str, object] = {}
        reason = ""
        try:
            for key in self._keys():
                if key == _LIST and self._window.next() == "[":
                    self._wrapped = True
                    self._window.at += 1
                    yield from self._array()
                else:
                    reason = self._entry(record, key) or reason
                if self._wrapped or self._window.position - start > self._most:
                    record.clear()
        except (Broken, TooLarge) as error:
            self._number += 1
            yield from self._damaged(f"{_NOT_JSON}: {error}")
            raise _Stop from None
        if self._wrapped:
            return
        self._number = 1
        size = self._window.position - start
        if size > self._most:
            yield self._too_large(size)
        elif reason:
            yield from self._damaged(f"{_NOT_JSON}: {reason}")
        else:
            self._whole = 1
            yield record

    def _keys(self) -> Iterator[str]:
        """Yield the keys of the object that begins here; each time its value must be read."""
        window = self._window
        window.at += 1
        more = self._expect('"}') == '"'
        while more:
            key = window.value()
            self._expect(":")
            window.at += 1
            window.next()
            yield str(key)
            more = self._expect(",}") == ","
            if more:
                window.at += 1
                self._expect('"')
        window.at += 1

    def _expect(self, chars: str) -> str:
        """Move to the next character and return it; raise Broken if it is none of *chars*."""
        char = self._window.next()
        if not char:
            raise CutOff
        if char not in chars:
            raise Broken(f"expecting {' or '.join(chars)}")
        return char

    def _entry(self, record: dict[str, object], key: str) -> str:
        """Read a value into *record*; return why it cannot be, if so."""
        window = self._window
        try:
            record[key] = window.value()
        except TooLarge:
            window.skip()
        except Broken as broken:
            end = window.end(_LOOK_AHEAD)  # which may move what is read so far
            window.at += end or 0
            return broken.reason
        return ""


_KINDS = {str: "text", bool: "true or false", list: "a list", type(None): "null"}


def _kind(value: object) -> str:
    return _KINDS.get(type(value), "a number")
