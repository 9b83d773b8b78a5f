"""What a renderer gives, looked at by the rules of its media type."""

from __future__ import annotations

import csv
import io
import json
import re
import zlib
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from typing import NoReturn
from xml.etree import ElementTree as ET

from burnlib.testing.trial import Broken

__all__ = ["HOSTILE", "check_content", "is_known"]

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "]]></style><svg onload=alert(1)>",
    "=cmd|' /C calc'!A1",
    "\x1b[31m\u202etxt.exe",
    "a\nb\r\tc\0d",
    "| *b* | `c` [d](javascript:alert(1))",
    "\\u003cscript\\u003e",
)
"""Names that become more than names where a format is written carelessly."""

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def check_content(content: bytes | str, media_type: str) -> None:
    """Raise Broken where *content* is not what *media_type* says, or holds more than names."""
    check = _CHECKS.get(_kind(media_type))
    if isinstance(content, str):
        try:
            content.encode()
        except UnicodeEncodeError as error:
            raise Broken(f"the text cannot be stored as UTF-8: {error}") from None
    if check is not None:
        check(content)


def is_known(media_type: str) -> bool:
    """Whether content of this type can be looked at here."""
    return _kind(media_type) in _CHECKS


def _kind(media_type: str) -> str:
    kind = media_type.partition(";")[0].strip().lower()
    suffix = kind.rpartition("+")[2]
    return suffix if suffix in ("json", "xml") else kind


def _text(content: bytes | str) -> str:
    if isinstance(content, str):
        return content
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise Broken(f"the bytes are not UTF-8: {error}") from None


def _check_json(content: bytes | str) -> None:
    try:
        json.loads(_text(content), parse_constant=_refuse)
    except ValueError as error:
        raise Broken(f"is not JSON: {error}") from None


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _check_xml(content: bytes | str) -> None:
    try:
        # It was made here from values, and has no entities of others to expand.
        root = ET.fromstring(_text(content))  # noqa: S314
    except ET.ParseError as error:
        raise Broken(f"is not XML: {error}") from None
    for element in root.iter():
        name = str(element.tag).rpartition("}")[2]
        _check_element(name, {str(k): v for k, v in element.attrib.items()}, element.text or "")


def _check_html(content: bytes | str) -> None:
    parser = _Html()
    parser.feed(_text(content))
    parser.close()


class _Html(HTMLParser):
    """Looks at every element as a browser would."""

    def __init__(self) -> None:
        super().__init__()
        self._last = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._last = tag
        _check_element(tag, {name: value or "" for name, value in attrs}, "")

    def handle_endtag(self, tag: str) -> None:
        self._last = "" if tag == self._last else self._last

    def handle_data(self, data: str) -> None:
        if self._last in ("script", "style"):
            _check_element(self._last, {}, data)


def _check_element(name: str, attributes: Mapping[str, str], text: str) -> None:
    for key, value in attributes.items():
        link = key.rpartition("}")[2] in ("href", "src") and "javascript:" in value.lower()
        if "alert(1)" in value and (key.lower().startswith("on") or link):
            raise Broken(f"a name became the attribute {key} of <{name}>")
    if name.lower() in ("script", "style") and "alert(1)" in text:
        raise Broken(f"a name became <{name}>")


def _check_csv(content: bytes | str) -> None:
    for row in csv.reader(io.StringIO(_text(content), newline="")):
        for cell in row:
            if cell.startswith(("=", "+", "@")) or (cell[:1] == "-" and not cell[1:2].isdigit()):
                raise Broken(f"a name became a formula of a spreadsheet: {cell!r}")


def _check_text(content: bytes | str) -> None:
    if found := _CONTROLS.search(_text(content)):
        raise Broken(f"there is a control character that steers a terminal: {found.group()!r}")


def _check_png(content: bytes | str) -> None:
    data = content if isinstance(content, bytes) else b""
    at = 8
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        raise Broken("is not a PNG file")
    while at < len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        whole, check = data[at + 4 : at + 8 + size], data[at + 8 + size : at + 12 + size]
        if zlib.crc32(whole) != int.from_bytes(check, "big"):
            raise Broken(f"the chunk {kind!r} of the PNG file is damaged")
        at += 12 + size
        if kind == b"IEND":
            break
    if at != len(data) or b"IEND" not in data[-12:]:
        raise Broken("the PNG file does not end where it should")


_CHECKS: Mapping[str, Callable[[bytes | str], None]] = {
    "json": _check_json,
    "application/json": _check_json,
    "xml": _check_xml,
    "application/xml": _check_xml,
    "text/xml": _check_xml,
    "text/html": _check_html,
    "text/csv": _check_csv,
    "text/plain": _check_text,
    "image/png": _check_png,
}
