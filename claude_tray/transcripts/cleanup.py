"""
When Claude Code deletes its transcripts.

One key of its `settings.json` is read: `cleanupPeriodDays`. It sweeps by the
files' age when a session starts (docs: "claude-directory").
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from pathlib import Path

# What holds where nothing is set.
USUAL_DAYS: Final = 30
# People write 999999 for ever.
_MOST_DAYS: Final = 36_500
_NAME: Final = "settings.json"


class _Settings(msgspec.Struct):
    days: Any = msgspec.field(default=None, name="cleanupPeriodDays")


def cleanup_days(claude: Path) -> int | None:
    """
    Return after how many days transcripts of a folder are deleted.

    None says that the settings cannot be read: Claude Code deletes nothing
    then.
    """
    try:
        days = msgspec.json.decode(
            (claude / _NAME).read_bytes(),
            type=_Settings,
        ).days
    except FileNotFoundError:
        return USUAL_DAYS
    except (
        OSError,
        msgspec.MsgspecError,
        RecursionError,
        UnicodeDecodeError,
    ):
        return None
    is_number = isinstance(days, int | float) and not isinstance(days, bool)
    return (
        int(min(days, _MOST_DAYS)) if is_number and days >= 1 else USUAL_DAYS
    )
