"""Run the commands that other processes send to the running tray."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.app.context import utc_now
from claude_tray.app.instance_client import LEGACY_REPLY
from claude_tray.app.instance_messages import (
    Accepted,
    CountWatches,
    Declined,
    DescribeStatus,
    QuitTray,
    RefreshDone,
    RefreshStore,
    ReloadSettings,
    ShowNotification,
    ShowPopup,
    StatusDescribed,
    SyncNow,
    TogglePopup,
    TrayCommand,
    TrayReply,
    WatchCount,
    encode_message,
    parse_command,
)
from claude_tray.i18n.translator import load_translator
from claude_tray.presentation.context import ViewContext
from claude_tray.presentation.status_bar import build_status_values
from claude_tray.ui.toolkit.messages import (
    ActionKind,
    NotificationText,
    UserAction,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.app.services import AppServices


_ACTIONS: Final = {
    QuitTray: ActionKind.QUIT,
    ShowPopup: ActionKind.OPEN_POPUP,
    TogglePopup: ActionKind.TOGGLE_POPUP,
    ReloadSettings: ActionKind.RELOAD_SETTINGS,
    SyncNow: ActionKind.SYNC_NOW,
}
_LEGACY_ACTIONS: Final = {
    "quit": ActionKind.QUIT,
    "show": ActionKind.OPEN_POPUP,
}


class CommandHandler:
    """
    Run commands on the single-instance thread.

    Args:
        services: Ingestion and its watcher.
        submit: Takes the actions that commands ask for.
    """

    def __init__(
        self, services: AppServices, submit: Callable[[UserAction], None]
    ) -> None:
        self._services = services
        self._submit = submit

    def handle_line(self, line: str) -> str:
        """Run a command and return the reply as a line."""
        command = parse_command(line)
        if command is not None:
            return encode_message(self._handle(command))
        if line in _LEGACY_ACTIONS:
            self._submit(UserAction(_LEGACY_ACTIONS[line]))
            return "ok"
        return LEGACY_REPLY

    def _handle(self, command: TrayCommand) -> TrayReply:
        kind = _ACTIONS.get(type(command))
        if kind is not None:
            self._submit(UserAction(kind))
        elif isinstance(command, ShowNotification):
            text = NotificationText(command.title)
            self._submit(UserAction(ActionKind.NOTIFY, notification=text))
        elif isinstance(command, CountWatches):
            return WatchCount(self._services.count_watches())
        elif isinstance(command, RefreshStore):
            return self._refresh(command)
        elif isinstance(command, DescribeStatus):
            return self._describe(command)
        return Accepted()

    def _describe(self, command: DescribeStatus) -> TrayReply:
        if command.folders != self._services.claude_folders:
            return Declined("other folders")
        snapshot = self._services.channel.latest()
        if snapshot is None:
            return Declined("starting")
        context = ViewContext(
            utc_now(),
            snapshot.latest_account,
            translator=load_translator(
                command.language,
                is_24h=command.is_24h,
                currency=command.currency,
            ),
            shows_remaining=command.shows_remaining,
        )
        values = build_status_values(snapshot, context)
        return StatusDescribed(**values._asdict())

    def _refresh(self, command: RefreshStore) -> TrayReply:
        if command.folders != self._services.claude_folders:
            return Declined("other folders")
        result = self._services.refresh_and_wait()
        if result is None:
            return Declined("busy")
        return RefreshDone.from_result(result)
