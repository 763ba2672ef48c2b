"""The language of the person's choice."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from claude_tray.desktop.speech import tongue_for
from claude_tray.drawing.fonts import can_draw
from claude_tray.settings.environment import environment_of
from claude_tray.words.tongue import ENGLISH, Tongue

if TYPE_CHECKING:
    from claude_tray.settings.parse import Settings


def tongue_of_settings(settings: Settings) -> Tongue:
    """Return how the settings, or else the system, want a person spoken to."""
    tongue = tongue_for(
        settings.general_language,
        settings.general_clock,
        environment_of(os.environ).language,
    )
    return drawable(tongue)


def drawable(tongue: Tongue) -> Tongue:
    """Return a tongue that can be drawn: English where no font has it."""
    sample = tongue.say("No window is open. Your next message starts one.")
    if can_draw(sample):
        return tongue
    return ENGLISH._replace(
        facts=ENGLISH.facts._replace(is_24h=tongue.facts.is_24h),
    )
