"""Counting tokens with OpenAI's public tokenizers, without a network.

tiktoken downloads its vocabularies when they are first used. Here they come out of the package
instead, and neither an environment variable nor tiktoken's list of encodings is touched.
"""

from __future__ import annotations

import contextlib
import functools
import re
import threading
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from attrs import frozen

from burnlib.errors import BurnlibError, InvalidInput, MissingDependency

if TYPE_CHECKING:
    import tiktoken

__all__ = ["count_each", "count_tokens"]


def count_tokens(text: str, encoding: str) -> int:
    """Return how many tokens *text* is; >= 0.

    The number is tiktoken's own. Only a text of more than 500,000 characters may come out
    different, by at most about three tokens for each such length in it that has neither spaces
    between words nor lines. Takes time in proportion to the text; the first call loads the
    vocabulary, in about half a second. Safe to call from many threads.

    Args:
        text: Any text. What looks like a special token, such as "<|endoftext|>", is ordinary text.
        encoding: "o200k_base" or "cl100k_base".

    Raises:
        InvalidInput: There is no such encoding.
        MissingDependency: tiktoken is not there, or too old.
        BurnlibError: The vocabulary in the package is damaged, or tiktoken failed on the text.

    """
    encode = _encoder(encoding).encode_ordinary
    with _clear_errors(encoding, len(text)):
        return sum(len(encode(piece)) for piece in _pieces(text, longest=_LONGEST))


def count_each(texts: Sequence[str], encoding: str) -> list[int]:
    """Return :func:`count_tokens` of each text, in a few calls, during which other threads run.

    Text by text, a thread has to win back the interpreter after each, which a busy neighbour gives
    away only every five milliseconds. So the texts are joined with a special token in between:
    tokenizers split at those before anything else, so no token reaches across one.
    """
    counts: list[int] = []
    joined: list[str] = []
    size = 0
    for text in texts:
        alone = len(text) > _LONGEST or _MARK in text
        if joined and (alone or size + len(text) > _LONGEST):
            counts += _count_joined(joined, encoding)
            joined, size = [], 0
        if alone:
            counts.append(count_tokens(text, encoding))
        else:
            joined.append(text)
            size += len(text)
    return counts + _count_joined(joined, encoding) if joined else counts


def _count_joined(texts: Sequence[str], encoding: str) -> list[int]:
    whole = _MARK.join(texts)
    encoder = _encoder(encoding)
    with _clear_errors(encoding, len(whole)):
        found = encoder.encode(whole, allowed_special={_MARK}, disallowed_special=())
    mark = _VOCABULARIES[encoding].special_tokens[_MARK]
    ends = [place for place, token in enumerate(found) if token == mark]
    return [end - start - 1 for start, end in pairwise([-1, *ends, len(found)])]


@contextlib.contextmanager
def _clear_errors(encoding: str, length: int) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        # A panic in tiktoken's Rust code is no Exception, and its class cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise BurnlibError(
            f"tiktoken failed on a text of {length:,} characters",
            where=encoding,
            hint="pip install --upgrade tiktoken",
        ) from error


_MARK = "<|endoftext|>"


# Characters given to tiktoken at once. A run of white space of 999,700 makes it panic: its regular
# expressions may step back a million times (`backtrack_limit` of the Rust crate fancy-regex). This
# is half of that. It also keeps the lists of tokens small. A text without an exact cut is cut here
# all the same: of 26,000 such cuts in all kinds of text, none was more than 3 tokens off.
_LONGEST = 500_000

# The last place where a cut changes no token, in either encoding: before a space that does not
# follow white space, or before a line that begins with neither white space nor "/". By the
# patterns below, a match with a line end in it goes on only with these; a space behind a character
# that is no white space always begins a match; and no pattern looks back.
_EXACT_CUT = re.compile(r".*(?:\S(?= )|\n(?=[^\s/]))", re.DOTALL)


def _pieces(text: str, *, longest: int) -> Iterator[str]:
    """Yield *text* in pieces of at most *longest* characters, with exact cuts where there are any.

    Each cut is as late as it can be, so two pieces in a row are longer than *longest* together.
    """
    start = 0
    while len(text) - start > longest:
        # One more character can be seen, for what must follow a cut.
        found = _EXACT_CUT.match(text, start, start + longest + 1)
        end = found.end() if found else start + longest
        yield text[start:end]
        start = end
    yield text[start:]


@frozen
class _Vocabulary:
    """What makes an encoding besides its ranks, as in tiktoken's ``openai_public.py``.

    Attributes:
        sha256: Of the file of ranks, unpacked; hexadecimal.
        pattern: Splits a text into the pieces that are encoded one by one.
        special_tokens: Marks that are not text to their ranks; text is never read as one.

    """

    sha256: str
    pattern: str
    special_tokens: dict[str, int]


_VOCABULARIES = {
    "o200k_base": _Vocabulary(
        sha256="446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
        pattern="|".join(
            [
                r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*"
                r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
                r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+"
                r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
                r"\p{N}{1,3}",
                r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
                r"\s*[\r\n]+",
                r"\s+(?!\S)",
                r"\s+",
            ]
        ),
        special_tokens={"<|endoftext|>": 199999, "<|endofprompt|>": 200018},
    ),
    "cl100k_base": _Vocabulary(
        sha256="223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
        pattern=r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+"
        r"| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s",
        special_tokens={
            "<|endoftext|>": 100257,
            "<|fim_prefix|>": 100258,
            "<|fim_middle|>": 100259,
            "<|fim_suffix|>": 100260,
            "<|endofprompt|>": 100276,
        },
    ),
}

_one_at_a_time = threading.Lock()


def _encoder(name: str) -> tiktoken.Encoding:
    if name not in _VOCABULARIES:
        known = ", ".join(_VOCABULARIES)
        raise InvalidInput(f"no encoding is called {name!r}", hint=f"use one of {known}")
    # Without the lock, threads that come first together would each build it.
    with _one_at_a_time:
        return _encoding(name)


@functools.cache
def _encoding(name: str) -> tiktoken.Encoding:
    encoding = _encoding_class()
    vocabulary = _VOCABULARIES[name]
    return encoding(
        name,
        pat_str=vocabulary.pattern,
        mergeable_ranks=_ranks(name, vocabulary.sha256),
        special_tokens=vocabulary.special_tokens,
    )


def _encoding_class() -> type[tiktoken.Encoding]:
    """Return tiktoken's class; raise MissingDependency where it is missing or too old."""
    try:
        # Another module of this name, such as a script in the current folder, fails here as well.
        from tiktoken import Encoding, __version__
    except ImportError as error:
        raise MissingDependency(
            f"counting the tokens of a text needs tiktoken ({error})",
            hint=f"pip install 'tiktoken>={_OLDEST}'; without a wheel for this machine it needs "
            "a Rust compiler",
        ) from error
    if _numbers(__version__) < _numbers(_OLDEST):
        raise MissingDependency(
            f"tiktoken {__version__} is too old: a long word takes it minutes",
            hint=f"pip install 'tiktoken>={_OLDEST}'",
        )
    return Encoding


# 100,000 times the letter a takes 7.5 seconds in 0.12, and four times that for twice the letters;
# 0.04 in 0.13 (measured; the story is https://github.com/openai/tiktoken/issues/195).
_OLDEST = "0.13"


def _numbers(version: str) -> list[int]:
    return [int(digits) for digits in re.findall(r"\d+", version)[:2]]


def _ranks(name: str, sha256: str) -> dict[bytes, int]:
    """Return the rank of each byte pair; raise BurnlibError where the file is not OpenAI's."""
    import binascii
    import hashlib

    data = _unpacked(name)
    if hashlib.sha256(data).hexdigest() != sha256:
        raise _damaged(name, "it is not the file that OpenAI published")
    words = data.split()
    tokens = map(binascii.a2b_base64, words[::2])
    return dict(zip(tokens, map(int, words[1::2]), strict=True))


def _unpacked(name: str) -> bytes:
    try:
        import lzma
    except ImportError as error:
        raise MissingDependency(
            f"this Python was built without lzma ({error})",
            hint="install liblzma with its headers and build Python anew, or use another Python",
        ) from error
    try:
        return lzma.decompress(_packed(name))
    except (OSError, EOFError, lzma.LZMAError) as error:
        raise _damaged(name, str(error)) from error


def _packed(name: str) -> bytes:
    from importlib import resources

    return resources.files("burnlib").joinpath("_vocab", f"{name}.tiktoken.xz").read_bytes()


def _damaged(name: str, why: str) -> BurnlibError:
    return BurnlibError(
        f"the vocabulary in the package is damaged or missing: {why}",
        where=name,
        hint="pip install --force-reinstall burnlib",
    )
