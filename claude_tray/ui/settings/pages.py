"""Build all pages of the settings window."""

from __future__ import annotations

from typing import Final

from claude_tray import __version__
from claude_tray.core.snapshot import SyncPhase
from claude_tray.i18n.translator import list_languages
from claude_tray.presentation.context import ViewContext
from claude_tray.presentation.sync_text import format_last_sync
from claude_tray.ui.icon.model import IconModel
from claude_tray.ui.settings.form_model import (
    ButtonsRow,
    ChoiceRow,
    FormGroup,
    FormOption,
    FormRow,
    IconChoiceRow,
    InfoRow,
    SettingsPage,
    SwitchRow,
)
from claude_tray.ui.settings.state import SettingsState, format_set_action
from claude_tray.ui.toolkit.widgets import Button

PAGE_NAMES: Final = (
    "general",
    "icon",
    "limits",
    "notifications",
    "sync",
    "privacy",
    "about",
)
_MAX_OFFERED_FOLDERS: Final = 3
_DEFAULT_QUIET_HOURS: Final = "22:00-08:00"
# Each language in its own words.
_LANGUAGE_NAMES: Final = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "it": "Italiano",
    "pt": "Português",
    "pt_BR": "Português (Brasil)",
    "nl": "Nederlands",
    "pl": "Polski",
    "ru": "Русский",
    "uk": "Українська",
    "tr": "Türkçe",
    "cs": "Čeština",
    "sv": "Svenska",
    "ja": "日本語",
    "ko": "한국어",
    "zh_Hans": "简体中文",
    "he": "עברית",
    "ar": "العربية",
    "hi": "हिन्दी",
}


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


def build_general_page(state: SettingsState) -> SettingsPage:
    gettext = state.translator.gettext
    start_rows: list[FormRow] = []
    if state.starts_at_login is not None:
        is_on = state.starts_at_login
        label = gettext("Start at login")
        start_rows.append(SwitchRow("login", label, is_on))
    start_rows.append(state.build_row("general.left_click"))
    groups = (
        FormGroup(gettext("Startup"), tuple(start_rows)),
        FormGroup(gettext("Appearance"), _build_appearance_rows(state)),
        FormGroup(gettext("Data"), _build_data_rows(state)),
    )
    return SettingsPage("general", gettext("General"), groups)


def build_icon_page(state: SettingsState) -> SettingsPage:
    gettext = state.translator.gettext
    groups = (
        FormGroup(gettext("Style"), (_build_icon_style_choice(state),)),
        FormGroup(
            gettext("Details"),
            (
                state.build_row("icon.number"),
                state.build_row("icon.panel"),
                state.build_row("icon.colour"),
                state.build_row("icon.week_bar"),
            ),
        ),
        FormGroup(
            gettext("Menu bar (macOS)"),
            (state.build_row("icon.text_beside"),),
        ),
    )
    return SettingsPage("icon", gettext("Icon"), groups)


def _build_appearance_rows(state: SettingsState) -> tuple[FormRow, ...]:
    gettext = state.translator.gettext
    languages = [
        (code, _LANGUAGE_NAMES.get(code, code)) for code in list_languages()
    ]
    return (
        state.build_row("general.theme"),
        state.build_stepper(
            "general.language",
            gettext("Language"),
            (("system", gettext("System")), *languages),
        ),
        state.build_row("general.clock"),
        state.build_row("general.show"),
    )


def _build_data_rows(state: SettingsState) -> tuple[FormRow, ...]:
    gettext = state.translator.gettext
    return (
        state.build_row("general.look_every_seconds"),
        InfoRow(
            gettext("Claude Code's folders"), ", ".join(state.claude_folders)
        ),
        *(
            row
            for path in state.other_folders[:_MAX_OFFERED_FOLDERS]
            for row in (
                InfoRow(gettext("Also found"), path),
                ButtonsRow(
                    (Button(f"follow:{path}", gettext("Follow this folder")),)
                ),
            )
        ),
    )


def _build_icon_style_choice(state: SettingsState) -> IconChoiceRow:
    """Draw each style with the current values of the other settings."""
    settings = state.settings
    panel = settings.icon_panel
    if panel == "auto":
        panel = "dark" if state.is_dark else "light"
    icon = IconModel(
        minutes_left=167,
        used_fraction=0.38,
        week_fraction=0.21 if settings.icon_week_bar else None,
        panel=panel,
        text_kind=settings.icon_number,
        is_single_color=settings.icon_colour == "single",
    )
    return IconChoiceRow(
        tuple(
            (
                FormOption(
                    format_set_action("icon.style", style),
                    name,
                    style == settings.icon_style,
                ),
                icon._replace(style=style),
            )
            for style, name in state.list_choices("icon.style")
        ),
    )


def build_limits_page(state: SettingsState) -> SettingsPage:
    gettext = state.translator.gettext
    groups = (
        FormGroup(gettext("Plan"), (state.build_row("limits.plan"),)),
        FormGroup(gettext("5-hour window"), (state.build_row("window.rule"),)),
        FormGroup(
            gettext("Costs"),
            (
                state.build_row("limits.daily_budget_usd"),
                state.build_row("cost.table"),
            ),
        ),
    )
    return SettingsPage("limits", gettext("Limits"), groups)


def build_notifications_page(state: SettingsState) -> SettingsPage:
    gettext = state.translator.gettext
    week = (
        state.build_row("notifications.week"),
        state.build_row("notifications.week_percent"),
    )
    test = Button("test-notification", gettext("Send a test notification"))
    groups = (
        FormGroup(
            gettext("Notifications"),
            (state.build_row("notifications.enabled"),),
        ),
        FormGroup(gettext("5-hour window"), _build_window_rows(state)),
        FormGroup(gettext("Week"), week),
        FormGroup(
            gettext("Do not disturb"),
            (_build_quiet_hours(state), ButtonsRow((test,))),
        ),
    )
    return SettingsPage("notifications", gettext("Notifications"), groups)


def _build_window_rows(state: SettingsState) -> tuple[FormRow, ...]:
    return (
        state.build_row("notifications.run_out"),
        state.build_row("notifications.warn_percent"),
        state.build_row("notifications.warn_again_percent"),
        state.build_row("notifications.reset"),
    )


def _build_quiet_hours(state: SettingsState) -> ChoiceRow:
    """Offer no quiet hours, the default ones, and those of the file."""
    gettext, key = state.translator.gettext, "notifications.quiet_hours"
    current = state.get_value(key)
    hours = [_DEFAULT_QUIET_HOURS]
    if current and current != _DEFAULT_QUIET_HOURS:
        hours.append(current)
    options = [
        FormOption(format_set_action(key, ""), gettext("Off"), not current)
    ]
    options += [
        FormOption(
            format_set_action(key, text),
            text.replace("-", " \N{EN DASH} "),
            text == current,
        )
        for text in hours
    ]
    return ChoiceRow(gettext("Quiet hours"), tuple(options))


def build_sync_page(state: SettingsState) -> SettingsPage:
    gettext = state.translator.gettext
    buttons = (
        Button("sync-now", gettext("Sync now")),
        Button("sync-test", gettext("Test connection")),
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
    if state.now is not None:
        context = ViewContext(state.now, translator=state.translator)
        last_sync = format_last_sync(sync, context) or last_sync
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
        ButtonsRow((Button("dry-run", gettext("Copy data to be sent")),)),
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
    help_ = ButtonsRow((Button("diagnostics", gettext("Copy diagnostics")),))
    groups = (
        FormGroup(gettext("Program"), program),
        FormGroup(gettext("Files"), files),
        FormGroup(gettext("Troubleshooting"), (help_,)),
    )
    return SettingsPage("about", gettext("About"), groups)
