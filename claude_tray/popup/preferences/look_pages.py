"""The pages about how it starts and looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.drawing.icon_look import Icon
from claude_tray.popup.preferences.form import (
    Group,
    Info,
    Option,
    Page,
    Pictures,
    Switch,
)
from claude_tray.popup.preferences.standing import setting
from claude_tray.words.tongue import languages

if TYPE_CHECKING:
    from claude_tray.popup.preferences.form import Row
    from claude_tray.popup.preferences.standing import Standing

_SECONDS: Final = (5, 10, 15, 30, 60, 120, 300, 600)
# As each language calls itself.
_NAMES: Final = {
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


def general_page(standing: Standing) -> Page:
    say = standing.tongue.say
    start: list[Row] = []
    if standing.starts_at_login is not None:
        is_on = standing.starts_at_login
        label = say("Start at login")
        start.append(Switch("login", label, is_on))
    start.append(_left_click(standing))
    groups = (
        Group(say("Start"), tuple(start)),
        Group(say("Look"), _look(standing)),
        Group(say("Data"), _data(standing)),
    )
    return Page("general", say("General"), groups)


def icon_page(standing: Standing) -> Page:
    say = standing.tongue.say
    groups = (
        Group(say("Style"), (_pictures(standing),)),
        Group(
            say("Details"),
            (
                standing.choice(
                    "icon.number",
                    say("Number"),
                    (
                        ("time", say("Time left")),
                        ("percent", say("Percent used")),
                    ),
                ),
                standing.choice(
                    "icon.panel",
                    say("Panel"),
                    (
                        ("auto", say("Automatic")),
                        ("dark", say("Dark")),
                        ("light", say("Light")),
                        ("tile", say("Own background")),
                    ),
                ),
                standing.choice(
                    "icon.colour",
                    say("Colour"),
                    (
                        ("status", say("Status")),
                        ("single", say("Single colour")),
                    ),
                    say("Status is also shown by shape"),
                ),
                standing.switch(
                    "icon.week_bar",
                    say("Show the week as a second bar"),
                ),
            ),
        ),
        Group(
            say("Menu bar (macOS)"),
            (
                standing.switch(
                    "icon.text_beside",
                    say("Show the countdown as text beside the icon"),
                ),
            ),
        ),
    )
    return Page("icon", say("Icon"), groups)


def _left_click(standing: Standing) -> Switch:
    say, key = standing.tongue.say, "general.left_click"
    is_on = standing.value(key) == "popup"
    return Switch(
        setting(key, "menu" if is_on else "popup"),
        say("Open the stats with a left click"),
        is_on,
        say("Where the desktop allows it"),
    )


def _look(standing: Standing) -> tuple[Row, ...]:
    say = standing.tongue.say
    system = ("system", say("System"))
    tongues = [(code, _NAMES.get(code, code)) for code in languages()]
    return (
        standing.choice(
            "general.theme",
            say("Theme"),
            (system, ("light", say("Light")), ("dark", say("Dark"))),
        ),
        standing.stepper(
            "general.language",
            say("Language"),
            (system, *tongues),
        ),
        standing.choice(
            "general.clock",
            say("Time of day"),
            (system, ("24h", say("24 h")), ("12h", say("12 h"))),
        ),
        standing.choice(
            "general.show",
            say("Show"),
            (("used", say("Used")), ("left", say("Left"))),
            say("38% used or 62% left"),
        ),
    )


def _data(standing: Standing) -> tuple[Row, ...]:
    say = standing.tongue.say
    return (
        standing.stepper(
            "general.look_every_seconds",
            say("Look for new data every"),
            [(n, say("{n} s", n=n)) for n in _SECONDS],
            say("Beside the events of the file system"),
        ),
        Info(say("Claude Code's folders"), ", ".join(standing.folders)),
    )


def _pictures(standing: Standing) -> Pictures:
    """Show each style as it will look by the other choices."""
    say = standing.tongue.say
    settings = standing.settings
    panel = settings.icon_panel
    if panel == "auto":
        panel = "dark" if standing.is_dark else "light"
    icon = Icon(
        minutes=167,
        used=0.38,
        week=0.21 if settings.icon_week_bar else None,
        panel=panel,
        number=settings.icon_number,
        is_single=settings.icon_colour == "single",
    )
    names = (
        ("meter", say("Countdown")),
        ("ring", say("Ring")),
        ("pie", say("Pie")),
        ("text", say("Text only")),
    )
    return Pictures(
        tuple(
            (
                Option(
                    setting("icon.style", style),
                    name,
                    style == settings.icon_style,
                ),
                icon._replace(style=style),
            )
            for style, name in names
        ),
    )
