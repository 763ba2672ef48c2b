"""Recognize 24-hour clocks by their time format."""

from __future__ import annotations


def is_24h_pattern(pattern: str) -> bool | None:
    """
    Check whether a time format counts to 24; None if it has no hour.

    Args:
        pattern: Of strftime ("%I:%M %p") or of Windows ("h:mm tt").
    """
    if "%" in pattern:
        if "%p" in pattern or "%r" in pattern or "%I" in pattern:
            return False
        return True if "%H" in pattern or "%T" in pattern else None
    if "H" in pattern:
        return True
    return False if "h" in pattern else None
