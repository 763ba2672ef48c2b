"""Define which limits have a receipt: those that count tokens."""

from __future__ import annotations

from typing import Final, NamedTuple

from claude_tray.core.limits import (
    FIVE_HOUR,
    SEVEN_DAY,
    LimitIdentity,
    LimitKind,
    identify_limit,
)

FAMILIES: Final = ("opus", "sonnet", "haiku", "fable", "mythos")
_HOUR_MS: Final = 3_600_000
_WEEK_MS: Final = 7 * 24 * _HOUR_MS
# What users may call the limits.
_ALIASES: Final = {"5h": FIVE_HOUR, "week": SEVEN_DAY, "weekly": SEVEN_DAY}


def find_family(model: str) -> str:
    """Return "opus" for any Opus; the ID itself for other models."""
    lowered = model.lower()
    return next((name for name in FAMILIES if name in lowered), lowered)


class ReceiptLimit(NamedTuple):
    """
    A limit with a receipt.

    Attributes:
        identity: Its kind, scope and name.
        length_ms: How long usage counts against it, up to its reset.
        family: Family of models that it counts, as "opus"; empty for all.
    """

    identity: LimitIdentity
    length_ms: int
    family: str = ""

    @property
    def name(self) -> str:
        return self.identity.name

    def counts(self, model: str) -> bool:
        """Return whether responses of a model count against the limit."""
        return not self.family or find_family(model) == self.family


FIVE_HOUR_RECEIPT: Final = ReceiptLimit(
    identify_limit(FIVE_HOUR), 5 * _HOUR_MS
)
WEEK_RECEIPT: Final = ReceiptLimit(identify_limit(SEVEN_DAY), _WEEK_MS)


def find_receipt_limit(name: str) -> ReceiptLimit | None:
    """
    Return a limit by its name; None if it does not count tokens of models.

    Args:
        name: As reported or as users write it: "five_hour", "week", "Opus".
    """
    wanted = name.strip()
    wanted = _ALIASES.get(wanted.lower(), wanted)
    if wanted.lower() in FAMILIES:
        wanted = wanted.capitalize()
    identity = identify_limit(wanted)
    if identity.kind is LimitKind.FIVE_HOUR:
        return FIVE_HOUR_RECEIPT
    if identity.kind is LimitKind.SEVEN_DAY:
        return WEEK_RECEIPT
    family = identity.name.lower()
    if identity.kind is LimitKind.MODEL and family in FAMILIES:
        return ReceiptLimit(identity, _WEEK_MS, family)
    return None
