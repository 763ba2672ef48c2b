"""Build the "General" and "Icon" pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.i18n.translator import list_languages
from claude_tray.ui.icon.model import IconModel
from claude_tray.ui.settings.form_model import (
    FormGroup,
    FormOption,
    IconChoiceRow,
    InfoRow,
    SettingsPage,
    SwitchRow,
)
from claude_tray.ui.settings.state import format_set_action

if TYPE_CHECKING:
    from claude_tray.ui.settings.form_model import FormRow
    from claude_tray.ui.settings.state import SettingsState


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
