"""Windows that are over and kept; the rest of them is in windows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from claude_tray.store.connection import Writer


_REOPEN: Final = "DELETE FROM closed_window WHERE end_ms > ?"
_OF_ACCOUNT: Final = """
    AND profile = (SELECT id FROM profile WHERE account = ?)
"""


def reopen(writer: Writer, from_ms: int, account: str | None = None) -> None:
    """
    Let go of what is kept of windows that a change may touch.

    Args:
        writer: The store.
        from_ms: The earliest moment of the change.
        account: Whose windows; None for all.
    """
    if account is None:
        writer.execute(_REOPEN, (from_ms,))
    else:
        writer.execute(_REOPEN + _OF_ACCOUNT, (from_ms, account))
