"""Names that do harm where they are more than text."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tests.support.builders import make_line

if TYPE_CHECKING:
    from tests.support.builders import ClaudeFolder


# The clipboard is written by OSC 52; C1 controls need no ESC; the override
# turns text around; the rest are line breaks of some program.
EVIL = (
    "\x1b]52;c;ZXZpbA==\x1b\\\x1b[31m\u202eevil\x9b31m\r\n\x85\u2029\x1c\x00"
)
NAMES = (
    EVIL,
    "[/s]",
    "app [v2]",
    "[slug]",
    "=cmd|calc",
    "-rf",
    "<script>alert(1)</script>",
    "%s {name} {0}",
    "\ud83d",
)


def write_hostile_usage(claude: ClaudeFolder) -> None:
    """Write a session for each name, in a project and by a model of it."""
    now = datetime.now(UTC)
    for number, name in enumerate(NAMES):
        at = (now - timedelta(minutes=80 - number)).isoformat()
        claude.append(
            make_line(
                message=f"msg_{number}",
                inner={"model": name or "m"},
                timestamp=at,
                cwd=f"/home/ada/{name}",
                sessionId=name,
            ),
            name=f"s{number}.jsonl",
        )


def find_controls(text: str) -> list[str]:
    """Return the characters of a text that act instead of being shown."""
    return [
        char
        for char in text
        if char != "\n"
        and unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
    ]
