"""Load what every command works with: paths, settings and environment."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.config import price_tables
from claude_tray.config.claude_folders import (
    resolve_claude_folder,
    resolve_claude_folders,
)
from claude_tray.config.env import (
    EnvVars,
    merge_environment,
    parse_environment,
    read_env_file,
)
from claude_tray.config.settings import (
    LoadedSettings,
    load_settings,
    load_settings_or_defaults,
    unknown_key_error,
)
from claude_tray.core.windows import WindowRule
from claude_tray.errors import SettingsError
from claude_tray.ingest.config import EngineConfig
from claude_tray.platform.paths import (
    AppPaths,
    get_home_folder,
    resolve_app_paths,
)
from claude_tray.platform.private_files import mend_modes
from claude_tray.providers.claude_code.statusline.handler import SPOOL_DIR_NAME
from claude_tray.providers.registry import CLAUDE_CODE, AccountFolder
from claude_tray.text import make_visible

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from claude_tray.config.schema import Settings
    from claude_tray.i18n.translator import Translator
    from claude_tray.providers.base import Provider


_AUTO_RULE: Final = "auto"
_MAX_PRINTED_KEYS: Final = 5


class AppContext(NamedTuple):
    """
    Input of a command besides its arguments.

    Attributes:
        paths: The program's own files.
        settings: Settings of the user.
        folders: Claude Code's folders.
        environment: Environment variables, and those of the `.env` file.
        extra_folders: Folders of other providers than Claude Code.
        sync_error: Why nothing may be sent; None if it may.
        telemetry_error: Why no metrics may be exported; None if they may.
        folders_fixed_by: What chose the folders if not the settings, such as
            "--claude-path"; else empty.
    """

    paths: AppPaths
    settings: Settings
    folders: tuple[Path, ...]
    environment: EnvVars = EnvVars()
    extra_folders: tuple[AccountFolder, ...] = ()
    sync_error: SettingsError | None = None
    folders_fixed_by: str = ""
    telemetry_error: SettingsError | None = None

    @property
    def translator(self) -> Translator:
        """Return the translator of the user's language."""
        return _detect_translator(self.settings, self.environment)

    def engine_config(self, config_error: str = "") -> EngineConfig:
        """
        Build the configuration of the ingest worker.

        Args:
            config_error: Why the settings cannot be used; empty if they can.
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
            price_tables.load_price_table(
                self.settings.cost_table, self.settings.prices
            ),
            self.rule,
            self.paths.state_folder / SPOOL_DIR_NAME,
            self.settings.general_look_every_seconds,
            config_error,
            self.settings.general_fold_worktrees,
            self.settings.limits_plan,
        )

    @property
    def _account_names(self) -> dict[Path, str]:
        home = get_home_folder()
        names = self.settings.profiles.items()
        return {
            resolve_claude_folder(text, home): name for text, name in names
        }

    @property
    def rule(self) -> WindowRule | None:
        """Return the configured window rule; None to infer it."""
        name = self.settings.window_rule
        return None if name == _AUTO_RULE else WindowRule(name)


def load_context(arguments: argparse.Namespace) -> AppContext:
    """Load the context; print a message for what cannot be used."""
    paths = resolve_app_paths(parse_environment(os.environ).home)
    loaded = load_settings(paths.settings_file, paths.settings_backup_file)
    environment, env_error = _load_environment(paths)
    # After the `.env` file was checked: its token may have been read.
    mend_modes(paths.folders)
    context = _build_context(
        *_get_sources(arguments), environment, paths, loaded
    )
    if loaded.errors or env_error or loaded.settings.unknown_keys:
        _print_problems(context.translator, loaded, env_error)
    return context


def _print_problems(
    translator: Translator,
    loaded: LoadedSettings,
    env_error: SettingsError | None,
) -> None:
    translate: Callable[[str], str] = translator.catalog.gettext
    for error in loaded.errors:
        print_message(
            translator.gettext(
                "{problem} Using the last valid value or the default.",
                problem=error.describe(translate),
            )
        )
    if loaded.blocks_reading:
        print_message(
            translator.gettext(
                "No transcripts are read until the settings are fixed."
            )
        )
    unknown_keys = loaded.settings.unknown_keys
    for key in unknown_keys[:_MAX_PRINTED_KEYS]:
        print_message(unknown_key_error(key).describe(translate))
    if (more := len(unknown_keys) - _MAX_PRINTED_KEYS) > 0:
        print_message(
            translator.gettext("{count} more unknown settings.", count=more)
        )
    if env_error:
        print_message(env_error.describe(translate))


def load_translator() -> Translator:
    """Detect the user's language before there is a context."""
    environment = parse_environment(os.environ)
    paths = resolve_app_paths(environment.home)
    settings = load_settings_or_defaults(paths.settings_file)
    return _detect_translator(settings, environment)


def build_live_context(
    arguments: argparse.Namespace,
    paths: AppPaths,
    loaded: LoadedSettings,
) -> AppContext:
    """Build a context from settings that have changed; print nothing."""
    environment, _ = _load_environment(paths)
    return _build_context(*_get_sources(arguments), environment, paths, loaded)


def _get_sources(
    arguments: argparse.Namespace,
) -> tuple[str, tuple[Provider, ...]]:
    """Return the named Claude folders, and providers to read besides."""
    extra_providers = getattr(arguments, "extra_providers", ())
    return arguments.claude_path, extra_providers


def load_quiet_context(
    paths: AppPaths, loaded: LoadedSettings
) -> AppContext | None:
    """
    Build the context of a command without options.

    Returns:
        None if such a command would print a message.
    """
    environment, env_error = _load_environment(paths)
    if loaded.errors or loaded.settings.unknown_keys or env_error:
        return None
    return _build_context("", (), environment, paths, loaded)


def _detect_translator(settings: Settings, environment: EnvVars) -> Translator:
    # Late: --json needs none.
    from claude_tray.i18n.system_locale import detect_locale

    return detect_locale(
        settings.general_language,
        settings.general_clock,
        environment.language,
        settings.cost_currency,
    )


def _load_environment(
    paths: AppPaths,
) -> tuple[EnvVars, SettingsError | None]:
    """Return the variables, and why the `.env` file is unusable or unsafe."""
    try:
        file = read_env_file(paths.env_file)
    except SettingsError as error:
        return merge_environment({}, os.environ), error
    return merge_environment(file.values, os.environ), file.problem


def _build_context(
    claude_path: str,
    extra_providers: Iterable[Provider],
    environment: EnvVars,
    paths: AppPaths,
    loaded: LoadedSettings,
) -> AppContext:
    home, settings = get_home_folder(), loaded.settings
    folders: tuple[Path, ...] = ()
    named = claude_path or environment.claude_path
    if named or not loaded.blocks_reading:
        folders = resolve_claude_folders(
            claude_path, environment, settings.claude_paths, home
        )
    extra_folders = tuple(
        AccountFolder(path, "", provider.get_account_name(path), provider)
        for provider in extra_providers
        for path in provider.find_folders(home)
    )
    return AppContext(
        paths,
        settings,
        folders,
        environment,
        extra_folders,
        loaded.sync_error,
        "--claude-path"
        if claude_path
        else ("CLAUDE_PATH" if environment.claude_path else ""),
        loaded.telemetry_error,
    )


def utc_now() -> datetime:
    return datetime.now(UTC)


def print_message(text: str) -> None:
    """Print a message to stderr."""
    print(f"claude-tray: {make_visible(text)}", file=sys.stderr)  # noqa: T201
