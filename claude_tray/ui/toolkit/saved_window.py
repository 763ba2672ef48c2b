"""Remember where the user has put the popup, its height and its pin."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from claude_tray.platform.atomic_write import write_atomically
from claude_tray.platform.small_file import read_small_file

if TYPE_CHECKING:
    from pathlib import Path


_log = logging.getLogger(__name__)

FILE_NAME: Final = "popup-window.json"
# X11 counts pixels in 16 bits.
_Pixel = Annotated[int, msgspec.Meta(ge=-32768, le=32767)]
_Points = Annotated[float, msgspec.Meta(ge=0, le=10_000)]


class SavedWindow(msgspec.Struct, frozen=True):
    """
    A user's changes to a window.

    Attributes:
        moved_to: Upper left corner in pixels; None next to the icon.
        extra_height: Points added to its height.
        is_pinned: Whether it stays open without the focus.
        anchor: x, y, width and height of the icon at the last click.
    """

    moved_to: tuple[_Pixel, _Pixel] | None = None
    extra_height: _Points = 0.0
    is_pinned: bool = False
    anchor: tuple[_Pixel, _Pixel, _Pixel, _Pixel] | None = None


def load_saved_window(folder: Path) -> SavedWindow:
    """Load the state; start with an unchanged window if it is unreadable."""
    try:
        data = read_small_file(folder / FILE_NAME)
        return msgspec.json.decode(data, type=SavedWindow)
    except FileNotFoundError:
        return SavedWindow()
    except (OSError, msgspec.DecodeError) as error:
        _log.warning("Cannot read the popup's place error=%s", error)
        return SavedWindow()


def save_window(folder: Path, state: SavedWindow) -> None:
    """Save the state; log a failure."""
    data = msgspec.json.encode(state)
    try:
        write_atomically(folder / FILE_NAME, data, 0o600)
    except OSError as error:
        _log.warning("Cannot save the popup's place error=%s", error)
