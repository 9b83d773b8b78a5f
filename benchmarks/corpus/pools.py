"""Text and base64 that the contents of made-up records are cut out of."""

from __future__ import annotations

import base64
import bisect
import itertools
import json
from collections.abc import Callable
from random import Random
from typing import TypeAlias

__all__ = ["Pools"]

_TEXT, _BINARY = 6_000_000, 1_200_000

_WORDS = (  # noqa: SIM905 - a list of quoted words is harder to read
    "value index result token buffer session request handler config path error state node cache "
    "stream parser usage total count model project record update render query worker batch"
).split()

_UNICODE = (
    "naïve café – “quoted”",
    "日本語のテキスト、確認してください。",
    "Привет, мир",
    "✅ готово 🚀 done",
    "配置文件已更新",
    "→ ─── │ ├── └──",
    "Größe überprüft",
    "한국어 로그 메시지",
    "العربية",
)


class Pools:
    """JSON-escaped text, cut at line ends, and base64: made once, cut out of cheaply."""

    def __init__(self, seed: str) -> None:
        rng = Random(f"{seed}:pool")
        lines: list[bytes] = []
        size = 0
        while size < _TEXT:
            line = json.dumps(_line(rng, len(lines) + 1) + "\n", ensure_ascii=False)
            lines.append(line[1:-1].encode())
            size += len(lines[-1])
        self._text = b"".join(lines)
        self._ends = list(itertools.accumulate(map(len, lines)))
        self._base64 = base64.b64encode(rng.randbytes(_BINARY))

    def text(self, rng: Random, length: int) -> bytes:
        """Return whole lines of escaped text, together at least *length* bytes."""
        text, ends = self._text, self._ends
        if length >= len(text) // 2:
            return text * (length // len(text) + 1)
        place = int(rng.random() * (len(text) - length - 4_000))
        start = ends[bisect.bisect_left(ends, place)]
        return text[start : ends[bisect.bisect_left(ends, start + length)]]

    def base64(self, rng: Random, length: int) -> bytes:
        """Return *length* bytes of base64, or up to three fewer."""
        whole = self._base64
        length_of_it = length // 4 * 4
        if length >= len(whole):
            return (whole * (length // len(whole) + 1))[:length_of_it]
        start = int(rng.random() * (len(whole) - length)) // 4 * 4
        return whole[start : start + length_of_it]


_Maker: TypeAlias = Callable[[Random, int, list[str], int, str], str]
"""Makes a line of: draws, number of the line, ten words, a number, an indentation."""


def _line(rng: Random, number: int) -> str:
    kind = rng.random()
    words = rng.choices(_WORDS, k=10)
    value = rng.randrange(10_000)
    indent = " " * rng.choice((0, 4, 4, 8, 8, 12))
    for limit, make in _KINDS:
        if kind < limit:
            return make(rng, number, words, value, indent)
    return ""


def _code(_: Random, number: int, w: list[str], value: int, indent: str) -> str:
    name = f"{w[0]}_{w[1]}(self, {w[2]}: int = {value})"
    return f"{number % 2000:6d}→{indent}def {name} -> dict[str, {w[3]}]:"


def _call(_: Random, __: int, w: list[str], value: int, indent: str) -> str:
    call = f'{w[3]}({w[4]}, "{w[5]} {w[6]}", {value})'
    return f'{indent}{w[0]}.{w[1]}["{w[2]}"] = {call}  # {w[7]} {w[8]}'


def _log(_: Random, __: int, w: list[str], value: int, ___: str) -> str:
    at = f"2026-03-{value % 28 + 1:02d}T{value % 24:02d}:{value % 60:02d}:11.{value:04d}Z"
    return f"{at} INFO  [{w[0]}.{w[1]}] {w[2]} {w[3]}={value} {w[4]}={w[5]} took {value / 7:.2f}ms"


def _found(_: Random, __: int, w: list[str], value: int, indent: str) -> str:
    code = f"const {w[3]} = await {w[4]}({w[5]}, {{ {w[6]}: {value} }});"
    return f"src/{w[0]}/{w[1]}/{w[2]}.ts:{value}:{indent}{code}"


def _prose(_: Random, __: int, w: list[str], ___: int, ____: str) -> str:
    words = " ".join(w)
    return f"The {words} should be checked before {w[0]} is used again; see {w[1]}/{w[2]}.md."


def _colours(_: Random, __: int, w: list[str], ___: int, ____: str) -> str:
    return "\x1b[32m+\x1b[0m\t" + " ".join(w[:6]) + " \x1b[1mok\x1b[22m"


def _foreign(rng: Random, _: int, w: list[str], __: int, ___: str) -> str:
    return rng.choice(_UNICODE) + " " + " ".join(w[:4]) + " " + rng.choice(_UNICODE)


def _quoted_usage(_: Random, __: int, ___: list[str], value: int, ____: str) -> str:
    usage = {"input_tokens": value, "output_tokens": 5}
    return json.dumps({"message": {"usage": usage}, "type": "assistant"})


def _quoted_count(_: Random, __: int, ___: list[str], ____: int, _____: str) -> str:
    event = {"type": "event_msg", "payload": {"type": "token_count", "info": None}}
    return json.dumps(event, separators=(",", ":"))


def _settings(_: Random, __: int, w: list[str], value: int, indent: str) -> str:
    return f'{indent}"{w[0]}": "{w[1]}\\{w[2]}\\n{value}", \'{w[3]}\': null,'


_KINDS: tuple[tuple[float, _Maker], ...] = (
    (0.30, _code),
    (0.50, _call),
    (0.62, _log),
    (0.72, _found),
    (0.80, _prose),
    (0.84, _colours),
    (0.88, _foreign),
    (0.885, _quoted_usage),
    (0.886, _quoted_count),
    (0.95, _settings),
)
"""Up to which draw from 0 to 1 a line is of which kind; beyond the last it is empty."""
