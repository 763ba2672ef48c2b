"""How a person wants the tray, and how things stand beside the figures."""

from __future__ import annotations

from typing import NamedTuple

from claude_tray.settings.parse import Settings
from claude_tray.words.tongue import ENGLISH, Tongue


class Manner(NamedTuple):
    """
    What the view takes beside the snapshot.

    Attributes:
        settings: What a person chose.
        tongue: How they are spoken to.
        system: sys.platform.
        is_dark: The panel's colour where the system tells it, else None.
        starts_at_login: Whether it does; None if that cannot be told.
        is_muted: Nothing is told until the reset.
        update: A newer version; empty for none.
        phase: Of what moves while forwarding takes long, 0 to 7; else None.
    """

    settings: Settings = Settings()
    tongue: Tongue = ENGLISH
    system: str = "linux"
    is_dark: bool | None = None
    starts_at_login: bool | None = None
    is_muted: bool = False
    update: str = ""
    phase: int | None = None
