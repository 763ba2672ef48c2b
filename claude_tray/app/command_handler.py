"""Run the commands that other processes send to the running tray."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from claude_tray import __version__
from claude_tray.app import instance_client, quick_variables
from claude_tray.app.context import utc_now
from claude_tray.app.instance_messages import (
    Accepted,
    CountWatches,
    Declined,
    DescribeStatus,
    LinePrinted,
    PrintLine,
    PrintStatus,
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
from claude_tray.errors import ClaudeTrayError
from claude_tray.i18n.translator import load_translator
from claude_tray.presentation.context import ViewContext
from claude_tray.presentation.status_bar import (
    StatusValues,
    build_status_values,
    format_status_line,
)
from claude_tray.ui.toolkit.messages import (
    ActionKind,
    NotificationText,
    UserAction,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.app.context import AppContext
    from claude_tray.app.services import AppServices
    from claude_tray.i18n.translator import Translator

    StatusBuilder = Callable[[AppContext, PrintStatus], str | None]


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
        load_context: Returns what commands without options work with; None
            if they would print a message.
        build_status: Returns what `status` prints; None if it has to do that
            by itself.
    """

    def __init__(
        self,
        services: AppServices,
        submit: Callable[[UserAction], None],
        load_context: Callable[[], AppContext | None] = lambda: None,
        build_status: StatusBuilder = lambda *_: None,
    ) -> None:
        self._services = services
        self._submit = submit
        self._load_context = load_context
        self._build_status = build_status

    def handle_line(self, line: str) -> str:
        """Run a command and return the reply as a line."""
        command = parse_command(line)
        if command is not None:
            return encode_message(self._handle(command))
        if line in _LEGACY_ACTIONS:
            self._submit(UserAction(_LEGACY_ACTIONS[line]))
            return "ok"
        return instance_client.LEGACY_REPLY

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
        elif isinstance(command, PrintLine):
            return self._print_line(command)
        elif isinstance(command, PrintStatus):
            return self._print_status(command)
        return Accepted()

    def _describe(self, command: DescribeStatus) -> TrayReply:
        translator = load_translator(
            command.language, is_24h=command.is_24h, currency=command.currency
        )
        values = self._build_values(
            command.folders,
            translator,
            shows_remaining=command.shows_remaining,
        )
        if isinstance(values, Declined):
            return values
        return StatusDescribed(**values._asdict())

    def _print_status(self, command: PrintStatus) -> TrayReply:
        if command.version != __version__:
            return Declined("other version")
        context = self._load_context_for(command.environment)
        if isinstance(context, Declined):
            return context
        if tuple(map(str, context.folders)) != self._services.claude_folders:
            return Declined("other folders")
        if not self._services.catch_up():
            return Declined("busy")
        try:
            text = self._build_status(context, command)
        except ClaudeTrayError as error:
            # The command says why.
            return Declined(error.describe())
        return Declined("other output") if text is None else LinePrinted(text)

    def _load_context_for(
        self, environment: dict[str, str]
    ) -> AppContext | Declined:
        """Load the context of a command, if it is that of the tray."""
        if environment != quick_variables.select_variables(os.environ):
            return Declined("other environment")
        return self._load_context() or Declined("invalid settings")

    def _print_line(self, command: PrintLine) -> TrayReply:
        context = self._load_context_for(command.environment)
        if isinstance(context, Declined):
            return context
        values = self._build_values(
            tuple(map(str, context.folders)),
            context.translator,
            shows_remaining=context.settings.general_show == "left",
        )
        if isinstance(values, Declined):
            return values
        line = format_status_line(values, command.option, command.value)
        return (
            Declined("no such option") if line is None else LinePrinted(line)
        )

    def _build_values(
        self,
        folders: tuple[str, ...],
        translator: Translator,
        *,
        shows_remaining: bool,
    ) -> StatusValues | Declined:
        """Build what bars show of folders."""
        if folders != self._services.claude_folders:
            return Declined("other folders")
        snapshot = self._services.channel.latest()
        if snapshot is None:
            return Declined("starting")
        context = ViewContext(
            utc_now(),
            snapshot.latest_account,
            translator=translator,
            shows_remaining=shows_remaining,
        )
        return build_status_values(snapshot, context)

    def _refresh(self, command: RefreshStore) -> TrayReply:
        if command.folders != self._services.claude_folders:
            return Declined("other folders")
        result = self._services.refresh_and_wait()
        if result is None:
            return Declined("busy")
        return RefreshDone.from_result(result)
