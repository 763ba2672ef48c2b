"""What is said of transcripts that Claude Code will soon delete."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from claude_tray.domain.snapshot import Retention
    from claude_tray.words.tongue import Tongue


def deleted_soon(retention: Retention, tongue: Tongue) -> str:
    """Say how many go, and whether their numbers are safe."""
    files = retention.files
    if retention.saved < files:
        return tongue.say(
            "Claude Code deletes {files} transcripts within 3 days; the"
            " numbers of {saved} are saved.",
            files=tongue.grouped(files),
            saved=tongue.grouped(retention.saved),
        )
    return tongue.say_n(
        "Claude Code deletes {n} transcript within 3 days; its numbers are"
        " saved.",
        "Claude Code deletes {n} transcripts within 3 days; their numbers"
        " are saved.",
        files,
    )
