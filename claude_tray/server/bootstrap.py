"""Set up Django: the first step of every entry point of the server."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from claude_tray.errors import SettingsError
from claude_tray.server.config import load_server_config
from claude_tray.server.own_files import (
    locate_server_files,
    prepare_data_folder,
)

# Last on the path, so that it replaces no other package.
_ALIASES: Final = str(Path(__file__).parent / "aliases")


def setup_django() -> None:
    """
    Set up Django in this process.

    Creates the data folder and the secret key if they are needed.

    Raises:
        SettingsError: The extra is not installed, or a setting is invalid.
    """
    config = load_server_config(os.environ)
    needs_database = not config.database_url
    needs_key = not config.secret_key
    if needs_database or needs_key:
        prepare_data_folder(
            locate_server_files(os.environ),
            needs_database=needs_database,
            needs_key=needs_key,
        )
    if _ALIASES not in sys.path:
        sys.path.append(_ALIASES)
    os.environ.setdefault(
        "DJANGO_SETTINGS_MODULE",
        "claude_tray.server.settings",
    )
    try:
        # Late: part of the extra.
        import django
    except ModuleNotFoundError as error:
        summary = "The server's dependencies are not installed."
        hint = "Run: pip install 'claude-tray[server]'."
        raise SettingsError(summary, hint=hint) from error
    django.setup()
