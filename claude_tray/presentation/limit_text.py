"""Describe one limit: its name, its amounts, where its pace leads."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from claude_tray.core.cost import NANO_USD_PER_USD
from claude_tray.core.current_limits import FULL_PERCENT
from claude_tray.core.limits import LimitKind, LimitMoney

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from claude_tray.core.snapshot import BlockingLimit, LimitUsage
    from claude_tray.core.status import LimitProjection
    from claude_tray.presentation.context import ViewContext


SEPARATOR: Final = " \N{MIDDLE DOT} "
_AT_LEAST: Final = "\N{GREATER-THAN OR EQUAL TO} "
_AT_MOST: Final = "\N{LESS-THAN OR EQUAL TO} "
_USD: Final = "USD"
_LIMIT: Final = "limit"
_MAX_WEEKDAYS_AHEAD: Final = timedelta(days=7)


def format_limit_name(
    limit: LimitUsage | BlockingLimit, context: ViewContext
) -> str:
    """Return the short name of a limit, as "Week" or "Opus"."""
    gettext = context.translator.gettext
    names = {
        LimitKind.FIVE_HOUR: gettext("5 hours"),
        LimitKind.SEVEN_DAY: gettext("Week"),
    }
    return names.get(limit.kind) or _translate_scope(limit.scope, context)


def format_limit_label(
    limit: LimitUsage | BlockingLimit, context: ViewContext
) -> str:
    """Return a limit within a sentence, as "weekly limit" or "Opus limit"."""
    gettext, scope = (
        context.translator.gettext,
        _translate_scope(limit.scope, context),
    )
    labels = {
        LimitKind.FIVE_HOUR: gettext("5-hour limit"),
        LimitKind.SEVEN_DAY: gettext("weekly limit"),
        LimitKind.UNKNOWN: gettext("usage limit"),
    }
    labels_of_amounts = {
        "Spend limit": gettext("spend limit"),
        "Monthly limit": gettext("monthly limit"),
    }
    label = labels.get(limit.kind)
    if label is None and limit.scope.endswith(_LIMIT):
        return labels_of_amounts.get(limit.scope, scope)
    return label or gettext("{model} limit", model=scope)


def format_limit_title(
    limit: LimitUsage | BlockingLimit, context: ViewContext
) -> str:
    """Return a limit as a heading, as "Weekly limit" or "Opus limit"."""
    label = format_limit_label(limit, context)
    return label[:1].upper() + label[1:]


def format_limit_reached(limit: BlockingLimit, context: ViewContext) -> str:
    """Say which limit is reached, as "Weekly limit reached"."""
    return context.translator.gettext(
        "{limit} reached", limit=format_limit_title(limit, context)
    )


def _translate_scope(scope: str, context: ViewContext) -> str:
    """Translate the names of amounts; those of models are not translated."""
    gettext = context.translator.gettext
    names = {
        "Extra usage": gettext("Extra usage"),
        "Spend limit": gettext("Spend limit"),
        "Monthly limit": gettext("Monthly limit"),
        "Spend": gettext("Spending"),
        "Credits": gettext("Credits"),
        "Usage credits": gettext("Usage credits"),
    }
    return names.get(scope, scope)


def format_amount(money: LimitMoney, context: ViewContext) -> str:
    """Format the amounts of a limit: "$19.25 of $25.00" or "$106.31"."""
    used = _format_currency(money.used, money.currency, context)
    if money.limit is None:
        return used
    return context.translator.gettext(
        "{spent} of {budget}",
        spent=used,
        budget=_format_currency(money.limit, money.currency, context),
    )


def _format_currency(
    amount: Decimal, currency: str, context: ViewContext
) -> str:
    if currency in ("", _USD):
        nano_usd = round(amount * NANO_USD_PER_USD)
        return context.translator.format_money(nano_usd)
    return f"{amount:.2f} {currency}"


def format_reset_time(at: datetime, context: ViewContext) -> str:
    """Format a reset: "Thu 09:00", from a week ahead on "Dec 8"."""
    if at - context.now < _MAX_WEEKDAYS_AHEAD:
        return context.format_weekday_and_clock(at)
    return context.translator.format_day(at, context.zone)


def format_reset_day(at: datetime, context: ViewContext) -> str:
    """Format the day of a reset: "Thursday", from a week ahead on "Dec 8"."""
    if at - context.now < _MAX_WEEKDAYS_AHEAD:
        return context.translator.format_weekday(at, context.zone)
    return context.translator.format_day(at, context.zone)


def format_limit_value(
    projection: LimitProjection, context: ViewContext
) -> str:
    """Format the share of a limit, or its amount: "41%", "≥ 41%", "$9.42"."""
    usage = projection.usage
    if usage.percent is None:
        return format_amount(usage.money, context) if usage.money else ""
    text = context.format_usage(usage.percent)
    if not projection.is_minimum:
        return text
    return (_AT_MOST if context.shows_remaining else _AT_LEAST) + text


def format_dated_value(
    projection: LimitProjection, context: ViewContext
) -> str:
    """Format the share of a limit since which more was used, and its age."""
    gettext, usage = context.translator.gettext, projection.usage
    values = {
        "percent": context.format_percent(usage.percent_or_zero),
        "time": context.format_time(usage.as_of),
    }
    if context.shows_remaining:
        return gettext("at most {percent} left (as of {time})", **values)
    return gettext("at least {percent} (as of {time})", **values)


def format_limit_pace(
    projection: LimitProjection, context: ViewContext
) -> str:
    """
    Say where the pace of a limit leads; empty if unknown.

    As "runs out Tue 14:00, 1d 13h early" or "lasts until the reset".
    """
    gettext, resets_at = context.translator.gettext, projection.usage.resets_at
    runs_out_at = projection.runs_out_at
    if runs_out_at is not None and resets_at is not None:
        return gettext(
            "runs out {time}, {span} early",
            time=context.format_time(runs_out_at),
            span=context.translator.format_duration(resets_at - runs_out_at),
        )
    if projection.percent_at_reset is None or (
        projection.usage.percent_or_zero >= FULL_PERCENT
    ):
        return ""
    return gettext("lasts until the reset")


def format_limit_line(
    projection: LimitProjection,
    context: ViewContext,
    *,
    is_brief: bool = False,
) -> str:
    """
    Format a limit in a line: "Week 41% · lasts until the reset Thu 09:00".

    Args:
        projection: The limit.
        context: Time and formats.
        is_brief: Leave out what a tooltip has no room for.
    """
    usage = projection.usage
    value = format_limit_value(projection, context)
    if projection.is_minimum and not is_brief:
        value = context.translator.gettext(
            "{percent} (as of {time})",
            percent=value,
            time=context.format_time(usage.as_of),
        )
    parts = [f"{format_limit_name(usage, context)} {value}"]
    if usage.percent is not None and usage.money is not None and not is_brief:
        parts.append(format_amount(usage.money, context))
    parts.append(format_limit_end(projection, context, is_brief=is_brief))
    return SEPARATOR.join(filter(None, parts))


def format_limit_end(
    projection: LimitProjection,
    context: ViewContext,
    *,
    is_brief: bool = False,
) -> str:
    """Format when a limit runs out, or else when it resets."""
    gettext = context.translator.gettext
    resets_at, runs_out_at = (
        projection.usage.resets_at,
        projection.runs_out_at,
    )
    if runs_out_at is not None and is_brief:
        return gettext(
            "runs out {time}", time=context.format_time(runs_out_at)
        )
    is_open_end = projection.is_minimum and runs_out_at is None
    pace = (
        ""
        if is_brief or is_open_end
        else format_limit_pace(projection, context)
    )
    if resets_at is None or runs_out_at is not None:
        return pace
    time = (
        context.format_time(resets_at)
        if projection.usage.is_window
        else format_reset_time(resets_at, context)
    )
    if pace:
        return gettext("lasts until the reset {time}", time=time)
    return gettext("resets {time}", time=time)


def format_limit_sentence(
    projection: LimitProjection, context: ViewContext
) -> str:
    """Describe a limit with a percentage in a sentence, with its pace."""
    gettext, usage = context.translator.gettext, projection.usage
    values = {
        "percent": context.translator.format_percent(usage.percent_or_zero),
        "limit": format_limit_label(usage, context),
        "time": context.format_time(usage.as_of),
        "pace": format_limit_pace(projection, context),
    }
    if usage.money is not None:
        values["percent"] += f" ({format_amount(usage.money, context)})"
    if projection.is_minimum:
        return gettext(
            "At least {percent} of the {limit} used (as of {time}).", **values
        )
    if values["pace"]:
        return gettext("{percent} of the {limit} used: {pace}.", **values)
    return gettext("{percent} of the {limit} used.", **values)


def format_extra_usage(money: LimitMoney, context: ViewContext) -> str:
    """Format the money used beyond the limits: "$106.31 extra usage"."""
    return context.translator.gettext(
        "{amount} extra usage", amount=format_amount(money, context)
    )


def describe_block(limit: BlockingLimit, context: ViewContext) -> str:
    """Say when a limit no longer blocks, and that other models work."""
    gettext, until = context.translator.gettext, limit.until
    sentences = []
    is_scoped = limit.is_scoped
    name = format_limit_name(limit, context) if is_scoped else "Claude Code"
    if until is None:
        sentences.append(gettext("No reset time was reported."))
    elif context.is_clock_enough(until):
        sentences.append(
            gettext(
                "{model} is available again at {time}.",
                model=name,
                time=context.format_clock(until),
            )
        )
    else:
        sentences.append(
            gettext(
                "{model} is available again {day} at {clock}.",
                model=name,
                day=format_reset_day(until, context),
                clock=context.format_clock(until),
            )
        )
    if limit.kind is LimitKind.MODEL:
        sentences.append(gettext("Other models keep working."))
    return context.translator.join_sentences(sentences)
