"""Counting tokens: the numbers are tiktoken's, nothing is fetched, and any text gives a number."""

from __future__ import annotations

import base64
import functools
import hashlib
import lzma
import random
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from itertools import pairwise
from pathlib import Path

import pytest
import tiktoken
from hypothesis import example, given
from hypothesis import strategies as st
from tiktoken.load import load_tiktoken_bpe
from tiktoken_ext import openai_public

import fakes
from burnlib import tokenizer
from burnlib.errors import BurnlibError, InvalidInput, MissingDependency
from burnlib.tokenizer import count_each, count_tokens

BOTH = pytest.mark.parametrize("encoding", ["o200k_base", "cl100k_base"])
FOLDER = fakes.ROOT / "src" / "burnlib" / "_vocab"


def tokens(text: str, encoding: str) -> list[int]:
    """What tiktoken makes of *text* in one go."""
    return tokenizer._encoding(encoding).encode_ordinary(text)


@pytest.fixture
def unloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """No vocabulary is loaded yet; what the test loads is forgotten after it."""
    fresh = functools.cache(tokenizer._encoding.__wrapped__)
    monkeypatch.setattr(tokenizer, "_encoding", fresh)


# The numbers ----------------------------------------------------------------------------------


# From OpenAI's "How to count tokens with tiktoken" (cookbook.openai.com), which prints them.
@pytest.mark.parametrize(
    ("text", "o200k", "cl100k"),
    [
        ("tiktoken is great!", 6, 6),
        ("antidisestablishmentarianism", 6, 6),
        ("2 + 2 = 4", 7, 7),
        ("お誕生日おめでとう", 8, 9),
    ],
)
def test_the_counts_are_those_that_openai_prints(text: str, o200k: int, cl100k: int) -> None:
    assert count_tokens(text, "o200k_base") == o200k
    assert count_tokens(text, "cl100k_base") == cl100k


@BOTH
def test_a_word_is_a_token_and_nothing_is_none(encoding: str) -> None:
    assert count_tokens("", encoding) == 0
    assert count_tokens("hello", encoding) == 1
    assert count_tokens("hello world", encoding) == 2


@BOTH
def test_the_name_of_a_special_token_is_ordinary_text(encoding: str) -> None:
    # "<", "|", three parts of the word, "|", ">"
    assert count_tokens("<|endoftext|>", encoding) == 7


def test_an_unknown_encoding_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InvalidInput, match=r"'gpt2'.*fix: use one of o200k_base, cl100k_base"):
        count_tokens("", "gpt2")


# The vocabularies -----------------------------------------------------------------------------


@BOTH
def test_the_encoding_is_the_one_that_tiktoken_would_download(
    encoding: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    wanted = {}

    def instead_of_a_download(url: str, expected_hash: str) -> dict[bytes, int]:
        wanted[url.rpartition("/")[2]] = expected_hash
        return {}

    monkeypatch.setattr(openai_public, "load_tiktoken_bpe", instead_of_a_download)
    theirs = openai_public.ENCODING_CONSTRUCTORS[encoding]()
    file = tmp_path / "ranks"
    file.write_bytes(lzma.decompress((FOLDER / f"{encoding}.tiktoken.xz").read_bytes()))
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", "")  # read the file in place, keep no copy

    ours = tokenizer._encoding(encoding)
    assert ours.name == theirs["name"]
    assert ours._pat_str == theirs["pat_str"]
    assert ours._special_tokens == theirs["special_tokens"]
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    assert wanted == {f"{encoding}.tiktoken": sha256}
    assert ours._mergeable_ranks == load_tiktoken_bpe(str(file))
    assert f"| `{encoding}.tiktoken.xz` |" in (FOLDER / "README.md").read_text("utf-8")
    assert sha256 in (FOLDER / "README.md").read_text("utf-8")


def test_the_licence_of_the_vocabularies_is_the_one_of_tiktoken() -> None:
    (theirs,) = [f for f in metadata.files("tiktoken") or [] if f.name == "LICENSE"]
    assert (FOLDER / "LICENSE.tiktoken").read_bytes() == theirs.read_binary()


XZ = (FOLDER / "cl100k_base.tiktoken.xz").read_bytes()


@pytest.mark.usefixtures("unloaded")
@pytest.mark.parametrize(
    "packed",
    [
        pytest.param(b"", id="empty"),
        pytest.param(XZ[:-1], id="cut off"),
        pytest.param(XZ[:300_000] + b"?" + XZ[300_001:], id="a byte changed"),
        pytest.param(lzma.compress(b"YQ== 0\n"), id="another vocabulary"),
        pytest.param(b"version https://git-lfs.github.com/spec/v1\n", id="a pointer to the file"),
    ],
)
def test_a_damaged_vocabulary_is_an_error_with_the_fix(
    packed: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokenizer, "_packed", lambda _: packed)
    with pytest.raises(BurnlibError, match=r"^cl100k_base: .* damaged .*--force-reinstall burnlib"):
        count_tokens("hello", "cl100k_base")
    monkeypatch.setattr(tokenizer, "_packed", lambda _: XZ)
    assert count_tokens("hello", "cl100k_base") == 1


@pytest.mark.usefixtures("unloaded")
def test_a_missing_vocabulary_is_an_error_with_the_fix(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("importlib.resources.files", lambda _: tmp_path)
    with pytest.raises(BurnlibError, match=r"missing.*fix: pip install --force-reinstall burnlib"):
        count_tokens("hello", "cl100k_base")


# What is loaded, and when ---------------------------------------------------------------------


def run(tmp_path: Path, code: str, **more: str) -> str:
    """What *code* prints in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env=fakes.environment(tmp_path, **more),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout


def test_nothing_is_loaded_before_the_first_text_is_counted(tmp_path: Path) -> None:
    code = """
import sys, burnlib, burnlib.tokenizer
print(sorted({"tiktoken", "regex", "requests", "lzma", "base64"} & set(sys.modules)))
burnlib.tokenizer.count_tokens("hello", "cl100k_base")
print("tiktoken" in sys.modules, "requests" in sys.modules)
"""
    assert run(tmp_path, code).split("\n") == ["[]", "True False", ""]


def test_counting_uses_no_network_no_cache_folder_no_variable_and_no_registry(
    tmp_path: Path,
) -> None:
    code = """
import os, sys

def forbid(event, arguments):
    if event.startswith(("socket.", "urllib.", "subprocess.", "os.putenv", "os.unsetenv")):
        raise RuntimeError(f"{event} {arguments}")

before = dict(os.environ)
sys.addaudithook(forbid)
from burnlib.tokenizer import count_each, count_tokens
print(count_tokens("hello world", "o200k_base"), count_tokens("hello world", "cl100k_base"))
import tiktoken.registry
print(tiktoken.registry.ENCODINGS, tiktoken.registry.ENCODING_CONSTRUCTORS)
print(dict(os.environ) == before)
try:
    tiktoken.get_encoding("o200k_base")
except RuntimeError as error:
    print("forbidden:", str(error).split()[0])
"""
    folders = {"TIKTOKEN_CACHE_DIR": tmp_path / "a", "DATA_GYM_CACHE_DIR": tmp_path / "b"}
    folders["TMPDIR"] = tmp_path / "c"
    for folder in folders.values():
        folder.mkdir()
    # The last line shows that the hook would have seen a download.
    found = run(tmp_path, code, **{name: str(folder) for name, folder in folders.items()})
    assert found.splitlines()[:3] == ["2 2", "{} None", "True"]
    assert found.splitlines()[3].startswith("forbidden: socket.")
    assert not [path for folder in folders.values() for path in folder.iterdir()]


@pytest.mark.usefixtures("unloaded")
def test_threads_that_come_first_together_load_the_vocabulary_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loads: list[str] = []

    def packed(name: str) -> bytes:
        loads.append(name)
        return XZ

    monkeypatch.setattr(tokenizer, "_packed", packed)
    start = threading.Barrier(8)

    def count(number: int) -> int:
        start.wait()
        return count_tokens("hello world " * number, "cl100k_base")

    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(count, range(1, 9)))
    # "hello world" is 2, each further " hello world" is 2, and the space at the end is 1.
    assert counts == [2 * number + 1 for number in range(1, 9)]
    assert loads == ["cl100k_base"]


@pytest.mark.usefixtures("unloaded")
def test_without_tiktoken_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tiktoken", None)
    with pytest.raises(MissingDependency, match=r"fix: pip install 'tiktoken>=0\.13'.* compiler"):
        count_tokens("hello", "cl100k_base")


@pytest.mark.usefixtures("unloaded")
def test_another_module_called_tiktoken_is_an_error_with_the_fix(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "tiktoken", type(sys)("tiktoken"))
    with pytest.raises(MissingDependency, match="needs tiktoken"):
        count_tokens("hello", "cl100k_base")


@pytest.mark.usefixtures("unloaded")
@pytest.mark.parametrize("version", ["0.12.0", "0.9.1", "0.8"])
def test_a_tiktoken_that_takes_quadratic_time_is_refused(
    version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiktoken, "__version__", version)
    with pytest.raises(MissingDependency, match=rf"{version} is too old.*'tiktoken>=0\.13'"):
        count_tokens("hello", "cl100k_base")


@pytest.mark.usefixtures("unloaded")
@pytest.mark.parametrize("version", ["0.13.0", "0.13.0rc1", "0.100.0", "1.0", "1"])
def test_a_newer_tiktoken_is_taken(version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiktoken, "__version__", version)
    assert tokenizer._encoding_class() is tiktoken.Encoding


@pytest.mark.usefixtures("unloaded")
def test_a_python_without_lzma_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lzma", None)
    with pytest.raises(MissingDependency, match="built without lzma"):
        count_tokens("hello", "cl100k_base")


# Long texts are cut ---------------------------------------------------------------------------

# White space of many kinds, what may follow it in the same token, and letters of many kinds.
PARTS = [
    *(
        "\n",
        "\n\n",
        " ",
        "  ",
        "\r\n",
        "\r",
        "\t",
        "\v",
        "\x1c",
        "\x85",
        "\xa0",
        "\u2028",
        "\u3000",
    ),
    *("/", "//", "*", "!", "_", "'", "'s", "'LL", "’s", "<|endoftext|>", "1", "2345", "½"),
    *("a", "Z", "the", "World", "ABC", "é", "e\u0301", "\u0301", "ǅ", "ʰ", "ſ", "я", "中", "です"),
    *("😀", "👍🏽", "\u200d", "\ufeff", "\0", "\ud83d", "\ude00"),
]
TEXTS = st.lists(
    st.sampled_from(PARTS[:13]) | st.sampled_from(PARTS) | st.characters(), max_size=40
).map("".join)


@given(TEXTS, st.integers(1, 30))
@example("", 1)
@example("a b c", 1)
def test_the_pieces_are_the_text_none_too_long_and_not_many(text: str, longest: int) -> None:
    pieces = list(tokenizer._pieces(text, longest=longest))
    assert "".join(pieces) == text
    assert max(map(len, pieces)) <= longest
    assert all(len(a) + len(b) > longest for a, b in pairwise(pieces))


@BOTH
@given(text=TEXTS, longest=st.integers(2, 30))
@example(text="a*\n/b", longest=4)
@example(text="a*\n\nb", longest=4)
@example(text="a*\n\tb", longest=4)
@example(text="a\n\t b", longest=4)
@example(text="a   b", longest=3)
@example(text="it's 'is", longest=5)
def test_no_token_changes_where_a_piece_ends_before_it_must(
    encoding: str, text: str, longest: int
) -> None:
    end = 0
    for piece in tokenizer._pieces(text, longest=longest):
        end += len(piece)
        if len(piece) < longest:
            cut = tokens(text[:end], encoding) + tokens(text[end:], encoding)
            assert cut == tokens(text, encoding), (text[:end], text[end:])


@BOTH
@given(text=TEXTS)
@example(text="*\n*")
@example(text="it's 'is 1 !")
def test_a_cut_before_a_line_or_behind_a_word_changes_no_token(encoding: str, text: str) -> None:
    whole = tokens(text, encoding)
    for at in range(1, len(text)):
        before, after = text[:at], text[at:]
        line = before[-1] == "\n" and not after[0].isspace() and after[0] != "/"
        word = not before[-1].isspace() and after[0] == " "
        if line or word:
            assert tokens(before, encoding) + tokens(after, encoding) == whole, (before, after)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        pytest.param("one\ntwo\nsix", ["one\ntwo\n", "six"], id="as late as possible"),
        pytest.param("one two six", ["one two", " six"], id="between words"),
        pytest.param("one\ntwo\n/x", ["one\n", "two\n/x"], id="not before a slash"),
        pytest.param("one\ntwo\n\nsix", ["one\n", "two\n\nsix"], id="not before white space"),
        pytest.param("one\n1 2 3 4 5", ["one\n1 2", " 3 4 5"], id="behind a number"),
        pytest.param("one.  two", ["one.", "  two"], id="not between spaces"),
        pytest.param("one\n123456789", ["one\n", "12345678", "9"], id="where it must"),
        pytest.param("12345678", ["12345678"], id="not at all"),
        pytest.param("1234567\nabc", ["1234567\n", "abc"], id="at the longest, by a line"),
    ],
)
def test_a_text_is_cut_at(text: str, pieces: list[str]) -> None:
    assert list(tokenizer._pieces(text, longest=8)) == pieces


@BOTH
def test_a_long_text_of_words_and_lines_counts_as_tiktoken_counts_it_whole(encoding: str) -> None:
    words = random.Random(5)
    line = ["The", "2nd", "it's", "über", "猫", "x += 1;", "\n", "\n\n", "\r\n", "\n/* */", "\t"]
    text = " ".join(words.choices(line, k=350_000))
    assert len(text) > 2 * tokenizer._LONGEST
    assert count_tokens(text, encoding) == len(tokens(text, encoding))


# Any text gives a number ----------------------------------------------------------------------


@BOTH
@given(text=TEXTS | st.text(st.characters(codec=None)))
@example(text="\ud800")
@example(text="\udfff\0\ud800")
def test_any_text_is_at_most_a_token_a_byte_and_at_least_one(encoding: str, text: str) -> None:
    found = count_tokens(text, encoding)
    assert min(1, len(text)) <= found <= len(text.encode("utf-8", "surrogatepass"))


MILLION = 1_100_000  # more than the run of white space that makes tiktoken panic
RANDOM = random.Random(3).randbytes


# The numbers that are written here are the length over that of the longest run that is a token.
@pytest.mark.parametrize(
    ("encoding", "text", "expected"),
    [
        pytest.param("o200k_base", "a" * MILLION, MILLION / 8, id="a letter"),
        pytest.param("o200k_base", " " * MILLION, MILLION / 128, id="spaces"),
        pytest.param("cl100k_base", " " * MILLION, MILLION / 128, id="spaces, older"),
        pytest.param("o200k_base", "\n" * MILLION, MILLION / 16, id="line ends"),
        pytest.param("cl100k_base", "\n" * MILLION, MILLION / 32, id="line ends, older"),
        pytest.param("o200k_base", "7" * MILLION, MILLION / 3, id="digits"),
        pytest.param("cl100k_base", "\0" * MILLION, MILLION, id="zero bytes"),
        pytest.param("o200k_base", "\n/" * MILLION, MILLION, id="lines of a slash"),
        pytest.param("cl100k_base", "x" + " " * MILLION + "y", MILLION / 128, id="a gap"),
    ],
)
def test_a_text_that_cannot_be_cut_well_is_off_by_at_most_three_tokens_a_cut(
    encoding: str, text: str, expected: float
) -> None:
    cuts = len(text) // 500_000
    # And one for what is left over at the end of the run, or stands around it.
    assert expected <= count_tokens(text, encoding) <= expected + 3 * cuts + 3


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(base64.b64encode(RANDOM(900_000)).decode(), id="base64"),
        pytest.param("\ud800" * MILLION, id="halves of characters"),
        pytest.param("\u3000\t\xa0" * (MILLION // 3), id="white space of all kinds"),
        pytest.param(("x" * 400_000 + " " * 700_000 + "\n\n.\n" + "y") * 2, id="all together"),
    ],
)
def test_a_hostile_text_gives_a_number(text: str) -> None:
    assert 0 < count_tokens(text, "o200k_base") < 3 * len(text)


# When tiktoken fails all the same -------------------------------------------------------------


def test_a_panic_is_an_error_of_ours_whatever_it_is_in_rust(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tokenizer, "_LONGEST", 2 * MILLION)
    try:
        found = count_tokens("secret" + " " * MILLION + "x", "cl100k_base")
    except BurnlibError as error:
        assert str(error) == (  # noqa: PT017 - a later tiktoken may not fail at all
            "cl100k_base: tiktoken failed on a text of 1,100,007 characters "
            "(fix: pip install --upgrade tiktoken)"
        )
    else:
        assert found > MILLION / 128


class Failing:
    """An encoding whose every method raises."""

    def __init__(self, kind: type[BaseException]) -> None:
        self.kind = kind

    def encode_ordinary(self, text: str) -> list[int]:  # noqa: ARG002
        raise self.kind

    def encode(self, text: str, **options: object) -> list[int]:  # noqa: ARG002
        raise self.kind


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, MemoryError, GeneratorExit])
def test_what_is_no_panic_goes_through(
    kind: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokenizer, "_encoder", lambda _: Failing(kind))
    with pytest.raises(kind):
        count_tokens("hello", "o200k_base")
    with pytest.raises(kind):
        count_each(["hello"], "o200k_base")


def test_a_panic_by_its_name_is_an_error_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    panic = type("PanicException", (BaseException,), {})
    monkeypatch.setattr(tokenizer, "_encoder", lambda _: Failing(panic))
    with pytest.raises(BurnlibError, match=r"^o200k_base: tiktoken failed on a text of 5 char"):
        count_tokens("hello", "o200k_base")
    with pytest.raises(BurnlibError, match=r"^o200k_base: tiktoken failed on a text of 5 char"):
        count_each(["hello"], "o200k_base")


# Many texts at once.

MARK = "<|endoftext|>"
PIECES = st.sampled_from(
    [MARK, MARK[:-1], MARK[1:], "<", "|>", " ", "\n", "hello", "字", "\ud800", "/"]
)


@pytest.mark.parametrize("encoding", ["o200k_base", "cl100k_base"])
@given(texts=st.lists(st.lists(PIECES, max_size=6).map("".join) | st.text(max_size=30), max_size=8))
def test_texts_counted_together_are_what_they_are_one_by_one(
    encoding: str, texts: list[str]
) -> None:
    assert count_each(texts, encoding) == [count_tokens(text, encoding) for text in texts]


def test_a_text_too_long_for_one_call_is_counted_among_others() -> None:
    long = "a " * 400_000
    assert count_each(["hello", long, "", "hello world"], "o200k_base") == [
        1, count_tokens(long, "o200k_base"), 0, 2,
    ]  # fmt: skip
