"""How long importing an export takes, against the bare tokenizer on the same texts.

    python benchmarks/importing.py [RUNS [MEGABYTES]]

Makes an export of ChatGPT: questions of about 300 characters and answers of about 2,700, cut out of
burnlib's own documents and code, with the metadata that real ones have. Then it imports that as
JSON and as a zip archive, and gives the same texts to tiktoken in a loop, in turn, and prints the
medians, their spread, and the throughput over tiktoken's. These ratios hold on any machine; the
seconds do not. The vocabulary is loaded before; each import goes into a new archive.
"""

from __future__ import annotations

import functools
import json
import random
import statistics
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from burnlib import tokenizer
from burnlib._import import Imported, import_files

_ENCODING, _MODEL = "o200k_base", "gpt-4o"

_ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Run the benchmark and print its table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    size = int(sys.argv[2]) * 1_000_000 if len(sys.argv) > 2 else 25_000_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plain, packed = folder / "conversations.json", folder / "export.zip"
        texts = _write(plain, size)
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(plain, plain.name)
        characters = sum(map(len, texts))
        print(
            f"{plain.stat().st_size / 1e6:.1f} MB of JSON, {packed.stat().st_size / 1e6:.1f} MB"
            f" zipped, {len(texts):,} messages of {characters / 1e6:.1f} M characters,"
            f" {runs} runs in turn, after one of each"
        )
        work: dict[str, Callable[[Path], Imported | int]] = {
            "import, conversations.json": lambda a: _import(plain, a),
            "import, export.zip": lambda a: _import(packed, a),
            "tiktoken alone": lambda _: _encode(texts),
        }
        times: dict[str, list[float]] = {what: [] for what in work}
        for run in range(runs + 1):
            counts = set()
            for number, (what, do) in enumerate(work.items()):
                start = time.perf_counter()
                done = do(folder / f"{run}-{number}.db")
                seconds = time.perf_counter() - start
                counts.add(done if isinstance(done, int) else done.rows.total)
                if run:
                    times[what].append(seconds)
            assert len(counts) == 1, "all three count the same tokens"
    _print(times, characters)


def _print(times: dict[str, list[float]], characters: int) -> None:
    bare = times["tiktoken alone"]
    for what, series in times.items():
        ratios = [b / a for a, b in zip(series, bare, strict=True)]
        middle = statistics.median(series)
        print(
            f"{what:<26} {middle:7.3f} s  ({min(series):.3f} to {max(series):.3f})"
            f"  {characters / middle / 1e6:5.2f} M characters/s"
            f"  {statistics.median(ratios):5.2f} of tiktoken ({min(ratios):.2f} to"
            f" {max(ratios):.2f})"
        )


def _import(path: Path, archive: Path) -> Imported:
    found = import_files([path], archive=archive, tz="UTC")
    assert not found.problems, found.problems
    return found


def _encode(texts: list[str]) -> int:
    encode = tokenizer._encoding(_ENCODING).encode_ordinary
    return sum(len(encode(text)) for text in texts)


def _write(path: Path, size: int) -> list[str]:
    """Write an export of about *size* bytes; return the texts of its messages."""
    chance = random.Random(0)
    texts: list[str] = []
    with path.open("w", encoding="utf-8") as file:
        file.write("[")
        while file.tell() < size:
            file.write(", " if texts else "")
            json.dump(_conversation(chance, texts), file)
        file.write("]")
    return texts


def _conversation(chance: random.Random, texts: list[str]) -> dict[str, object]:
    """Return one conversation; its texts are added to *texts*."""
    at = 1_767_225_600 + chance.random() * 20_000_000
    begun, parent = at, _id(chance)
    mapping: dict[str, object] = {parent: {"id": parent, "message": None, "parent": None}}
    for number in range(2 * chance.randrange(2, 12)):
        role, length = (("user", 300), ("assistant", 2_700))[number % 2]
        text = _prose(chance, round(length * chance.uniform(0.5, 1.5)))
        texts.append(text)
        at += chance.random() * 100
        id_ = _id(chance)
        mapping[id_] = {
            "id": id_,
            "message": _message(chance, id_, role, text, at),
            "parent": parent,
            "children": [],
        }
        parent = id_
    return {
        "title": "A talk about a few things",
        "create_time": begun,
        "update_time": at,
        "mapping": mapping,
        "moderation_results": [],
        "current_node": parent,
        "conversation_id": _id(chance),
        "default_model_slug": _MODEL,
        "is_archived": False,
        "safe_urls": [],
    }


def _message(chance: random.Random, id_: str, role: str, text: str, at: float) -> dict[str, object]:
    metadata: dict[str, object] = {
        "request_id": _id(chance),
        "timestamp_": "absolute",
        "message_type": None,
        "selected_github_repos": [],
        "serialization_metadata": {"custom_symbol_offsets": []},
    }
    if role == "assistant":
        metadata |= {
            "model_slug": _MODEL,
            "default_model_slug": _MODEL,
            "finish_details": {"type": "stop", "stop_tokens": [200002]},
            "is_complete": True,
            "citations": [],
            "content_references": [
                {"matched_text": " ", "start_idx": n, "end_idx": n, "safe_urls": [], "refs": []}
                for n in range(chance.randrange(4))
            ],
            "parent_id": _id(chance),
        }
    return {
        "id": id_,
        "author": {"role": role, "name": None, "metadata": {}},
        "create_time": at,
        "update_time": None,
        "content": {"content_type": "text", "parts": [text]},
        "status": "finished_successfully",
        "end_turn": role == "assistant" or None,
        "weight": 1.0,
        "metadata": metadata,
        "recipient": "all",
        "channel": None,
    }


def _id(chance: random.Random) -> str:
    digits = f"{chance.getrandbits(128):032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


@functools.cache
def _corpus() -> str:
    """Return English prose and a fourth of it code, as answers of chats hold them."""
    prose = [path.read_text("utf-8") for path in sorted(_ROOT.glob("docs/**/*.md"))]
    code = [path.read_text("utf-8") for path in sorted(_ROOT.glob("src/burnlib/*.py"))]
    words = "".join(prose)
    return words + "".join(code)[: len(words) // 3]


def _prose(chance: random.Random, length: int) -> str:
    start = chance.randrange(len(_corpus()) - length)
    return _corpus()[start : start + length]


if __name__ == "__main__":
    main()
