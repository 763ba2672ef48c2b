"""Run the services of a tray and its socket, without an icon."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from claude_tray.app.command_handler import CommandHandler
from claude_tray.app.services import AppServices
from claude_tray.ingest.config import EngineConfig
from claude_tray.platform.paths import AppPaths
from claude_tray.platform.single_instance import SingleInstance
from claude_tray.providers.registry import AccountFolder
from tests.support.builders import PRICES, ClaudeFolder

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.ui.toolkit.messages import UserAction


class RunningTray:
    """The services of a tray and its socket, without an icon."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "state"
        self.claude = ClaudeFolder(root / "claude")
        self.actions: list[UserAction] = []
        paths = AppPaths(
            root / "settings.toml", root / "usage.db", self.folder
        )
        config = EngineConfig((AccountFolder(self.claude.path),), PRICES)
        self.services = AppServices(paths, config)
        self.handler = CommandHandler(self.services, self.actions.append)
        self.instance = SingleInstance(self.folder)

    def __enter__(self) -> Self:
        assert self.instance.acquire()
        self.services.start()
        self.instance.serve(self.handler.handle_line)
        return self

    def __exit__(self, *_: object) -> None:
        self.services.stop()
        self.instance.release()
