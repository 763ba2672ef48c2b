from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from claude_tray.cli.context import Context
from claude_tray.cli.manners import Manners
from claude_tray.desktop.paths import Own
from claude_tray.engine.board import Board
from claude_tray.settings.parse import Settings

if TYPE_CHECKING:
    from pathlib import Path


def test_no_choice_is_undone_by_somebody_who_looks(tmp_path: Path) -> None:
    own = Own(tmp_path / "settings.toml", tmp_path / "usage.db", tmp_path)
    context = Context(own, Settings(), ())
    manners = Manners(Board(), context)
    ended = threading.Event()

    def look() -> None:
        while not ended.is_set():
            manners.now()

    looker = threading.Thread(target=look)
    looker.start()
    try:
        for number in range(100):
            style = ("ring", "pie")[number % 2]
            chosen = Settings(icon_style=style)
            manners.choose(context._replace(settings=chosen))
            assert manners.now().settings.icon_style == style
            manners.mute(bool(number % 2))
            assert manners.now().is_muted is bool(number % 2)
    finally:
        ended.set()
        looker.join()
