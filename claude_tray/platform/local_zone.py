"""Find the name of the machine's time zone."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping


_LOCALTIME: Final = Path("/etc/localtime")
_TIMEZONE: Final = Path("/etc/timezone")
_FOLDER: Final = "zoneinfo/"


def find_local_zone(environ: Mapping[str, str]) -> ZoneInfo | None:
    """
    Return the time zone of the machine.

    Args:
        environ: Environment variables; TZ comes first.

    Returns:
        None if it has no name that is known, as on Windows.
    """
    if "TZ" in environ:
        return load_zone(environ["TZ"].lstrip(":") or "UTC")
    return load_zone(_read_link()) or load_zone(_read_file())


def _read_link() -> str:
    with suppress(OSError):
        path = _LOCALTIME.resolve().as_posix()
        return path.partition(_FOLDER)[2]
    return ""


def _read_file() -> str:
    with suppress(OSError, UnicodeError):
        return _TIMEZONE.read_text(encoding="ascii").strip()
    return ""


def load_zone(name: str) -> ZoneInfo | None:
    """Return a time zone by its name, such as "Europe/Berlin"."""
    with suppress(ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(name) if name else None
    return None
