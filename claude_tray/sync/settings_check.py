"""Check changes of the sync options before they are saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.errors import SettingsError, gettext_noop
from claude_tray.sync.config import parse_endpoint

if TYPE_CHECKING:
    from claude_tray.config.env import EnvVars
    from claude_tray.config.schema import Settings


def check_sync_settings(settings: Settings, environment: EnvVars) -> None:
    """
    Check that sync has an address to send to.

    Args:
        settings: Settings as they would be after a change.
        environment: Variables, which override the settings.

    Raises:
        SettingsError: Sync is on without an address.
        SyncMisconfiguredError: The address is invalid or not encrypted.
    """
    if settings.sync_url:
        parse_endpoint(settings.sync_url)
    if settings.sync_enabled and not (
        environment.api_url or settings.sync_url
    ):
        raise SettingsError(
            gettext_noop("Sync needs the address of your server."),
            hint=gettext_noop("Set sync.url first."),
        )
