"""What a person asks of the tray."""

from __future__ import annotations

from enum import Enum, auto
from typing import NamedTuple


class Action(Enum):
    """What a click or a menu entry does."""

    OPEN_POPUP = auto()
    REFRESH = auto()
    QUIT = auto()


class Anchor(NamedTuple):
    """Where on the screen was clicked, in its pixels."""

    x: int
    y: int


class Wish(NamedTuple):
    """
    What was chosen.

    Attributes:
        action: What is to be done.
        anchor: Where was clicked; None where the desktop does not tell.
    """

    action: Action
    anchor: Anchor | None = None
