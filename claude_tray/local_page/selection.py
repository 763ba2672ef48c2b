"""Parse what the query of a page selects."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.calendar import BUCKET_MS, compute_first_bucket
from claude_tray.web import list_page, ranges, rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from claude_tray.web.page_context import PageContext


_MAX_TEXT_LENGTH: Final = 255
_HOURS_PER_DAY: Final = 24
_DAYS_PER_WEEK: Final = 7
_ONE_DAY: Final = timedelta(days=1)


class PageSelection(NamedTuple):
    """
    The selected part of the usage.

    Attributes:
        days: Days to show.
        has_days: The query names days.
        text: What to search for; "" is everything.
        order: Column that tables are sorted by.
        page_number: Page of a long list, from 1.
        account: Name of the account to show; "" for the worst one.
        weekday: Weekday from 0 (Monday); None is all.
        hour: Hour of the day; None is all.
    """

    days: ranges.DayRange
    has_days: bool
    text: str
    order: rows.SortOrder
    page_number: int
    account: str
    weekday: int | None
    hour: int | None

    @property
    def has_times(self) -> bool:
        """Only a part of all usage is selected, by its time."""
        is_any_hour = self.weekday is None and self.hour is None
        return self.has_days or not is_any_hour

    def list_ranges(self, context: PageContext) -> list[tuple[int, int]]:
        """List the selected times as buckets: first and after the last."""
        hours = ranges.list_hours(self.days, self.weekday, self.hour, context)
        if self.weekday is None and self.hour is None:
            return [compute_buckets(self.days, context)]
        return [(first // BUCKET_MS, end // BUCKET_MS) for first, end in hours]


def parse_selection(
    query: Mapping[str, str], context: PageContext
) -> PageSelection:
    """Parse the query of a page; whatever is malformed counts as absent."""
    return PageSelection(
        ranges.parse_day_range(query, context.today, context.billing_day),
        any(query.get(key) for key in ("days", "from", "to")),
        query.get("q", "")[:_MAX_TEXT_LENGTH].strip(),
        rows.parse_sort_order(query.get("sort", "")),
        list_page.parse_page_number(query),
        query.get("account", "")[:_MAX_TEXT_LENGTH],
        ranges.parse_number(query.get("weekday", ""), _DAYS_PER_WEEK),
        ranges.parse_number(query.get("hour", ""), _HOURS_PER_DAY),
    )


def compute_buckets(
    days: ranges.DayRange, context: PageContext
) -> tuple[int, int]:
    """Return the first bucket of some days, and the one after the last."""
    return (
        compute_first_bucket(days.first, context.zone),
        compute_first_bucket(days.last + _ONE_DAY, context.zone),
    )


def iter_days(days: ranges.DayRange) -> Iterator[date]:
    """Yield each day."""
    for number in range(days.length):
        yield days.first + timedelta(days=number)
