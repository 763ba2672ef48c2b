"""`claude-tray --demo`: the tray on made-up usage."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from claude_tray.cli.ending import Ending
from claude_tray.cli.manners import Manners
from claude_tray.cli.stage import Stage
from claude_tray.engine.board import Board
from claude_tray.tray.action import Action
from claude_tray.tray.demo import demo_snapshot

if TYPE_CHECKING:
    from claude_tray.cli.context import Context
    from claude_tray.tray.action import Wish

_PANEL_SECONDS: Final = 10.0


def run_demo(context: Context, *, has_tray: bool) -> int:
    """Show nobody's usage until the end."""
    board, ending = Board(), Ending()
    board.post(demo_snapshot(datetime.now(UTC)))

    def do(wish: Wish) -> None:
        if wish.action is Action.QUIT:
            ending.ask()

    stage = Stage(board, Manners(board, context).now, ending)
    stage.run(do if has_tray else None, _PANEL_SECONDS)
    return 0
