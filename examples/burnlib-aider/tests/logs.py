"""Lines of aider's analytics log, made up; their form is that of aider 0.86.2."""

from __future__ import annotations

import json

# 2026-05-24 10:00:00 UTC, in Unix seconds
TEN = 1_779_616_800
USER = "00000000-0000-4000-8000-000000000000"


def line(event: str, time: object = TEN, **properties: object) -> str:
    """Return a line as aider's ``Analytics.event`` writes it."""
    record = {"event": event, "properties": properties, "user_id": USER, "time": time}
    return json.dumps(record) + "\n"


def message(sent: object, received: object, time: object = TEN, *, session: float = 0.0) -> str:
    """Return the line of a message; *session* is what the session has cost with it, dollars."""
    return line(
        "message_send",
        time,
        main_model="gpt-4o",
        weak_model="gpt-4o-mini",
        editor_model="None",
        edit_format="diff",
        prompt_tokens=sent,
        completion_tokens=received,
        total_tokens=f"{sent} and {received}",  # a trap: nothing may depend on it
        cost=0.01,
        total_cost=session,
    )


# Counted by hand: 100 + 20 on one day, 250 + 50 on the same, 1000 + 1 a minute after its midnight.
LOG = (
    line("launched")
    + line("repo", num_files=12)
    + line("cli session", main_model="gpt-4o", edit_format="diff")
    + line("message_send_starting")
    + message(100, 20, TEN, session=0.01)
    + line("command_add")
    + line("message_send_starting", TEN + 30)
    + message(250, 50, TEN + 60, session=0.02)
    + line("exit", TEN + 90, reason="/exit")
    + message(1000, 1, TEN + 14 * 3600 + 60, session=0.03)
)
BY_DAY = {"2026-05-24": 420, "2026-05-25": 1001}
CALLS = {"2026-05-24": 2, "2026-05-25": 1}
