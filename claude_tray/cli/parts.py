"""The parts of a running tray, joined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.app import App
from claude_tray.cli.context import live_context
from claude_tray.cli.ending import Ending
from claude_tray.cli.forwarding import Forwards
from claude_tray.cli.manners import Manners
from claude_tray.cli.popups import joined
from claude_tray.cli.stage import Stage
from claude_tray.cli.wishes import Wishes
from claude_tray.desktop.notify_system import notifier_for
from claude_tray.settings.live import LiveSettings
from claude_tray.tray.action import Action, Wish
from claude_tray.tray.herald import Herald

if TYPE_CHECKING:
    import argparse

    from claude_tray.cli.context import Context
    from claude_tray.desktop.instance import Instance

_NOTICES: Final = "notices.json"


class Parts:
    """
    What runs beside each other.

    Args:
        context: What they work with at first.
        arguments: The command's, for contexts to come.
    """

    def __init__(
        self,
        context: Context,
        arguments: argparse.Namespace,
    ) -> None:
        self._context = context
        self._arguments = arguments
        self.ending = Ending()
        self.live = LiveSettings(context.own.settings)
        self.wishes = Wishes(self.ending, self.live)
        self.app = App(
            context.own,
            context.choices(self.live.problem),
            self.wishes,
        )
        self.manners = Manners(self.app.board, context)
        self.stage = Stage(self.app.board, self.manners.now, self.ending)
        self.herald = Herald(
            self.app.board,
            context.own.state / _NOTICES,
            notifier_for(self._clicked, self.stage.balloon),
            self.manners.now,
            self.manners.mute,
        )
        self.wishes.join(self.app, self.manners, self.herald)
        self.popups = joined(arguments, context.own, self.live, self.wishes)
        self.forwards = Forwards(self.app.forwarding, self._look)
        self.forwards.choose(context)
        self.live.tell(lambda _: self._choose())

    def run(
        self, instance: Instance, *, has_tray: bool, patience: float
    ) -> None:
        """
        Run until the end is asked for.

        Args:
            instance: The place of the one tray, which is had.
            has_tray: Show an icon; else lines in the terminal.
            patience: How many seconds a panel may take to appear.
        """
        self.app.start(instance)
        self.live.start()
        self.herald.start()
        self.popups.follow(self.app.board)
        try:
            self.stage.run(self.wishes if has_tray else None, patience)
        finally:
            self.live.stop()
            self.app.stop(instance)
            self.popups.stop()
            self.herald.join()

    def _clicked(self) -> None:
        self.wishes(Wish(Action.OPEN_POPUP))

    def _look(self) -> Context:
        own, settings = self._context.own, self.live.current
        return live_context(self._arguments, own, settings)

    def _choose(self) -> None:
        """Let all parts go on by other settings."""
        chosen = self._look()
        self.app.choose(chosen.choices(self.live.problem))
        self.manners.choose(chosen)
        self.forwards.choose(chosen)
