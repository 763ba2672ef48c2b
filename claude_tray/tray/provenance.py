"""How sure the time of a reset is, in a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.domain.window import Source

if TYPE_CHECKING:
    from claude_tray.domain.snapshot import ProfileState
    from claude_tray.domain.window import Window
    from claude_tray.words.tongue import Tongue


def source_of(
    window: Window,
    state: ProfileState | None,
    tongue: Tongue,
) -> str:
    """Return a line; an empty one where Claude Code told the reset."""
    if window.source is Source.OFFICIAL:
        return ""
    learnt = state.learnt if state else None
    if window.source is Source.LEARNT and learnt is not None:
        return tongue.say_n(
            "Learnt from {n} reset, ±{margin}",
            "Learnt from {n} resets, ±{margin}",
            learnt.resets,
            margin=tongue.duration(learnt.margin),
        )
    return tongue.say("Estimated, no reset was told")
