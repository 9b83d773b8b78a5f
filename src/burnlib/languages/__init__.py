"""Words in the language that is being spoken: one dictionary a language, looked up by key.

A chart speaks one language while it draws itself (:func:`speaking`); whatever words it then asks
for are of that language. So the functions that word things need not hand it on, and two threads
can speak two languages.

A translation is one file: a copy of :mod:`burnlib.languages.english` with other values, named in
``LANGUAGES``.
"""

from __future__ import annotations

from contextvars import ContextVar
from functools import cache

# The parser of commands and every error message come by here.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

__all__ = ["LANGUAGES", "own", "plural", "speaking", "spoken", "word"]

LANGUAGES: Mapping[str, str] = {"en": "english", "de": "german"}
"""Language tag (BCP 47) to the module here that has its words."""

_spoken: ContextVar[str] = ContextVar("burnlib_language", default="en")
_loaded: dict[str, Mapping[str, str]] = {}


class speaking:  # noqa: N801 - read as a word: with speaking("de"):
    """Speak *language* inside a ``with`` block, in this thread or task alone.

    Raises:
        InvalidInput: There are no words in this language.

    """

    __slots__ = ("_language", "_token")

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            from burnlib.errors import InvalidInput

            raise InvalidInput(f"no words in {language!r}", hint=f"use {' or '.join(LANGUAGES)}")
        self._language = language

    def __enter__(self) -> None:
        self._token = _spoken.set(self._language)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _spoken.reset(self._token)


def spoken() -> str:
    """Return the tag of the language that is spoken: "en"."""
    return _spoken.get()


def word(key: str, **fields: object) -> str:
    """Return the words under *key*, their ``{fields}`` filled in."""
    # Pictures ask for thousands of words: a loaded dictionary is looked up without a detour.
    found = (_loaded.get(_spoken.get()) or _words())[key]
    return found.format(**fields) if fields else found


def plural(key: str, n: int, *, number: str) -> str:
    """Return the words for *n* things, of the two that stand under *key*: "1 day|{n} days".

    *number* is *n* as it is written.
    """
    one, many = _forms((_loaded.get(_spoken.get()) or _words())[key])
    return one if n == 1 else many.replace("{n}", number)


@cache
def _forms(text: str) -> tuple[str, str]:
    one, _, many = text.partition("|")
    return one, many


def own(key: str, text: str) -> str:
    """Return *text* as it is, or the words under *key* where it is what English has there.

    For values that carry words of their own, such as constants: ours are translated, a user's are
    not.
    """
    return word(key) if text == _of("en").get(key) else text


def _words() -> Mapping[str, str]:
    return _of(_spoken.get())


def _of(language: str) -> Mapping[str, str]:
    if language not in _loaded:
        from importlib import import_module

        module = import_module(f"burnlib.languages.{LANGUAGES[language]}")
        _loaded[language] = module.WORDS
    return _loaded[language]
