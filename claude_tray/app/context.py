"""What every command works with: own files, choices, the store."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.config.claude_folders import (
    resolve_claude_folder,
    resolve_claude_folders,
)
from claude_tray.config.env import EnvVars, parse_environment, read_env_file
from claude_tray.config.price_tables import load_price_table
from claude_tray.config.schema import Settings
from claude_tray.config.settings import read_settings
from claude_tray.core.windows import WindowRule
from claude_tray.errors import SettingsError
from claude_tray.ingest.config import EngineConfig
from claude_tray.platform.paths import (
    AppPaths,
    get_home_folder,
    resolve_app_paths,
)
from claude_tray.providers.registry import CLAUDE_CODE, AccountFolder

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from claude_tray.i18n.translator import Translator


_AUTO_RULE: Final = "auto"
# Where the statusline leaves its samples: transcripts.spool.FOLDER.
SPOOL_FOLDER: Final = "statusline"


class AppContext(NamedTuple):
    """
    What a command works with.

    Attributes:
        paths: The program's own files.
        settings: What a person chose.
        folders: Claude Code's folders.
        environment: What the environment and the `.env` file tell.
        extra_folders: Folders of other providers than Claude Code.
    """

    paths: AppPaths
    settings: Settings
    folders: tuple[Path, ...]
    environment: EnvVars = EnvVars()
    extra_folders: tuple[AccountFolder, ...] = ()

    @property
    def translator(self) -> Translator:
        """How the person is spoken to."""
        # Late: programs read JSON.
        from claude_tray.i18n.system_locale import detect_locale

        settings = self.settings
        return detect_locale(
            settings.general_language,
            settings.general_clock,
            self.environment.language,
        )

    def engine_config(self, config_error: str = "") -> EngineConfig:
        """
        Return what the engine works by.

        Args:
            config_error: What is wrong with the settings, for people.
        """
        return EngineConfig(
            tuple(
                AccountFolder(
                    path,
                    name=self._account_names.get(path)
                    or CLAUDE_CODE.get_account_name(path),
                )
                for path in self.folders
            )
            + self.extra_folders,
            load_price_table(self.settings.cost_table, self.settings.prices),
            self.rule,
            self.paths.state_folder / SPOOL_FOLDER,
            self.settings.general_look_every_seconds,
            config_error,
        )

    @property
    def _account_names(self) -> dict[Path, str]:
        """What the person calls the accounts of folders."""
        home = get_home_folder()
        names = self.settings.profiles.items()
        return {
            resolve_claude_folder(text, home): name for text, name in names
        }

    @property
    def rule(self) -> WindowRule | None:
        name = self.settings.window_rule
        return None if name == _AUTO_RULE else WindowRule(name)


def load_context(arguments: argparse.Namespace) -> AppContext:
    """Return the context; settings that cannot be used are told and left."""
    paths = resolve_app_paths(parse_environment(os.environ).home)
    try:
        settings = read_settings(paths.settings_file)
    except SettingsError as error:
        print_message(f"{error.summary} {error.hint} The defaults are used.")
        settings = Settings()
    for message in settings.unknown_key_warnings:
        print_message(message)
    environment, problem = _load_environment(paths)
    if problem:
        print_message(problem)
    return _build_context(arguments, environment, paths, settings)


def build_live_context(
    arguments: argparse.Namespace,
    paths: AppPaths,
    settings: Settings,
) -> AppContext:
    """Return the context that other settings make."""
    environment, _ = _load_environment(paths)
    return _build_context(arguments, environment, paths, settings)


def _load_environment(paths: AppPaths) -> tuple[EnvVars, str]:
    """Return what the environment and the `.env` file tell, and trouble."""
    try:
        file = read_env_file(paths.env_file)
    except SettingsError as error:
        return parse_environment(os.environ), error.summary
    return parse_environment({**file.values, **os.environ}), file.problem


def _build_context(
    arguments: argparse.Namespace,
    environment: EnvVars,
    paths: AppPaths,
    settings: Settings,
) -> AppContext:
    home = get_home_folder()
    folders = resolve_claude_folders(
        arguments.claude_path,
        environment,
        settings.claude_paths,
        home,
    )
    extra_folders = tuple(
        AccountFolder(path, "", provider.get_account_name(path), provider)
        for provider in getattr(arguments, "extra_providers", ())
        for path in provider.find_folders(home)
    )
    return AppContext(paths, settings, folders, environment, extra_folders)


def utc_now() -> datetime:
    return datetime.now(UTC)


def print_message(text: str) -> None:
    """Say something to a person."""
    print(f"claude-tray: {text}", file=sys.stderr)  # noqa: T201
