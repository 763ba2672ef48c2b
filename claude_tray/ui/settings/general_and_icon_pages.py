"""The pages about how it starts and looks."""

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


_RESCAN_INTERVALS: Final = (5, 10, 15, 30, 60, 120, 300, 600)
# As each language calls itself.
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
    start_rows.append(_build_left_click_switch(state))
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
                state.build_choice(
                    "icon.number",
                    gettext("Number"),
                    (
                        ("time", gettext("Time left")),
                        ("percent", gettext("Percent used")),
                    ),
                ),
                state.build_choice(
                    "icon.panel",
                    gettext("Panel"),
                    (
                        ("auto", gettext("Automatic")),
                        ("dark", gettext("Dark")),
                        ("light", gettext("Light")),
                        ("tile", gettext("Own background")),
                    ),
                ),
                state.build_choice(
                    "icon.colour",
                    gettext("Color"),
                    (
                        ("status", gettext("Status")),
                        ("single", gettext("Single color")),
                    ),
                    gettext("Shapes show the status too"),
                ),
                state.build_switch(
                    "icon.week_bar",
                    gettext("Show weekly usage as a second bar"),
                ),
            ),
        ),
        FormGroup(
            gettext("Menu bar (macOS)"),
            (
                state.build_switch(
                    "icon.text_beside",
                    gettext("Show the countdown next to the icon"),
                ),
            ),
        ),
    )
    return SettingsPage("icon", gettext("Icon"), groups)


def _build_left_click_switch(state: SettingsState) -> SwitchRow:
    gettext, key = state.translator.gettext, "general.left_click"
    is_on = state.get_value(key) == "popup"
    return SwitchRow(
        format_set_action(key, "menu" if is_on else "popup"),
        gettext("Left click opens the stats"),
        is_on,
        gettext("If the desktop supports it"),
    )


def _build_appearance_rows(state: SettingsState) -> tuple[FormRow, ...]:
    gettext = state.translator.gettext
    system = ("system", gettext("System"))
    language_options = [
        (code, _LANGUAGE_NAMES.get(code, code)) for code in list_languages()
    ]
    return (
        state.build_choice(
            "general.theme",
            gettext("Theme"),
            (system, ("light", gettext("Light")), ("dark", gettext("Dark"))),
        ),
        state.build_stepper(
            "general.language",
            gettext("Language"),
            (system, *language_options),
        ),
        state.build_choice(
            "general.clock",
            gettext("Clock"),
            (system, ("24h", gettext("24 h")), ("12h", gettext("12 h"))),
        ),
        state.build_choice(
            "general.show",
            gettext("Show"),
            (("used", gettext("Used")), ("left", gettext("Left"))),
            gettext("38% used or 62% left"),
        ),
    )


def _build_data_rows(state: SettingsState) -> tuple[FormRow, ...]:
    gettext = state.translator.gettext
    return (
        state.build_stepper(
            "general.look_every_seconds",
            gettext("Full rescan every"),
            [(n, gettext("{n} s", n=n)) for n in _RESCAN_INTERVALS],
            gettext("Changes are picked up instantly"),
        ),
        InfoRow(
            gettext("Claude Code's folders"), ", ".join(state.claude_folders)
        ),
    )


def _build_icon_style_choice(state: SettingsState) -> IconChoiceRow:
    """Show each style as it will look by the other choices."""
    gettext = state.translator.gettext
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
    names = (
        ("meter", gettext("Countdown")),
        ("ring", gettext("Ring")),
        ("pie", gettext("Pie")),
        ("text", gettext("Text only")),
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
            for style, name in names
        ),
    )
