"""What every command works with: own files, choices, the store."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.desktop.paths import (
    Own,
    claude_folders,
    folder_of,
    home_folder,
    own_files,
)
from claude_tray.domain.window import Rule
from claude_tray.engine.choices import Choices, Folder, name_of
from claude_tray.errors import SettingsError
from claude_tray.settings.env_file import read_env_file
from claude_tray.settings.environment import Environment, environment_of
from claude_tray.settings.file import read_settings
from claude_tray.settings.parse import Settings
from claude_tray.settings.prices import load_table

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from claude_tray.words.tongue import Tongue

_AUTO: Final = "auto"
# Where the statusline leaves its samples: transcripts.spool.FOLDER.
WAITING: Final = "statusline"


class Context(NamedTuple):
    """
    What a command works with.

    Attributes:
        own: The program's own files.
        settings: What a person chose.
        folders: Claude Code's folders.
        environment: What the environment and the `.env` file tell.
    """

    own: Own
    settings: Settings
    folders: tuple[Path, ...]
    environment: Environment = Environment()

    @property
    def tongue(self) -> Tongue:
        """How the person is spoken to."""
        # Late: programs read JSON.
        from claude_tray.desktop.speech import tongue_for  # noqa: PLC0415

        chosen = self.settings
        return tongue_for(
            chosen.general_language,
            chosen.general_clock,
            self.environment.language,
        )

    def choices(self, trouble: str = "") -> Choices:
        """
        Return what the engine works by.

        Args:
            trouble: What is wrong with the settings, for people.
        """
        return Choices(
            tuple(
                Folder(path, name=self._names.get(path) or name_of(path))
                for path in self.folders
            ),
            load_table(self.settings.cost_table, self.settings.prices),
            self.rule,
            self.own.state / WAITING,
            self.settings.general_look_every_seconds,
            trouble,
        )

    @property
    def _names(self) -> dict[Path, str]:
        """What the person calls the accounts of folders."""
        home = home_folder()
        chosen = self.settings.profiles.items()
        return {folder_of(text, home): name for text, name in chosen}

    @property
    def rule(self) -> Rule | None:
        chosen = self.settings.window_rule
        return None if chosen == _AUTO else Rule(chosen)


def context_of(arguments: argparse.Namespace) -> Context:
    """Return the context; settings that cannot be used are told and left."""
    own = own_files(environment_of(os.environ))
    try:
        settings = read_settings(own.settings)
    except SettingsError as error:
        tell(f"{error.summary} {error.hint} The defaults are used.")
        settings = Settings()
    for unknown in settings.unknown:
        tell(unknown)
    environment, trouble = _environment(own)
    if trouble:
        tell(trouble)
    return _context(arguments.claude_path, environment, own, settings)


def live_context(
    arguments: argparse.Namespace,
    own: Own,
    settings: Settings,
) -> Context:
    """Return the context that other settings make."""
    environment, _ = _environment(own)
    return _context(arguments.claude_path, environment, own, settings)


def _environment(own: Own) -> tuple[Environment, str]:
    """Return what the environment and the `.env` file tell, and trouble."""
    try:
        file = read_env_file(own.env_file)
    except SettingsError as error:
        return environment_of(os.environ), error.summary
    return environment_of({**file.values, **os.environ}), file.trouble


def _context(
    claude_path: str,
    environment: Environment,
    own: Own,
    settings: Settings,
) -> Context:
    folders = claude_folders(
        claude_path,
        environment,
        settings.claude_paths,
        home_folder(),
    )
    return Context(own, settings, folders, environment)


def now() -> datetime:
    return datetime.now(UTC)


def tell(text: str) -> None:
    """Say something to a person."""
    print(f"claude-tray: {text}", file=sys.stderr)  # noqa: T201
