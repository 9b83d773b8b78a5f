"""Claude Code: transcripts below ``~/.claude/projects``, one JSON object a line.

A response is written once for each of its content blocks, and every line repeats the whole usage
while the output count grows. Resumed and forked sessions copy earlier lines under a new session
id. The message id alone tells what is one response; :mod:`burnlib.uses` puts the copies together.
Input excludes cached tokens (Anthropic's accounting).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from burnlib.model import Fidelity
from burnlib.sources.base import Home, Reading, Resume, Segment, walk_names

__all__ = ["ClaudeCode"]

# Anthropic's documented default of `cleanupPeriodDays`: transcripts are deleted 30 days after
# their last activity.
_KEPT_DAYS = 30


class ClaudeCode:
    """Source ``claude_code``: exact, but for versions that never logged the final output count."""

    name = "claude_code"
    fidelity = Fidelity.EXACT
    api_version = 1
    revision = 1

    def find(self, home: Home) -> Iterator[Segment]:
        """Return all transcripts: main sessions, sub-agents, and the desktop app's."""
        for root in _roots(home):
            yield from map(Segment, walk_names(root / "projects", (".jsonl",)))
        for folder in _desktop_folders(home):
            for name in walk_names(folder, (".jsonl",)):
                if "projects" in Path(name).relative_to(folder).parts:
                    yield Segment(name)

    def kept(self, home: Home) -> timedelta:
        """Return the shortest `cleanupPeriodDays` of the settings found, 30 days by default."""
        periods = [_cleanup_period(root) for root in _roots(home) if root.is_dir()]
        return timedelta(days=min(periods, default=_KEPT_DAYS))

    def read(self, segment: Segment, resume: Resume | None) -> Reading:
        """Read the responses of a transcript, one event for each message id and request."""
        # Loading these takes longer than looking for changed logs.
        from burnlib.sources.claude_lines import Transcript

        transcript = Transcript(json.loads(resume.state).get("started") if resume else None)
        offset = transcript.read(segment.name, resume.offset if resume else 0)
        return Reading(
            events=transcript.packed(self.name),
            offset=offset,
            state=json.dumps({"started": transcript.started}),
            dropped=dict(transcript.dropped),
        )


def _roots(home: Home) -> tuple[Path, ...]:
    if named := home.override("CLAUDE_CONFIG_DIR"):
        return named
    config = home.override("XDG_CONFIG_HOME") or (home.path(".config"),)
    return (home.path(".claude"), *(folder / "claude" for folder in config))


def _desktop_folders(home: Home) -> Iterator[Path]:
    """Where the desktop app keeps its agents' transcripts on macOS, Linux and Windows."""
    roaming = home.override("APPDATA") or (home.path("AppData", "Roaming"),)
    local = home.override("LOCALAPPDATA") or (home.path("AppData", "Local"),)
    config = home.override("XDG_CONFIG_HOME") or (home.path(".config"),)
    places = [home.path("Library", "Application Support"), *config, *roaming]
    for packages in (folder / "Packages" for folder in local):
        if packages.is_dir():
            found = sorted(packages.glob("*Claude_*"))
            places += [package / "LocalCache" / "Roaming" for package in found]
    for place in places:
        yield place / "Claude" / "local-agent-mode-sessions"


def _cleanup_period(root: Path) -> int:
    try:
        settings = json.loads((root / "settings.json").read_bytes())
    except (OSError, ValueError, RecursionError):
        return _KEPT_DAYS
    days = settings.get("cleanupPeriodDays") if isinstance(settings, dict) else None
    return min(days, 36_500) if type(days) is int and days >= 0 else _KEPT_DAYS
