"""Configure sync from the settings."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from claude_tray.core.snapshot import SyncPhase, SyncState
from claude_tray.errors import Problem, SettingsError, SyncError, gettext_noop
from claude_tray.ingest.config import cached_accounts
from claude_tray.platform.keyring import load_keyring_token
from claude_tray.store import connection, outbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.app.context import AppContext
    from claude_tray.sync.client import SyncClient, SyncDependencies
    from claude_tray.sync.config import SyncConfig
    from claude_tray.sync.service import SyncService


_SYNC_PREFIX = "sync_"


class SyncController:
    """
    Apply settings to the sync service.

    Args:
        service: Sync service of the tray.
        load_context: Reads the context again; the `.env` file may have
            changed.
    """

    def __init__(
        self,
        service: SyncService,
        load_context: Callable[[], AppContext],
    ) -> None:
        self._service = service
        self._load_context = load_context
        self._applied: tuple[object, ...] = ()

    def reconfigure(self, context: AppContext) -> None:
        """Apply a context; one that changes nothing for sync is ignored."""
        items = context.settings._asdict().items()
        sync_settings = tuple(
            v for k, v in items if k.startswith(_SYNC_PREFIX)
        )
        applied = (
            sync_settings,
            context.environment,
            context.folders,
            str(context.sync_error),
        )
        if applied == self._applied:
            return
        self._applied = applied
        is_on = context.settings.sync_enabled
        self._service.reconfigure(self._create_client if is_on else None)

    def _create_client(self, dependencies: SyncDependencies) -> SyncClient:
        from claude_tray.sync.client import SyncClient

        with closing(connection.open_reader(dependencies.store)) as reader:
            return SyncClient(
                load_config_to_send(self._load_context(), reader),
                dependencies,
            )


def load_sync_state(
    context: AppContext, reader: connection.Reader
) -> SyncState:
    """Return the state of sync, as stored."""
    from claude_tray.sync.destination_state import build_sync_state

    try:
        url = load_sync_config(context, reader).endpoint.url
    except (SyncError, SettingsError) as error:
        return SyncState(SyncPhase.STOPPED, problem=Problem(error))
    destination = outbox.load_destination(reader, url)
    pending_count = outbox.count_pending(reader, url, destination.acked_seq)
    return build_sync_state(
        destination, pending_count, len(outbox.list_quarantined(reader, url))
    )


def load_sync_config(
    context: AppContext, reader: connection.Reader | connection.Writer
) -> SyncConfig:
    """
    Load the address, the token and the privacy options of sync.

    Raises:
        SyncMisconfiguredError: The address or the token is missing or invalid.
        SettingsError: One of the program's files cannot be used, or the
            settings are invalid, so that names to hide may be unknown.
    """
    if context.sync_error is not None:
        raise SettingsError(
            gettext_noop("Nothing is sent until this is fixed: {problem}"),
            problem=context.sync_error.summary,
        )
    # Late: most users do not sync.
    from claude_tray.sync.config import load_config
    from claude_tray.sync.token_binding import check_token_server

    last_account = outbox.get_last_account(reader)
    config = cached_accounts(reader, context.engine_config())
    folders: dict[str, str] = {}
    for folder in sorted(
        config.folders, key=lambda f: f.account != last_account
    ):
        folders.setdefault(folder.account, str(folder.path))
    sync_config = load_config(
        context.settings,
        context.environment,
        context.paths,
        folders,
        load_keyring_token,
    )
    check_token_server(
        context.paths.token_bindings_file,
        sync_config,
        context.environment.token_url,
    )
    return sync_config


def load_config_to_send(
    context: AppContext, reader: connection.Reader | connection.Writer
) -> SyncConfig:
    """
    Load what sync needs, and bind the token to the server.

    Raises:
        SyncMisconfiguredError: As in `load_sync_config`.
        SettingsError: As in `load_sync_config`.
    """
    from claude_tray.sync.token_binding import bind_token

    config = load_sync_config(context, reader)
    bind_token(
        context.paths.token_bindings_file, config.token, config.endpoint.url
    )
    return config
