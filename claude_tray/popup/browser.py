"""Opens the page in the person's browser."""

from __future__ import annotations

import webbrowser
from typing import TYPE_CHECKING, Final

from claude_tray.popup.page import page_of

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.popup.view import PopupView
    from claude_tray.words.tongue import Tongue

_NAME: Final = "popup.html"


def write_page(view: PopupView, tongue: Tongue, folder: Path) -> Path:
    """
    Write the page where only the person can read it; return its path.

    Raises:
        OSError: It cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / _NAME
    path.touch(mode=0o600)
    path.write_text(page_of(view, tongue), encoding="utf-8")
    return path


def open_page(view: PopupView, tongue: Tongue, folder: Path) -> bool:
    """Open the page; False where there is no browser."""
    try:
        path = write_page(view, tongue, folder)
    except OSError:
        return False
    return webbrowser.open(path.absolute().as_uri())
