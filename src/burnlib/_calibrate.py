"""Measure the ratios of estimates on data whose tokens are known: logs, or one conversation."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from attrs import define, evolve, field

from burnlib import words
from burnlib.archive import Archive, default_path
from burnlib.days import parse_instant
from burnlib.errors import InvalidInput, LogFormatError
from burnlib.estimating import Calibration, Method, Ratio, amount_of, pieces_of
from burnlib.exports import members, records
from burnlib.sources.base import Home, Problem
from burnlib.sources.claude_chat import ClaudeChat
from burnlib.sources.claude_code import ClaudeCode
from burnlib.sources.conversations import Conversation, ExportSource
from burnlib.sources.installed import export_sources
from burnlib.sources.lines import mentions, objects, open_log, read_lines, text_of, tokens
from burnlib.sources.turns import outline_of, uses_of
from burnlib.tokenizer import count_tokens

__all__ = ["calibrate_by_conversation", "calibrate_by_logs", "reset_calibrations"]

# Below 200 tokens, what a response has beside its text (its frame) weighs too much; with fewer
# than 30 answers the interval says little.
_SHORTEST_ANSWER = 200
_FEWEST_ANSWERS = 30

# What one measured factor is off, on other text of the same kind: 5.7 % was measured in
# https://github.com/vybestack/llxprt-code/issues/2835.
_OFF = 60

_UNIT = 1000
_ROUNDS = 400


@define
class _Answer:
    """What the lines of one response tell, its text already counted.

    Attributes:
        model: The model that wrote it.
        at: When.
        seen: Digests of the texts that were counted: forks and resumed sessions repeat them.
        estimated: Tokens of its text, as the published ratios have it.
        output: Output tokens as logged; they grow line by line.
        complete: Whether the last count was logged.
        text_only: Whether it holds neither reasoning nor calls of tools.

    """

    model: str
    at: datetime
    seen: set[int] = field(factory=set)
    estimated: int = 0
    output: int = 0
    complete: bool = False
    text_only: bool = True


def calibrate_by_logs(
    home: Path | None = None, *, archive: Path | None = None, now: datetime | None = None
) -> tuple[list[Calibration], list[Problem]]:
    """Measure Claude's ratios on the answers in Claude Code's logs, and keep them.

    Answers that are text alone are counted as if they stood in a chat; their logged output tokens
    over that, all added up, is the factor. Its range is the 95 % interval of a bootstrap, and at
    least 6 % wide on both sides. Returns the new calibrations and the logs that could not be read.

    Args:
        home: The home folder to look below; default: the user's own.
        archive: The archive file; default: the user's own.
        now: The instant of the measurement; default: the clock's.

    Raises:
        InvalidInput: There are fewer than 30 such answers of at least 200 tokens.

    """
    at = now or datetime.now(UTC)
    answers: dict[str, _Answer] = {}
    problems = []
    for segment in ClaudeCode().find(Home(home) if home else Home.own()):
        try:
            _read_answers(segment.path, answers)
        except (OSError, LogFormatError) as error:
            problems.append(Problem.of(ClaudeCode.name, str(segment.path), error))
    by_method: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for answer in answers.values():
        counts = answer.complete and answer.text_only and answer.estimated
        if counts and answer.output >= _SHORTEST_ANSWER:
            by_method[_method(answer).name].append((answer.output, answer.estimated))
    usable = {name: pairs for name, pairs in by_method.items() if len(pairs) >= _FEWEST_ANSWERS}
    if not usable:
        most = max(map(len, by_method.values()), default=0)
        raise InvalidInput(
            f"{words.counted(most, 'answer', 'answers')} of at least {_SHORTEST_ANSWER} tokens that"
            f" are text alone, fewer than {_FEWEST_ANSWERS}",
            where="Claude Code's logs",
            hint="use Claude Code for a while, or burn calibrate --tokens N FILE",
        )
    found = [_by_answers(name, pairs, at) for name, pairs in sorted(usable.items())]
    _keep(found, archive)
    return found, problems


def _read_answers(path: Path, answers: dict[str, _Answer]) -> None:
    with open_log(path) as file:
        for line in read_lines(file):
            if mentions(line.raw, b'"usage"'):
                for record in objects(line.raw)[0]:
                    _take_answer(record, answers)


def _take_answer(record: Mapping[str, object], answers: dict[str, _Answer]) -> None:
    message = record.get("message")
    at = parse_instant(record.get("timestamp"))
    if record.get("type") != "assistant" or not isinstance(message, dict) or at is None:
        return
    usage, content = message.get("usage"), message.get("content")
    identity = text_of(message, "id")
    if not identity or not isinstance(usage, dict) or not isinstance(content, list):
        return
    answer = answers.setdefault(identity, _Answer(text_of(message, "model"), at))
    answer.output = max(answer.output, tokens(usage.get("output_tokens")) or 0)
    answer.complete |= message.get("stop_reason") is not None
    for block in content:
        if isinstance(block, dict) and block.get("type") == "text":
            _count(answer, text_of(block, "text"))
        else:
            answer.text_only = False


def _count(answer: _Answer, text: str) -> None:
    digest = hash(text)
    if digest in answer.seen or not answer.text_only:
        return
    answer.seen.add(digest)
    method = _method(answer)
    pieces = pieces_of(method, [text])
    counted = ((ratio, count_tokens(piece, method.encoding)) for ratio, piece in pieces)
    answer.estimated += amount_of(counted).mid


def _method(answer: _Answer) -> Method:
    return ClaudeChat().method(answer.model, answer.at)


def _by_answers(name: str, pairs: Sequence[tuple[int, int]], at: datetime) -> Calibration:
    low, mid, high = _bootstrap(pairs)
    real = sum(output for output, _ in pairs)
    answers = words.counted(len(pairs), "answer", "answers")
    return Calibration(
        method=name,
        factor=Ratio(min(low, _less(mid)), mid, max(high, _more(mid))),
        at=at,
        origin=f"measured on {answers} of Claude Code, {words.full(real)} tokens",
    )


def _bootstrap(pairs: Sequence[tuple[int, int]]) -> tuple[int, int, int]:
    """Return the 2.5th, 50th and 97.5th percentile of the ratio of sums, in thousandths."""
    chance = random.Random(0)  # noqa: S311 - the same answers give the same interval
    drawn = sorted(_ratio(chance.choices(pairs, k=len(pairs))) for _ in range(_ROUNDS))
    return drawn[_ROUNDS // 40], _ratio(pairs), drawn[-_ROUNDS // 40 - 1]


def _ratio(pairs: Iterable[tuple[int, int]]) -> int:
    real, estimated = map(sum, zip(*pairs, strict=True))
    return max(1, round(_UNIT * real / estimated))


def _less(mid: int) -> int:
    return max(1, mid * (_UNIT - _OFF) // _UNIT)


def _more(mid: int) -> int:
    return -(-mid * (_UNIT + _OFF) // _UNIT)


def calibrate_by_conversation(
    file: Path, real: int, *, archive: Path | None = None, now: datetime | None = None
) -> list[Calibration]:
    """Measure ratios on one conversation of which somebody knows the tokens, and keep them.

    Args:
        file: An export that holds one conversation.
        real: Tokens of its text, each message once.
        archive: The archive file; default: the user's own.
        now: The instant of the measurement; default: the clock's.

    Raises:
        LogFormatError: *file* is not an export, or holds not exactly one conversation.
        InvalidInput: The number is so far from the text that it must mean something else, or the
            tokenizer is known, so that there is nothing to measure.

    """
    at = now or datetime.now(UTC)
    estimated, methods = _estimate_of(file)
    if not estimated:
        raise LogFormatError("holds no text", where=str(file), hint="name another conversation")
    factor = round(_UNIT * real / estimated)
    if not _UNIT // 4 <= factor <= _UNIT * 4:
        raise InvalidInput(
            f"{real:,} tokens is far from the ~{estimated:,} that the text is estimated at",
            where=str(file),
            hint="give the tokens of the text, each message once, without files and system prompt",
        )
    span = Ratio(_less(factor), factor, _more(factor))
    origin = f"measured on one conversation of {real:,} tokens"
    found = [
        Calibration(method=name, factor=span, at=at, origin=origin) for name in sorted(methods)
    ]
    _keep(found, archive)
    return found


def _estimate_of(file: Path) -> tuple[int, set[str]]:
    """Return the visible estimate by published ratios, and the names of the methods."""
    talks = list(_conversations(file))
    if len(talks) != 1:
        number = words.counted(len(talks), "conversation", "conversations")
        hint = "name a file with one conversation of ChatGPT or Claude.ai"
        raise LogFormatError(f"holds {number}, not one", where=str(file), hint=hint)
    source, conversation = talks[0]
    outline = outline_of(conversation, source=source.name, method=source.method)
    methods = {step.method for step in outline.steps if any(text for _, text in step.pieces)}
    if exact := sorted(method.name for method in methods if method.is_exact):
        raise InvalidInput(
            f"is counted with the model's own tokenizer, {exact[0]}: there is nothing to measure",
            where=str(file),
            hint="name a conversation with Claude",
        )
    events = uses_of(outline, [count_tokens(text, encoding) for encoding, text in outline.texts])
    return sum(event.counts.total for event in events), {method.name for method in methods}


def _conversations(file: Path) -> Iterator[tuple[ExportSource, Conversation]]:
    problems: list[Problem] = []
    sources = export_sources(problems)
    documents, faults = members(file)
    for fault in faults:
        raise fault
    for document in documents:
        with document.open() as raw:
            for record in records(raw, where=document.name):
                if isinstance(record, LogFormatError):
                    raise record
                for source in sources:
                    if conversation := source.conversation(record):
                        yield source, conversation


def reset_calibrations(
    *, archive: Path | None = None, now: datetime | None = None
) -> list[Calibration]:
    """Go back to the published ratios for every method that has others; return these methods.

    Raises NoArchive where there is no archive.
    """
    at = now or datetime.now(UTC)
    with Archive(archive or default_path(), create=False) as store:
        measured = [name for name, last in sorted(store.calibrations().items()) if last.factor]
    found = [
        Calibration(method=name, factor=None, at=at, origin="published ratios") for name in measured
    ]
    _keep(found, archive)
    return found


def _keep(found: Iterable[Calibration], archive: Path | None) -> None:
    with Archive(archive or default_path()) as store, store.transaction():
        known = store.calibrations()
        for calibration in found:
            # The last one holds, also where the clock was ahead when an earlier one was made.
            last = known.get(calibration.method)
            at = max(calibration.at, last.at + timedelta(microseconds=1)) if last else None
            store.put_calibration(evolve(calibration, at=at or calibration.at))
