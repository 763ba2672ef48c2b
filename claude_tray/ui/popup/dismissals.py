"""Remember which banners were dismissed."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

import msgspec

from claude_tray.platform.atomic_write import write_atomically
from claude_tray.platform.small_file import read_small_file

if TYPE_CHECKING:
    from pathlib import Path


_log = logging.getLogger(__name__)

FILE_NAME: Final = "dismissed.json"
# Keys name models and folders, of which there may be many over the years.
_MAX_KEYS: Final = 200


def load_dismissals(folder: Path) -> tuple[str, ...]:
    """Load the keys of dismissed banners; none if they are unreadable."""
    try:
        data = read_small_file(folder / FILE_NAME)
        return tuple(msgspec.json.decode(data, type=list[str]))
    except FileNotFoundError:
        return ()
    except (OSError, msgspec.DecodeError) as error:
        _log.warning("Cannot read dismissed banners error=%s", error)
        return ()


def save_dismissal(folder: Path, key: str) -> tuple[str, ...]:
    """Add a key and return all of them; log a failure to save them."""
    keys = (*load_dismissals(folder), key)[-_MAX_KEYS:]
    try:
        write_atomically(folder / FILE_NAME, msgspec.json.encode(keys), 0o600)
    except OSError as error:
        _log.warning("Cannot save dismissed banners error=%s", error)
    return keys
