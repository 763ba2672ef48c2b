"""Run the popup's process on a screen, with a store that has usage."""

from __future__ import annotations

import queue
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import structs

from claude_tray.cli.main import main
from claude_tray.ui.toolkit.messages import ShowCommand, WindowHidden
from claude_tray.ui.toolkit.process import PopupProcess
from tests.support.builders import ClaudeFolder, make_line
from tests.support.desktop import WAIT_SECONDS, wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.ui.toolkit.messages import WindowMessage
    from tests.support.screen import BareScreen


OPUS = "claude-opus-4-5-20251101"


class PopupUnderTest:
    """A popup process on a screen, with a store that has some usage."""

    def __init__(self, screen: BareScreen, folder: Path) -> None:
        self.screen = screen
        self.claude = ClaudeFolder(folder / "claude")
        self.app_home = folder / "own"
        self.actions: queue.Queue[WindowMessage] = queue.Queue()
        self.process = PopupProcess(
            self.actions.put, lambda: self.actions.put(WindowHidden())
        )
        self.add_usage("msg_1", minutes_ago=73)

    def add_usage(self, message: str, minutes_ago: int) -> None:
        """Add usage to the store."""
        timestamp = datetime.now(UTC) - timedelta(minutes=minutes_ago)
        line = make_line(
            message=message,
            output=20_000,
            inner={"model": OPUS},
            timestamp=timestamp.isoformat(timespec="milliseconds"),
        )
        self.claude.append(line)
        assert main(["refresh", "--claude-path", str(self.claude.path)]) == 0

    def build_command(self) -> ShowCommand:
        return ShowCommand(
            str(self.app_home / "data" / "usage.db"),
            str(self.app_home / "config" / "settings.toml"),
            str(self.app_home / "state"),
            ((str(self.claude.path), "default"),),
            (900, 4, 24, 24),
        )

    def open(self) -> str:
        """Show the popup; return its window once it has the focus."""
        command = self.build_command()
        if self.process.pid is not None:
            # Not by the icon: so soon, a click would count as a double click.
            command = structs.replace(command, anchor=None)
        self.process.show(command)
        window: str = wait_until(self.screen.find_window)
        wait_until(lambda: self.screen.get_focused_window() == window)
        return window

    def next_action(self) -> WindowMessage:
        return self.actions.get(timeout=WAIT_SECONDS)

    def wait_until_hidden(self) -> None:
        assert self.next_action() == WindowHidden()
        wait_until(lambda: not self.screen.find_window())
