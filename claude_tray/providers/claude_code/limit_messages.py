"""
Parse the lines that Claude Code writes when a limit is reached.

Recent lines name the limit and its reset in fields. Older ones have only a
sentence, whose wording has changed many times; the tests list all known forms.
A refusal that is not understood is still a refusal.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import msgspec

from claude_tray.core.billing import SYNTHETIC_MODEL
from claude_tray.core.limit_hits import LimitHit, is_plausible_reset
from claude_tray.core.limits import LimitKind, identify_limit
from claude_tray.core.time import Millis, to_epoch_ms
from claude_tray.providers.claude_code.schema import (
    DECODE_ERRORS,
    TranscriptLine,
    decode_texts,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo


# No message is longer; a line may be.
_MAX_TEXT_LENGTH: Final = 600
_MAX_RESET_SECONDS: Final = 10**11
_MAX_SCOPE_LENGTH: Final = 40
_MAX_SCOPE_WORDS: Final = 3
_REJECTED: Final = "rejected"
_BILLING_ERROR: Final = "billing_error"
_USAGE_LIMIT_REACHED: Final = "usage_limit_reached"
_TOO_MANY_REQUESTS: Final = 429
_LEGACY_PATTERN: Final = re.compile(r"limit reached\|(\d{10})")
# Throttling ends by itself.
_THROTTLE_PHRASES: Final = (
    *("rate limit", "rate_limit", "not your usage limit", "per minute"),
    *("temporarily", "overloaded", "capacity", "concurrent"),
)
# Of limits that are not those of a plan.
_OTHER_PHRASES: Final = ("context", "token", "too long")
_RATE_LIMIT_ERROR: Final = "rate_limit"
_API_ERROR: Final = "api error"
_LIMIT_WORDS: Final = re.compile(
    r"\b(?:limits?|usage|credits?|quota|allowance|budget)\b"
)
# The name of the limit stands before the first of these.
_HEAD_END: Final = re.compile(
    "[\N{MIDDLE DOT}\N{BULLET OPERATOR}\N{BULLET}|;\n]|[.!] |[.!]$| - | \N{EM DASH} "
)
_WORD: Final = re.compile(r"[^\s,:()]+")
_SESSION_WORDS: Final = frozenset(
    ("session", "5-hour", "5h", "five-hour", "hour", "hours", "hourly")
)
_WEEK_WORDS: Final = frozenset(
    ("weekly", "week", "7-day", "7d", "seven-day", "day", "days")
)
_DAILY: Final = "daily"
# Names are written in upper case; these are known in any.
_LOWER_CASE_NAMES: Final = frozenset(
    ("opus", "sonnet", "haiku", "fable", "mythos", "cowork", "design")
)
_MONEY_NAMES: Final = {
    "extra usage": "Extra usage",
    "overage": "Extra usage",
    "usage credit": "Usage credits",
    "credit": "Credits",
    "spend": "Spend limit",
    "monthly": "Monthly limit",
    "month's": "Monthly limit",
    "budget": "Spend limit",
}
# Words around the name of a limit that say nothing about it.
_FILLER_WORDS: Final = frozenset(
    "a account ai all and anthropic api at been by can't cannot claude code"  # noqa: SIM905
    " current error exceeded exhausted five for has have hit hitting is it its"
    " max maximum message model models my of on or org's organization"
    " organization's our out plan pro reached reset resets seat seven"
    " subscription team team's that the their this to total ultra until up"
    " usage used was were you you'd you're you've your".split()
)


class _ErrorParams(msgspec.Struct):
    rate_limit_info: Any = None


class _LimitLine(msgspec.Struct, rename="camel"):
    quota_limits: Any = None
    api_error_params: Any = None
    api_error: Any = None
    api_error_status: Any = None


_DECODER: Final = msgspec.json.Decoder(_LimitLine)


def parse_limit_hit(
    line: TranscriptLine,
    data: memoryview | bytes,
    local_zone: tzinfo | None = None,
) -> LimitHit | None:
    """
    Return the limit that a line reports as reached, or None.

    Args:
        line: Any line. Throttling and server errors are not plan limits.
        data: The bytes of the line.
        local_zone: Zone of times that name none; None is the local zone.
    """
    message = line.message
    if (
        line.type != "assistant"
        or message is None
        or message.model != SYNTHETIC_MODEL
        or line.timestamp is None
    ):
        return None
    at_ms = to_epoch_ms(line.timestamp)
    try:
        fields = _DECODER.decode(data)
    except DECODE_ERRORS:
        fields = _LimitLine()
    info = _find_limit_info(fields)
    text = _normalize(" ".join(decode_texts(data)[:2]))
    if not _reports_plan_limit(line, fields, info, text):
        return _parse_legacy_hit(text, at_ms)
    kind, scope = _parse_identity(info.get("rateLimitType"), text)
    resets_ms = _parse_reset_seconds(info.get("resetsAt"))
    legacy = _LEGACY_PATTERN.search(text)
    if resets_ms is None and legacy is not None:
        resets_ms = Millis(int(legacy[1]) * 1000)
    if resets_ms is None or resets_ms <= at_ms:
        # Late: needed only by older lines.
        from claude_tray.providers.claude_code.reset_times import (
            parse_reset_time,
        )

        resets_ms = parse_reset_time(text, at_ms, local_zone)
    return _build_hit(kind, scope, at_ms, resets_ms)


def _find_limit_info(fields: _LimitLine) -> Mapping[str, Any]:
    """Return the object that describes the limit; empty if there is none."""
    params = fields.api_error_params
    nested = (
        params.get("rate_limit_info") if isinstance(params, dict) else None
    )
    for info in (fields.quota_limits, nested):
        if isinstance(info, dict) and (
            info.get("rateLimitType") or info.get("status")
        ):
            return info
    return {}


def _reports_plan_limit(
    line: TranscriptLine,
    fields: _LimitLine,
    info: Mapping[str, Any],
    text: str,
) -> bool:
    """Return whether a synthetic line reports a limit of the plan."""
    if not line.is_api_error_message:
        return False
    status = info.get("status")
    if isinstance(status, str) and status != _REJECTED:
        # "allowed" or "allowed_warning": something else failed.
        return False
    if status == _REJECTED or fields.api_error == _USAGE_LIMIT_REACHED:
        return True
    lower_text = text.lower()
    if any(phrase in lower_text for phrase in _THROTTLE_PHRASES):
        return False
    is_api_error = lower_text.startswith(_API_ERROR)
    status_code = fields.api_error_status
    if (
        line.error == _RATE_LIMIT_ERROR
        and status_code == _TOO_MANY_REQUESTS
        and not is_api_error
    ):
        # A refusal, whatever it says.
        return True
    is_limit_error = line.error in (_RATE_LIMIT_ERROR, _BILLING_ERROR) or (
        line.error is None
        and status_code in (None, _TOO_MANY_REQUESTS)
        and not is_api_error
    )
    return (
        is_limit_error
        and _LIMIT_WORDS.search(lower_text) is not None
        and not any(phrase in lower_text for phrase in _OTHER_PHRASES)
    )


def _normalize(text: str) -> str:
    """Return the beginning of a text with plain blanks and apostrophes."""
    text = text[:_MAX_TEXT_LENGTH].replace(
        "\N{RIGHT SINGLE QUOTATION MARK}", "'"
    )
    return " ".join(text.split())


def _parse_legacy_hit(text: str, at_ms: Millis) -> LimitHit | None:
    """Parse the oldest form, which ends in the seconds since 1970."""
    match = _LEGACY_PATTERN.search(text)
    if match is None:
        return None
    resets_ms = Millis(int(match[1]) * 1000)
    return _build_hit(LimitKind.FIVE_HOUR, "", at_ms, resets_ms)


def _parse_reset_seconds(value: object) -> Millis | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return (
        Millis(int(value * 1000)) if 0 < value < _MAX_RESET_SECONDS else None
    )


def _parse_identity(
    wire_name: object, text: str
) -> tuple[LimitKind | None, str]:
    """Return kind and scope; a kind of None is the limit without a name."""
    if isinstance(wire_name, str) and wire_name:
        identity = identify_limit(wire_name)
        return identity.kind, identity.scope
    end = _HEAD_END.search(text)
    return _parse_name(text[: end.start()] if end else text)


def _parse_name(head: str) -> tuple[LimitKind | None, str]:
    """Return kind and scope of the limit that the first clause names."""
    lower_head = head.lower()
    for phrase, scope in _MONEY_NAMES.items():
        if phrase in lower_head:
            return LimitKind.SPEND, scope
    before, found, after = lower_head.partition("limit")
    family = _find_family(
        after if found else lower_head, has_limit=bool(found)
    )
    if family:
        return LimitKind.MODEL, family
    if not found:
        return LimitKind.UNKNOWN, ""
    words = _WORD.findall(head[: len(before)])
    lower_words = {word.lower() for word in words}
    # "Fable 5" is a model with its version, and so is "Opus 4.1".
    names = [
        word
        for word in words
        if word.lower() not in _FILLER_WORDS | _SESSION_WORDS | _WEEK_WORDS
        and not word[0].isdigit()
    ]
    if names:
        return _classify_names(names)
    if lower_words & _WEEK_WORDS:
        return LimitKind.SEVEN_DAY, ""
    return LimitKind.FIVE_HOUR if lower_words & _SESSION_WORDS else None, ""


def _find_family(text: str, *, has_limit: bool) -> str:
    """Return the model of "limit for Opus", or of a text without a limit."""
    words = [word for word in _WORD.findall(text) if word != "claude"]
    if has_limit:
        # "limits" leaves its ending.
        words = [word for word in words[:3] if word not in ("s", "for", "on")]
        words = words[:1]
    known = (word for word in words if word in _LOWER_CASE_NAMES)
    return next(known, "").capitalize()


def _classify_names(names: list[str]) -> tuple[LimitKind, str]:
    """Return the limit of a model or surface, unless it is no name."""
    scope = " ".join(names)
    scope = scope[0].upper() + scope[1:]
    if scope.lower() == _DAILY:
        return LimitKind.UNKNOWN, "Daily limit"
    is_name = all(
        name[0].isupper() or name.lower() in _LOWER_CASE_NAMES
        for name in names
    )
    if (
        not is_name
        or len(names) > _MAX_SCOPE_WORDS
        or len(scope) > _MAX_SCOPE_LENGTH
    ):
        return LimitKind.UNKNOWN, ""
    return LimitKind.MODEL, scope


def _build_hit(
    kind: LimitKind | None,
    scope: str,
    at_ms: Millis,
    resets_ms: Millis | None,
) -> LimitHit:
    """
    Return a hit with a reset that its limit may have.

    A message without a name meant the 5-hour limit, and later also longer
    ones: the reset decides.
    """
    if kind is None:
        candidates = (LimitKind.FIVE_HOUR, LimitKind.SEVEN_DAY)
        kind = next(
            (
                candidate
                for candidate in candidates
                if resets_ms is None
                or is_plausible_reset(candidate, at_ms, resets_ms)
            ),
            LimitKind.UNKNOWN,
        )
    if resets_ms is not None and not is_plausible_reset(
        kind, at_ms, resets_ms
    ):
        resets_ms = None
    return LimitHit(kind, at_ms, resets_ms, scope)
