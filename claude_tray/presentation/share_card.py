"""Build what a share card shows, without names unless they are asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.cost import Totals, merge_totals
from claude_tray.core.display_names import (
    build_unique_labels,
    format_model_name,
)
from claude_tray.core.periods import Period
from claude_tray.i18n.formats import DASH
from claude_tray.presentation.limit_text import format_limit_label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from claude_tray.core.snapshot import LimitUsage
    from claude_tray.core.streaks import Streak
    from claude_tray.i18n.translator import Translator
    from claude_tray.presentation.context import ViewContext


# Days of the chart, today included.
BAR_COUNT: Final = 30
_MAX_PARTS: Final = 4
# Fewer days in a row are none.
_MIN_STREAK: Final = 2
_DAY: Final = timedelta(days=1)
_YEAR: Final = timedelta(days=365)


class Figure(StrEnum):
    """What the large number is."""

    TOKENS = "tokens"
    COST = "cost"
    LIMIT = "limit"


class CardData(NamedTuple):
    """
    Usage of a card.

    Attributes:
        period: Period of the sums.
        first: Its first local day with usage, or of the period.
        today: The current local day.
        total: Sum of the period.
        days: Usage of each local day, of all of the time.
        models: Usage of the period by ID of the model.
        projects: Usage of the period by path.
        streak: Days in a row.
        limit: The limit that the tray shows first; None if none is known.
    """

    period: Period
    first: date
    today: date
    total: Totals
    days: Mapping[date, Totals]
    models: Mapping[str, Totals]
    projects: Mapping[str, Totals]
    streak: Streak
    limit: LimitUsage | None = None

    @property
    def is_empty(self) -> bool:
        """Whether the period has no usage."""
        return not any(self.total.tokens)


class CardOptions(NamedTuple):
    """What to show: the large number, and projects instead of models."""

    figure: Figure = Figure.TOKENS
    has_projects: bool = False


class CardBar(NamedTuple):
    """A day: height from 0 to 1, and whether it belongs to the period."""

    fraction: float
    is_in_period: bool


class CardPart(NamedTuple):
    """A model or project: name, share as "62%" and as a fraction."""

    name: str
    share: str
    fraction: float


class CardStat(NamedTuple):
    """A small number and what it counts."""

    value: str
    label: str


class ShareCard(NamedTuple):
    """
    Texts and shapes of a card.

    Attributes:
        dates: First and last day, as "Nov 1" and "Nov 30" with a dash.
        figure: The large number, as "1.2B".
        label: What it is, as "tokens in 30 days".
        stats: Small numbers.
        parts_title: As "Models".
        parts: The largest first; the last may be the others.
        bars: One for each of the last days.
        first_bar: Day of the first bar.
        last_bar: Name of the last one.
        brand: Name of this program.
    """

    dates: str
    figure: str
    label: str
    stats: tuple[CardStat, ...]
    parts_title: str
    parts: tuple[CardPart, ...]
    bars: tuple[CardBar, ...]
    first_bar: str
    last_bar: str
    brand: str = "claude-tray"


def build_share_card(
    data: CardData, options: CardOptions, context: ViewContext
) -> ShareCard:
    """Build the card of a period."""
    gettext = context.translator.gettext
    first_bar = data.today - (BAR_COUNT - 1) * _DAY
    return ShareCard(
        _format_dates(data, context),
        _format_figure(data, options.figure, context),
        _format_label(data, options.figure, context),
        _build_stats(data, options.figure, context),
        gettext("Projects") if options.has_projects else gettext("Models"),
        _build_parts(data, options, context),
        _build_bars(data, options.figure, first_bar),
        _format_day(first_bar, data.today, context),
        gettext("Today"),
    )


def _measure(totals: Totals, figure: Figure) -> int:
    """Return what bars and shares compare."""
    is_cost = figure is Figure.COST
    return totals.priced_cost if is_cost else totals.tokens.total


def _format_measure(
    totals: Totals, figure: Figure, context: ViewContext
) -> str:
    translator = context.translator
    if figure is Figure.COST:
        return translator.format_cost(totals)
    return translator.format_total_tokens(totals)


def _format_figure(
    data: CardData, figure: Figure, context: ViewContext
) -> str:
    if figure is not Figure.LIMIT:
        return _format_measure(data.total, figure, context)
    limit = data.limit
    if limit is None or limit.percent is None:
        return DASH
    return context.translator.format_percent(limit.percent)


def _format_label(data: CardData, figure: Figure, context: ViewContext) -> str:
    gettext = context.translator.gettext
    if figure is Figure.LIMIT:
        if data.limit is None:
            return gettext("No limit known")
        return gettext(
            "of the {limit} used",
            limit=format_limit_label(data.limit, context),
        )
    if figure is Figure.COST:
        return {
            Period.TODAY: gettext("list price of today"),
            Period.LAST_7_DAYS: gettext("list price of 7 days"),
            Period.LAST_30_DAYS: gettext("list price of 30 days"),
            Period.MONTH: gettext("list price of this month"),
            Period.ALL: gettext("list price of everything so far"),
        }[data.period]
    return {
        Period.TODAY: gettext("tokens today"),
        Period.LAST_7_DAYS: gettext("tokens in 7 days"),
        Period.LAST_30_DAYS: gettext("tokens in 30 days"),
        Period.MONTH: gettext("tokens this month"),
        Period.ALL: gettext("tokens so far"),
    }[data.period]


def _format_dates(data: CardData, context: ViewContext) -> str:
    if data.first >= data.today:
        return _format_day(data.today, data.today, context)
    first, last = data.first.isoformat(), data.today.isoformat()
    if data.today - data.first < _YEAR:
        first = _format_day(data.first, data.today, context)
        last = _format_day(data.today, data.today, context)
    return f"{first} {DASH} {last}"


def _format_day(day: date, today: date, context: ViewContext) -> str:
    """Format a day: "Nov 24", with its year if it is long ago."""
    if today - day >= _YEAR:
        return day.isoformat()
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return context.translator.format_day(noon, UTC)


def _build_stats(
    data: CardData, figure: Figure, context: ViewContext
) -> tuple[CardStat, ...]:
    """Build streak, active days and the busiest day."""
    translator = context.translator
    gettext = translator.gettext
    used = {
        day: totals
        for day, totals in data.days.items()
        if data.first <= day <= data.today
    }
    stats = [_build_streak(data.streak, translator)]
    length = (data.today - data.first).days + 1
    if length > 1:
        value = gettext(
            "{count} of {total}",
            count=translator.format_integer(len(used)),
            total=translator.format_integer(length),
        )
        stats.append(CardStat(value, gettext("active days")))
    if length > 1 and used:
        busiest = max(used, key=lambda day: (_measure(used[day], figure), day))
        value = _format_measure(used[busiest], figure, context)
        day = _format_day(busiest, data.today, context)
        stats.append(CardStat(value, gettext("busiest day, {day}", day=day)))
    return tuple(stats)


def _build_streak(streak: Streak, translator: Translator) -> CardStat:
    """Build the current streak, or the longest one while there is none."""
    count, ngettext = streak.current, translator.ngettext
    label = ngettext("day in a row", "days in a row", count)
    if count < _MIN_STREAK and streak.longest > count:
        count = streak.longest
        label = ngettext(
            "day in the longest streak", "days in the longest streak", count
        )
    return CardStat(translator.format_integer(count), label)


def _build_parts(
    data: CardData, options: CardOptions, context: ViewContext
) -> tuple[CardPart, ...]:
    translator = context.translator
    if options.has_projects:
        labels = build_unique_labels(data.projects)
        named = [(labels[path], used) for path, used in data.projects.items()]
    else:
        named = [
            (format_model_name(model), used)
            for model, used in data.models.items()
        ]
    sizes = {
        name: _measure(totals, options.figure)
        for name, totals in merge_totals({}, named).items()
    }
    total = sum(sizes.values())
    if not total:
        return ()
    ranked = sorted(sizes.items(), key=lambda item: (-item[1], item[0]))
    ranked = [(name, size) for name, size in ranked if size]
    if len(ranked) > _MAX_PARTS:
        rest = sum(size for _, size in ranked[_MAX_PARTS - 1 :])
        others = translator.gettext("others")
        ranked = [*ranked[: _MAX_PARTS - 1], (others, rest)]
    return tuple(
        CardPart(name, _format_share(size / total, context), size / total)
        for name, size in ranked
    )


def _format_share(fraction: float, context: ViewContext) -> str:
    """Format a share; one that is not zero is not shown as zero."""
    percent = context.translator.format_percent(max(1, fraction * 100))
    return f"<{percent}" if fraction * 100 < 1 / 2 else percent


def _build_bars(
    data: CardData, figure: Figure, first_bar: date
) -> tuple[CardBar, ...]:
    days: Sequence[date] = [first_bar + n * _DAY for n in range(BAR_COUNT)]
    sizes = [
        _measure(data.days[day], figure) if day in data.days else 0
        for day in days
    ]
    highest = max(sizes) or 1
    return tuple(
        CardBar(size / highest, day >= data.first)
        for day, size in zip(days, sizes, strict=True)
    )
