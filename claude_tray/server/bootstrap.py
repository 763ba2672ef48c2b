"""Set up Django: the first step of every entry point of the server."""

from __future__ import annotations

import os

from claude_tray.errors import SettingsError
from claude_tray.server.config import (
    create_data_folder,
    create_secret_key,
    load_server_config,
    locate_server_files,
)


def setup_django() -> None:
    """
    Set up Django in this process.

    Creates the data folder and the secret key if they are needed.

    Raises:
        SettingsError: The extra is not installed, or a setting is invalid.
    """
    config, data_files = (
        load_server_config(os.environ),
        locate_server_files(os.environ),
    )
    if not (config.secret_key and config.database_url):
        create_data_folder(data_files)
    if not config.secret_key:
        create_secret_key(data_files)
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
