"""`claude-tray --demo`: the tray and its popup on made-up usage."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from claude_tray.cli.demo_store import fill
from claude_tray.cli.ending import Ending
from claude_tray.cli.manners import Manners
from claude_tray.cli.popups import Popups
from claude_tray.cli.stage import Stage
from claude_tray.desktop.paths import Own
from claude_tray.engine.accounts import accounts_of
from claude_tray.engine.board import Board
from claude_tray.store.connection import open_reader
from claude_tray.store.snapshots import Snapshots
from claude_tray.tray.action import Action, Wish

if TYPE_CHECKING:
    from claude_tray.cli.context import Context
    from claude_tray.domain.snapshot import Snapshot
    from claude_tray.popup.order import Ask

_PANEL_SECONDS: Final = 10.0
_FOLDER: Final = "demo"


def run_demo(context: Context, *, has_tray: bool) -> int:
    """Show nobody's usage until the end; it is gone with it."""
    with TemporaryDirectory(
        prefix="claude-tray-", ignore_cleanup_errors=True
    ) as folder:
        own = _own(context.own, Path(folder))
        demo = context._replace(own=own, folders=(Path(_FOLDER),))
        fill(own.store, demo.choices().prices, datetime.now(UTC))
        _run(demo, has_tray=has_tray)
    return 0


def _own(own: Own, folder: Path) -> Own:
    """Return files of its own; the settings are those of the person."""
    settings = folder / own.settings.name
    if own.settings.exists():
        shutil.copy(own.settings, settings)
    return Own(settings, folder / own.store.name, folder)


def snapshot_of(context: Context, now: datetime) -> Snapshot:
    """Return what the made-up store amounts to, labelled as that."""
    with closing(open_reader(context.own.store)) as reader:
        accounts = accounts_of(context.choices())
        snapshot = Snapshots(reader).current(accounts, now)
    return replace(snapshot, is_demo=True)


def _run(context: Context, *, has_tray: bool) -> None:
    board, ending = Board(), Ending()
    board.post(snapshot_of(context, datetime.now(UTC)))

    def hear(ask: Ask) -> None:
        if ask.action == "quit":
            ending.ask()

    popups = Popups(lambda: context, hear)

    def do(wish: Wish) -> None:
        if wish.action is Action.QUIT:
            ending.ask()
        else:
            popups.take(wish)

    popups.follow(board)
    stage = Stage(board, Manners(board, context).now, ending)
    try:
        stage.run(do if has_tray else None, _PANEL_SECONDS)
    finally:
        board.end()
        popups.stop()
