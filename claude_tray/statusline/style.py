"""Which figures our own line has: `statusline.parts` in settings.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from claude_tray.statusline.line import PARTS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_TABLE: Final = b"statusline"


def parts_in(settings: Path) -> Sequence[str]:
    """
    Return the figures that a person chose, the usual ones in any doubt.

    Only this key is looked at: what is wrong elsewhere is told by others.
    """
    try:
        data = settings.read_bytes()
    except OSError:
        return PARTS
    if _TABLE not in data:
        return PARTS
    # Late: few people choose.
    import tomllib  # noqa: PLC0415

    try:
        parts: Any = tomllib.loads(data.decode())["statusline"]["parts"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return PARTS
    if isinstance(parts, list) and all(isinstance(p, str) for p in parts):
        return parts
    return PARTS
