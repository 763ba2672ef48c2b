"""The language of the person's choice."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from claude_tray.desktop.speech import tongue_for
from claude_tray.settings.environment import environment_of

if TYPE_CHECKING:
    from claude_tray.settings.parse import Settings
    from claude_tray.words.tongue import Tongue


def tongue_of_settings(settings: Settings) -> Tongue:
    """Return how the settings, or else the system, want a person spoken to."""
    return tongue_for(
        settings.general_language,
        settings.general_clock,
        environment_of(os.environ).language,
    )
