"""Claude Code saying that a limit is reached."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from claude_tray.domain.usage import Millis


class LimitKind(StrEnum):
    """Which limit was reached."""

    FIVE_HOUR = "five_hour"
    SEVEN_DAY = "seven_day"
    MODEL = "model"


class LimitHit(NamedTuple):
    """
    One refusal.

    Attributes:
        kind: The limit.
        at_ms: When it was said.
        resets_ms: When work may go on; None where the text did not tell.
    """

    kind: LimitKind
    at_ms: Millis
    resets_ms: Millis | None
