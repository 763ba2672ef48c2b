"""Where usage is forwarded to and how, made from what a person chose."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from claude_tray.errors import SyncMisconfiguredError
from claude_tray.settings.secret import Secret
from claude_tray.sync.address import Address, address_of
from claude_tray.sync.naming import ALIASES, Privacy
from claude_tray.sync.own_keys import alias_key, machine_id
from claude_tray.sync.patience import Rhythm

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from claude_tray.desktop.paths import Own
    from claude_tray.settings.environment import Environment
    from claude_tray.settings.parse import Settings


class Plan(NamedTuple):
    """
    Where usage is forwarded to and how.

    Attributes:
        address: The server's.
        token: For it.
        privacy: What is let out.
        folders: The Claude folder of each account, the one used last first.
        machine_id: This installation's.
        machine_name: For people.
        rhythm: How often that is.
    """

    address: Address
    token: Secret
    privacy: Privacy
    folders: Mapping[str, str]
    machine_id: str
    machine_name: str
    rhythm: Rhythm


def plan_of(
    settings: Settings,
    environment: Environment,
    own: Own,
    folders: Mapping[str, str],
    keyring: Callable[[str], str],
) -> Plan:
    """
    Return the plan that a person's choices make.

    Args:
        settings: What they chose.
        environment: What it tells holds over the settings.
        own: Where own files lie.
        folders: The Claude folder of each account, the one used last first.
        keyring: Returns the token kept for an address.

    Raises:
        SyncMisconfiguredError: The address or the token is missing or wrong.
        SettingsError: An own file cannot be used.
    """
    url = environment.api_url or settings.sync_url
    if not url:
        summary = "There is no address to sync with."
        hint = "Set sync.url in settings.toml or CLAUDE_USAGE_API_URL."
        raise SyncMisconfiguredError(summary, hint=hint)
    address = address_of(url)
    token = environment.api_token or Secret(keyring(address.url))
    if not token:
        summary = f"There is no token for {address.url}."
        hint = f"Set CLAUDE_USAGE_API_TOKEN, or put it into {own.env_file}."
        raise SyncMisconfiguredError(summary, hint=hint)
    is_aliased = settings.sync_projects == ALIASES
    return Plan(
        address,
        token,
        Privacy(
            settings.sync_projects,
            settings.sync_exclude,
            alias_key(own.alias_key) if is_aliased else b"",
            str(Path.home()),
        ),
        folders,
        machine_id(own.machine_id),
        settings.sync_machine_name or platform.node(),
        Rhythm(every=settings.sync_every_seconds),
    )
