"""aider's analytics log as a source of burnlib: one event for each message that aider sent.

aider (https://aider.chat) writes the log only where it is asked to, with ``--analytics-log FILE``:
JSON Lines, of which those with the event ``message_send`` tell of tokens. All names are those of
aider 0.86.2: ``aider/analytics.py`` writes the lines, ``show_usage_report`` in
``aider/coders/base_coder.py`` fills them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from burnlib import Fidelity, TokenCounts, UsageEvent
from burnlib.days import parse_seconds
from burnlib.sources.base import Home, Reading, Resume, Segment
from burnlib.sources.lines import mentions, objects, open_log, read_lines, text_of, tokens

__all__ = ["Aider"]

# While answers are streamed, which is what aider does unless it is told otherwise, no provider's
# count reaches it: it counts text with its own tokenizer (calculate_and_show_tokens_and_cost). The
# log does not tell such counts from a provider's, so none of them can be called measured.
_METHOD = "aider's tokenizer, or by the provider where answers were not streamed"

# `analytics-log: FILE` in YAML, bare or in quotes, perhaps with a comment behind it.
_SETTING = re.compile(r"^analytics-log:[ \t]+(['\"]?)(.+?)\1(?:[ \t]+#.*)?[ \t]*$", re.MULTILINE)


class Aider:
    """Source ``aider``; its logs are kept for ever, since aider only appends to them."""

    name = "aider"
    api_version = 1
    fidelity = Fidelity.ESTIMATED
    revision = 1

    def find(self, home: Home) -> Iterator[Segment]:
        """Return the logs that are there, of all places that may be named, not only the first.

        Somebody who moves the log leaves the older one behind, and what it told remains true.
        """
        named = {
            *home.override("AIDER_ANALYTICS_LOG"),
            *_configured(home.path(".aider.conf.yml")),
            home.path(".aider", "analytics.jsonl"),
        }
        return (Segment(path) for path in sorted(named) if path.is_file())

    def read(self, segment: Segment, resume: Resume | None) -> Reading:
        """Read the messages that were logged since *resume*."""
        offset = resume.offset if resume else 0
        events: dict[str, UsageEvent] = {}
        dropped: Counter[str] = Counter()
        with open_log(segment.path) as log:
            log.seek(offset)
            for line in read_lines(log, start=offset):
                if not line.closed:
                    break  # still being written: next time
                offset = line.end
                if not mentions(line.raw, b'"message_send"'):
                    continue  # most lines tell of commands and settings
                records, whole = objects(line.raw)
                dropped["line that is not whole JSON"] += not whole
                for record in records:
                    if record.get("event") != "message_send":
                        continue
                    if event := self._event(record):
                        events[event.id] = event
                    else:
                        dropped["message without a time or a count"] += 1
        return Reading(events=list(events.values()), offset=offset, dropped=+dropped)

    def _event(self, record: Mapping[str, object]) -> UsageEvent | None:
        told = record.get("properties")
        if not isinstance(told, dict) or "prompt_tokens" not in told:
            return None
        at = parse_seconds(record.get("time"))
        sent, received = tokens(told["prompt_tokens"]), tokens(told.get("completion_tokens"))
        if at is None or sent is None or received is None:
            return None
        model = text_of(told, "main_model")
        return UsageEvent(
            id=_digest(record),
            at=at,
            source=self.name,
            fidelity=self.fidelity,
            # Cached tokens are in prompt_tokens, and nothing tells how many they are.
            counts=TokenCounts(input=sent, output=received),
            # aider leaves out the names of models that it does not know: str(None) in the log.
            model="" if model == "None" else model,
            method=_METHOD,
        )


def _digest(record: Mapping[str, object]) -> str:
    """Return an id made from all that a record says, since aider logs none.

    Two messages differ in it although aider's time is in whole seconds: each takes longer than
    that, and the record holds what the session has cost so far.
    """
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()


def _configured(settings: Path) -> Iterator[Path]:
    """Yield the log that the user's settings name; a relative path is below no known folder."""
    text = settings.read_text(encoding="utf-8") if settings.is_file() else ""
    for found in _SETTING.finditer(text):
        if (path := Path(found[2])).is_absolute():
            yield path
