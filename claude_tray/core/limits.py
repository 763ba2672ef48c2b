"""Define reports of usage limits and identify limits by their names."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from decimal import Decimal


FIVE_HOUR: Final = "five_hour"
SEVEN_DAY: Final = "seven_day"
# Resets jitter by 2 seconds: two that differ by less than this are the same.
SAME_RESET_TOLERANCE_MS: Final = 120_000
_MINUTE_MS: Final = 60_000
# Observed between reports of the same reset.
_JITTER_MS: Final = 2_000
_DAY_MS: Final = 24 * 60 * _MINUTE_MS
# A reset is at most one window length ahead, apart from clock differences of
# a few minutes.
CLOCK_TOLERANCE_MS: Final = 5 * _MINUTE_MS
_MAX_LENGTH_MS: Final = {
    FIVE_HOUR: 5 * 60 * _MINUTE_MS,
    SEVEN_DAY: 7 * _DAY_MS,
}
_DEFAULT_MAX_LENGTH_MS: Final = 31 * _DAY_MS
# Usage beyond 100 % is paid extra usage; anything above this is garbage.
MAX_PERCENT: Final = 10_000
_FULL_PERCENT: Final = 100.0


class LimitKind(StrEnum):
    """
    Kind of a limit.

    MODEL: weekly limit of one model or surface. SPEND: an amount of money,
    such as extra usage. OTHER: any other window that is reported. UNKNOWN: a
    limit was reached, but the message does not say which.
    """

    FIVE_HOUR = "five_hour"
    SEVEN_DAY = "seven_day"
    MODEL = "model"
    SPEND = "spend"
    OTHER = "other"
    UNKNOWN = "unknown"


class LimitSource(StrEnum):
    """Where the usage of a limit was reported; MACHINE only on a server."""

    STATUSLINE = "statusline"
    CACHE = "cache"
    MESSAGE = "message"
    DESKTOP = "desktop"
    MACHINE = "machine"


class LimitIdentity(NamedTuple):
    """
    What a reported name means.

    Attributes:
        kind: Kind of the limit.
        scope: Readable name of the model, surface or budget, or of a window
            that is not known; empty for "five_hour" and "seven_day".
        name: The same for all reports of one limit.
    """

    kind: LimitKind
    scope: str
    name: str


class LimitMoney(NamedTuple):
    """
    Amounts of a limit that counts money.

    Attributes:
        used: Amount that is used.
        limit: Amount that may be used; None without a limit.
        currency: ISO 4217 code, as "USD"; empty if not reported.
        period: As "monthly"; empty if not reported.
    """

    used: Decimal
    limit: Decimal | None = None
    currency: str = ""
    period: str = ""


class LimitSample(NamedTuple):
    """
    Reported usage of one limit.

    Without percentage and amount, the limit is reported as absent.

    Attributes:
        account: Account key.
        name: "five_hour", "seven_day", or the name of another limit. Names
            that `identify_limit` maps to one name are of one limit.
        percent: Used percentage, 0 to 100; more with extra usage.
        resets_ms: Time of the reset, in milliseconds since 1970; None if not
            reported.
        observed_at_ms: Time of the report.
        source: Where it was reported.
        session: Session that reported it; empty for other sources.
        active_at_ms: Last response of that session when it reported; None if
            unknown.
        money: Amounts of a limit that counts money.
        since_ms: Time of the first of equal reports by this session; None if
            that is this one.
        is_change: The session had reported another value before.
    """

    account: str
    name: str
    percent: float | None
    resets_ms: int | None
    observed_at_ms: int
    source: LimitSource = LimitSource.STATUSLINE
    session: str = ""
    active_at_ms: int | None = None
    money: LimitMoney | None = None
    since_ms: int | None = None
    is_change: bool = False

    @property
    def is_absent(self) -> bool:
        """The account was reported to have no such limit."""
        return self.percent is None and self.money is None


_FABLE: Final = "Fable"
_LIMIT_BY_WIRE_NAME: Final = {
    FIVE_HOUR: LimitIdentity(LimitKind.FIVE_HOUR, "", FIVE_HOUR),
    "session": LimitIdentity(LimitKind.FIVE_HOUR, "", FIVE_HOUR),
    SEVEN_DAY: LimitIdentity(LimitKind.SEVEN_DAY, "", SEVEN_DAY),
    "weekly_all": LimitIdentity(LimitKind.SEVEN_DAY, "", SEVEN_DAY),
    "seven_day_overage_included": LimitIdentity(
        LimitKind.MODEL, _FABLE, _FABLE
    ),
    "seven_day_oauth_apps": LimitIdentity(
        LimitKind.MODEL, "OAuth apps", "OAuth apps"
    ),
    **{
        name: LimitIdentity(LimitKind.SPEND, scope, name)
        for name, scope in (
            ("spend_limit", "Spend limit"),
            ("spend", "Spend"),
            ("extra_usage", "Extra usage"),
            ("overage", "Extra usage"),
            ("credits", "Credits"),
            ("usage_credits", "Usage credits"),
        )
    },
}
_SCOPED_WEEK_PREFIX: Final = f"{SEVEN_DAY}_"
_MAX_NAME_LENGTH: Final = 64


def identify_limit(name: str) -> LimitIdentity:
    """
    Return what a reported name of a limit means.

    Args:
        name: As reported: "five_hour", "seven_day_opus", the name of a model
            or surface as "Opus", or one that is not known yet.
    """
    known = _LIMIT_BY_WIRE_NAME.get(name)
    if known is not None:
        return known
    clean = clean_limit_name(name)
    if clean.startswith(_SCOPED_WEEK_PREFIX):
        scope = _humanize(clean.removeprefix(_SCOPED_WEEK_PREFIX))
        return LimitIdentity(LimitKind.MODEL, scope, scope)
    if clean[:1].isupper():
        return LimitIdentity(LimitKind.MODEL, clean, _drop_version(clean))
    return LimitIdentity(LimitKind.OTHER, _humanize(clean), clean)


def _drop_version(name: str) -> str:
    """Return "Fable" for "Fable 5": a limit covers all versions of a model."""
    family, _, version = name.rpartition(" ")
    is_version = version.replace(".", "").isdecimal()
    return family if family and is_version else name


def clean_limit_name(name: str) -> str:
    """Return a name without characters that cannot be printed, shortened."""
    printable = "".join(
        [char for char in name[:_MAX_NAME_LENGTH] if char.isprintable()]
    )
    return " ".join(printable.split())


def _humanize(name: str) -> str:
    text = " ".join(name.replace("_", " ").split())
    return text[:1].upper() + text[1:]


def round_percent(percent: float) -> int:
    """Round a percentage half up, as every surface shows it."""
    return math.floor(percent + 0.5)


def get_max_length_ms(sample: LimitSample) -> int:
    """Return how far ahead the reset of a limit may be."""
    return _MAX_LENGTH_MS.get(sample.name, _DEFAULT_MAX_LENGTH_MS)


def round_reset_jitter(at_ms: int) -> int:
    """Return a reset rounded to the minute if it is within the jitter."""
    minute = (at_ms + _MINUTE_MS // 2) // _MINUTE_MS * _MINUTE_MS
    return minute if abs(minute - at_ms) <= _JITTER_MS else at_ms
