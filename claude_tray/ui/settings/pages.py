"""Build all pages of the settings window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray import __version__
from claude_tray.core.snapshot import SyncPhase
from claude_tray.ui.settings.form_model import (
    ButtonsRow,
    FormGroup,
    InfoRow,
    SettingsPage,
)
from claude_tray.ui.settings.general_and_icon_pages import (
    build_general_page,
    build_icon_page,
)
from claude_tray.ui.settings.limit_and_notification_pages import (
    build_limits_page,
    build_notifications_page,
)
from claude_tray.ui.toolkit.widgets import Button

if TYPE_CHECKING:
    from claude_tray.ui.settings.form_model import FormRow
    from claude_tray.ui.settings.state import SettingsState


def build_sync_page(state: SettingsState) -> SettingsPage:
    gettext = state.translator.gettext
    buttons = (
        Button("sync-now", gettext("Sync Now")),
        Button("sync-test", gettext("Test Connection")),
    )
    server = (
        InfoRow(gettext("Address"), state.server_url or gettext("not set")),
        InfoRow(
            gettext("This computer"),
            state.settings.sync_machine_name or gettext("its host name"),
        ),
        ButtonsRow(buttons),
    )
    groups = (
        FormGroup(
            gettext("Sync"),
            (
                state.build_row("sync.enabled"),
                *_build_sync_status_rows(state),
                state.build_row("sync.every_seconds"),
            ),
        ),
        FormGroup(gettext("Server"), server),
    )
    return SettingsPage("sync", gettext("Sync"), groups)


def _build_sync_status_rows(state: SettingsState) -> tuple[FormRow, ...]:
    """Build the rows on the last sync, the queue and the last error."""
    gettext, sync = state.translator.gettext, state.sync
    if sync.phase is SyncPhase.OFF:
        return ()
    last_sync = gettext("never")
    if sync.last_ok_at is not None and state.now is not None:
        age = state.translator.format_duration(state.now - sync.last_ok_at)
        last_sync = gettext("{span} ago", span=age)
    rows: list[FormRow] = [InfoRow(gettext("Last sync"), last_sync, "ok")]
    if sync.pending:
        count = state.translator.format_integer(sync.pending)
        rows.append(InfoRow(gettext("Pending"), count))
    if sync.problem:
        rows.append(InfoRow(gettext("Last error"), sync.problem, "critical"))
    return tuple(rows)


def build_privacy_page(state: SettingsState) -> SettingsPage:
    gettext = state.translator.gettext
    shared_data = gettext("nothing")
    if state.settings.sync_enabled:
        shared_data = gettext("counts and costs only")
    promises = (
        InfoRow(gettext("Claude's credentials"), gettext("never read")),
        InfoRow(
            gettext("Prompts and answers"), gettext("never stored, never sent")
        ),
        InfoRow(gettext("Sent from this computer"), shared_data),
    )
    excluded = ", ".join(state.settings.sync_exclude)
    sent = (
        state.build_row("sync.projects"),
        InfoRow(
            gettext("Excluded projects"),
            excluded or gettext("none"),
        ),
        ButtonsRow((Button("dry-run", gettext("Copy Data to Be Sent")),)),
    )
    groups = (
        FormGroup(gettext("Privacy"), promises),
        FormGroup(gettext("Shared with your server"), sent),
    )
    return SettingsPage("privacy", gettext("Privacy"), groups)


def build_about_page(state: SettingsState) -> SettingsPage:
    gettext = state.translator.gettext
    program = (
        InfoRow("claude-tray", __version__),
        InfoRow(gettext("License"), gettext("MIT; the font Inter: OFL")),
        InfoRow(
            gettext("Unofficial"), gettext("Not affiliated with Anthropic.")
        ),
    )
    files = tuple(InfoRow(name, path) for name, path in state.own_files)
    help_ = ButtonsRow((Button("diagnostics", gettext("Copy Diagnostics")),))
    groups = (
        FormGroup(gettext("Program"), program),
        FormGroup(gettext("Files"), files),
        FormGroup(gettext("Troubleshooting"), (help_,)),
    )
    return SettingsPage("about", gettext("About"), groups)


PAGE_NAMES: Final = (
    "general",
    "icon",
    "limits",
    "notifications",
    "sync",
    "privacy",
    "about",
)


def build_pages(state: SettingsState) -> tuple[SettingsPage, ...]:
    """Build all pages, in the order of `PAGE_NAMES`."""
    return (
        build_general_page(state),
        build_icon_page(state),
        build_limits_page(state),
        build_notifications_page(state),
        build_sync_page(state),
        build_privacy_page(state),
        build_about_page(state),
    )
