"""One shape: its logs, what is right, and what wrong rules of counting make of it."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import asdict, field, frozen

from burnlib.model import TokenCounts
from burnlib.value import Value

__all__ = ["RULES", "Days", "Shape"]

Days = Mapping[str, int]
"""Day, such as "2026-05-24", to tokens."""

RULES: Mapping[str, str] = {
    # Lines
    "every line": "Adds `usage` of every line of Claude Code, `last_token_usage` of Codex.",
    "every line and report": "The same, and that of every `agent_progress` line.",
    "first line wins": "Counts a response of Claude Code as its first line tells it.",
    "finished responses only": "Leaves out a response that no line gives a `stop_reason`.",
    "total_tokens of every line": "Adds the `total_tokens` in `last_token_usage` of every line.",
    "one object a line": "Leaves out a line that is not exactly one JSON object.",
    "a bad line ends the file": "Reads a file up to the first line that is not JSON.",
    "last line without an end left out": "Reads only lines that a line feed ends.",
    "split at other line ends": "Also ends lines at U+0085, U+2028 and the like, and leaves out the"
    " pieces.",
    # Files
    "per file only": "Counts each file rightly by itself, and adds up the files.",
    "replay added": "The same: the history that was copied into a fork counts again.",
    "last total of each file": "Adds the last `total_token_usage` of each file.",
    "greatest total of each file": "Adds the greatest `total_token_usage` of each file.",
    "equal numbers once": "Leaves out an event with the numbers of another one, in any file.",
    "forks left out": "Leaves out files with a `forked_from_id`.",
    "sub-agents left out": "Leaves out what sub-agents used, and side conversations.",
    "first level only": "Reads `projects/*/*.jsonl`, and no folder below.",
    "one folder only": "Reads `~/.claude`, and not `~/.config/claude`.",
    "archive left out": "Reads `sessions`, and not `archived_sessions`.",
    # A running total
    "falls skipped": "Adds nothing where the running total fell.",
    "falls as restarts": "Where the running total fell, takes all of it for new.",
    "first total as base": "Takes the first total of a fork for its parent's.",
    "each header begins a thread": "Adds the greatest total after each `session_meta`.",
    # Identity
    "message and request": "Takes lines for one response only if the request is the same, too.",
    "message id alone": "Takes all lines with the id of a message for one response.",
    # Parts
    "cache added": "Adds cached tokens to an input that holds them already.",
    "cache left out": "Leaves out what was read from a cache and written to one.",
    "cache reads left out": "Leaves out what was read from a cache.",
    "cache split added": "Adds the two parts of `cache_creation` to their sum.",
    "reasoning added": "Adds reasoning to an output that holds it already.",
    # Numbers that are no usage
    "reports added": "Counts the reports of sub-agents beside the sub-agents' own files.",
    "reports left out": "Reads no `agent_progress` lines.",
    "summaries added": "Adds the `totalTokens` of a finished sub-agent.",
    "context size added": "Adds the `preTokens` of a compaction.",
    "iterations left out": "Reads the top level of a usage alone.",
    "iterations added": "Adds the `iterations` of a usage to its top level.",
    # Days
    "folder's day": "Puts a session on the day of its folder.",
    "first line's day": "Puts a session on the day of its first usage.",
    "last line's day": "Puts a session on the day of its last usage.",
    "last line's day of a response": "Puts a response on the day of its last line.",
    # Calls
    "every message": "Takes each message for a response of a model.",
}
"""Name of a wrong rule of counting to what a tool does that follows it."""


@frozen(kw_only=True, eq=False, repr=False)
class Shape(Value):
    """Made-up logs with one trap, what is right, and what wrong rules make of them.

    Attributes:
        name: Such as `codex-falling-total`; also its folder's name.
        source: `codex` or `claude_code`.
        why: The trap, in one sentence.
        files: Path below a home folder, with slashes, to the bytes of the log.
        tokens: UTC day to tokens; days without use are absent.
        counts: All tokens in their parts, which are disjoint; reasoning is inside output.
        calls: Responses of a model that the logs tell of.
        lower_bound_calls: Of them those whose final count was never logged.
        local_tokens: IANA zone to its days and their tokens, where the shape is about that.
        wrong: Name of a wrong rule, one of RULES, to all tokens by it.
        wrong_tokens: The same for rules that are wrong about days: to UTC day to tokens.
        wrong_calls: The same for rules that are wrong about calls: to all calls.

    """

    name: str
    source: str
    why: str
    files: Mapping[str, bytes]
    tokens: Days
    counts: TokenCounts
    calls: int
    lower_bound_calls: int = 0
    local_tokens: Mapping[str, Days] = field(factory=dict)
    wrong: Mapping[str, int] = field(factory=dict)
    wrong_tokens: Mapping[str, Days] = field(factory=dict)
    wrong_calls: Mapping[str, int] = field(factory=dict)

    @property
    def total(self) -> int:
        """Tokens of all days."""
        return sum(self.tokens.values())

    def expected(self) -> dict[str, object]:
        """Return what is right and what is wrong, for programs: the content of expected.json."""
        return {
            "shape": self.name,
            "source": self.source,
            "why": self.why,
            "tokens": self._by_source(self.tokens),
            "total": self.total,
            "counts": asdict(self.counts),
            "calls": self.calls,
            "lower_bound_calls": self.lower_bound_calls,
            "local_tokens": {
                zone: self._by_source(days) for zone, days in self.local_tokens.items()
            },
            "wrong": dict(self.wrong),
            "wrong_tokens": {
                rule: self._by_source(days) for rule, days in self.wrong_tokens.items()
            },
            "wrong_calls": dict(self.wrong_calls),
        }

    def _by_source(self, days: Days) -> dict[str, dict[str, int]]:
        return {day: {self.source: tokens} for day, tokens in days.items()}
