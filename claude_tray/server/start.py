"""Makes Django ready: what every way into the server does first."""

from __future__ import annotations

import os

from claude_tray.errors import SettingsError
from claude_tray.server.environment import environment_of
from claude_tray.server.own import files_of, make_folder, make_key


def start() -> None:
    """
    Make Django ready to be used in this process.

    Raises:
        SettingsError: The extra is not installed, or a setting is not
            understood.
    """
    environment, files = environment_of(os.environ), files_of(os.environ)
    if not (environment.secret_key and environment.database_url):
        make_folder(files)
    if not environment.secret_key:
        make_key(files)
    os.environ.setdefault(
        "DJANGO_SETTINGS_MODULE",
        "claude_tray.server.settings",
    )
    try:
        # Late: part of the extra.
        import django  # noqa: PLC0415
    except ModuleNotFoundError as error:
        summary = "The server needs more packages."
        hint = "Install them: pip install 'claude-tray[server]'."
        raise SettingsError(summary, hint=hint) from error
    django.setup()
