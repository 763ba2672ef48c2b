"""Puts the parts together, starts them and ends them in order."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

from claude_tray.engine.board import Board
from claude_tray.engine.inbox import Choose, FileTouched, Inbox, Rescan, Stop
from claude_tray.engine.worker import Engine
from claude_tray.sync.forwarding import Forwarding
from claude_tray.transcripts.watch import Watcher
from claude_tray.tray.action import Action, Wish

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.desktop.instance import Instance
    from claude_tray.desktop.paths import Own
    from claude_tray.engine.choices import Choices
    from claude_tray.engine.gain import Gain

_ANSWER_SECONDS: Final = 55.0
_LOOK_SECONDS: Final = 0.2


class App:
    """
    Everything that runs beside the icon.

    Args:
        own: The program's own files.
        choices: What the engine works by.
        do: Called, on any thread, with what another process asks for.
    """

    def __init__(
        self,
        own: Own,
        choices: Choices,
        do: Callable[[Wish], None],
    ) -> None:
        self.board = Board()
        self._inbox = Inbox()
        self.forwarding = Forwarding(own.store, self._inbox, self.board)
        self._choices = choices
        self._do = do
        self._watcher = Watcher(self._tell, choices.waiting)
        self._work = Engine(
            own.store,
            self._inbox,
            self.board,
            choices,
            self._watcher.attach,
        )
        self._engine = threading.Thread(target=self._work.run, name="engine")

    def start(self, instance: Instance) -> None:
        self._engine.start()
        instance.serve(self._answer)

    def choose(self, choices: Choices) -> None:
        """Go on with other choices."""
        self._choices = choices
        self._inbox.put(Choose(choices))

    def refresh(self) -> None:
        """Look at every file now."""
        self._inbox.put(Rescan())

    def stop(self, instance: Instance) -> None:
        """End every thread, those that ask before those that answer."""
        self._watcher.stop()
        self.forwarding.stop()
        self._inbox.put(Stop())
        self.board.end()
        instance.release()
        self._engine.join()

    def _tell(self, path: str | None) -> None:
        self._inbox.put(FileTouched(path) if path else Rescan())

    def _answer(self, question: str) -> str:
        """Answer what a command asks of the running tray."""
        word, _, folders = question.partition(" ")
        if word == "quit":
            self._do(Wish(Action.QUIT))
            return "ok"
        if word == "show":
            self._do(Wish(Action.OPEN_POPUP))
            return "ok"
        if word == "watched":
            return str(self._watcher.count())
        if word == "refresh" and folders == self._folders():
            return self._gain()
        return "running"

    def _folders(self) -> str:
        return ",".join(str(folder.path) for folder in self._choices.folders)

    def _gain(self) -> str:
        """Take in what is new; return what it brought once committed."""
        done = threading.Event()
        gains: list[Gain] = []

        def tell(gain: Gain) -> None:
            gains.append(gain)
            done.set()

        self._inbox.put(Rescan(tell))
        end = time.monotonic() + _ANSWER_SECONDS
        while not done.wait(_LOOK_SECONDS):
            if self._work.problem or time.monotonic() > end:
                return "busy"
        return f"gain {' '.join(map(str, gains[0][:6]))}"
