"""Windows that are over and kept; the rest of them is in windows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from claude_tray.store.connection import Writer


def reopen(writer: Writer, from_ms: int) -> None:
    """Let go of what is kept of windows that a changed record may touch."""
    writer.execute("DELETE FROM closed_window WHERE end_ms > ?", (from_ms,))
