"""List the choices of options: value and label, a msgid, of each."""

from __future__ import annotations

from typing import Final

from claude_tray.errors import gettext_noop

THEMES: Final = (
    ("system", gettext_noop("System")),
    ("light", gettext_noop("Light")),
    ("dark", gettext_noop("Dark")),
)
CLOCKS: Final = (
    ("system", gettext_noop("System")),
    ("24h", gettext_noop("24 h")),
    ("12h", gettext_noop("12 h")),
)
SHOWN_PARTS: Final = (
    ("used", gettext_noop("Used")),
    ("left", gettext_noop("Left")),
)
WINDOW_RULES: Final = (
    ("auto", gettext_noop("Automatic")),
    ("exact", gettext_noop("Exact")),
    ("ten-minutes", gettext_noop("10 min")),
    ("hour", gettext_noop("Hour")),
)
PRICE_TABLES: Final = (
    ("anthropic", gettext_noop("Anthropic's list prices")),
    ("agent-sync", gettext_noop("agent-sync's prices")),
)
ICON_STYLES: Final = (
    ("meter", gettext_noop("Countdown")),
    ("ring", gettext_noop("Ring")),
    ("pie", gettext_noop("Pie")),
    ("text", gettext_noop("Text only")),
)
ICON_NUMBERS: Final = (
    ("time", gettext_noop("Time left")),
    ("percent", gettext_noop("Percent used")),
)
ICON_PANELS: Final = (
    ("auto", gettext_noop("Automatic")),
    ("dark", gettext_noop("Dark")),
    ("light", gettext_noop("Light")),
    ("tile", gettext_noop("Own background")),
)
ICON_COLORS: Final = (
    ("status", gettext_noop("Status")),
    ("single", gettext_noop("Single color")),
)
PLANS: Final = (
    ("auto", gettext_noop("Automatic")),
    ("pro", "Pro"),
    ("max", "Max"),
    ("ultra", "Ultra"),
    ("team", "Team"),
    ("api", "API"),
)
PROJECT_NAMES: Final = (
    ("names", gettext_noop("Names")),
    ("aliases", gettext_noop("Aliases")),
    ("hidden", gettext_noop("Hidden")),
)
