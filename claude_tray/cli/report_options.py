"""Define the options that all reports share, and what they select."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.app.context import utc_now
from claude_tray.app.data_access import select_accounts
from claude_tray.cli.lookup import find_models, find_project
from claude_tray.cli.shared import (
    ListingRequest,
    add_account_argument,
    add_reading_arguments,
    refuse_value,
)
from claude_tray.core.spans import (
    DayTerm,
    compute_span_range,
    parse_day_term,
    parse_utc_offset,
)
from claude_tray.errors import UsageError, gettext_noop
from claude_tray.platform.local_zone import load_zone
from claude_tray.store.period_usage import UsageFilter
from claude_tray.store.usage_queries import list_projects, load_all_models

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from datetime import date, tzinfo


SORT_BY_TIME: Final = "time"
SORTS: Final = (SORT_BY_TIME, "name", "cost", "tokens", "messages")
_LIST_OPTIONS: Final = (
    "since",
    "until",
    "days",
    "project",
    "model",
    "profile",
    "sort",
    "limit",
    "breakdown",
    "csv",
)
_MAX_DAYS: Final = 100_000


class ReportOptions(NamedTuple):
    """
    What a report shows.

    Attributes:
        usage_filter: Usage to sum up.
        zone: Time zone of days; None is the machine's own.
        sort: One of SORTS; None for the report's own order.
        limit: Number of rows to show; None for all.
        has_parts: Whether rows are broken down.
    """

    usage_filter: UsageFilter
    zone: tzinfo | None
    sort: str | None
    limit: int | None
    has_parts: bool


def add_report_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of a report."""
    add_reading_arguments(parser)
    parser.add_argument(
        "--csv", action="store_true", help=gettext_noop("print CSV")
    )
    for name, text in (
        ("--since", gettext_noop("first day: 2026-11-01, 2026-11, today, 7d")),
        ("--until", gettext_noop("last day, included")),
    ):
        parser.add_argument(name, metavar="DAY", type=_parse_day, help=text)
    parser.add_argument(
        "--days",
        metavar="N",
        type=make_number_parser(1, _MAX_DAYS),
        help=gettext_noop("the last N days, today included"),
    )
    parser.add_argument(
        "--timezone",
        metavar="ZONE",
        help=gettext_noop("time zone of days, as Europe/Berlin or UTC-3"),
    )
    parser.add_argument(
        "--project", metavar="NAME", help=gettext_noop("only this project")
    )
    parser.add_argument(
        "--model",
        metavar="NAME",
        help=gettext_noop("only models with this in their name, as opus"),
    )
    add_account_argument(parser)
    parser.add_argument(
        "--sort", choices=SORTS, help=gettext_noop("order of the rows")
    )
    parser.add_argument(
        "--limit",
        metavar="N",
        type=make_number_parser(1, 1_000_000),
        help=gettext_noop("show N rows"),
    )
    parser.add_argument(
        "--breakdown",
        action="store_true",
        help=gettext_noop("divide each row by model, and models by project"),
    )


def _parse_day(text: str) -> DayTerm:
    """
    Parse days, as argparse does with a type.

    Raises:
        ArgumentTypeError: It names no days.
    """
    term = parse_day_term(text)
    if term is None:
        reason = gettext_noop(
            "not a day such as 2026-11-01, 2026-11, today or 7d: {value}"
        )
        raise refuse_value(reason, text)
    return term


def make_number_parser(first: int, last: int) -> Callable[[str], int]:
    """Return a type for argparse that accepts whole numbers of a range."""

    def parse(text: str) -> int:
        if text.isascii() and text.isdecimal() and len(text) <= len(f"{last}"):
            number = int(text)
            if first <= number <= last:
                return number
        reason = gettext_noop("not a number from {first} to {last}: {value}")
        raise refuse_value(reason, text, first=first, last=last)

    return parse


def load_options(request: ListingRequest) -> ReportOptions:
    """
    Resolve the options of a report.

    Raises:
        UsageError: They contradict, or name something unknown.
    """
    reader, arguments = request.reader, request.arguments
    zone = _find_zone(arguments.timezone)
    first, last = _find_days(arguments, utc_now().astimezone(zone).date())
    project = arguments.project
    if project is not None:
        project = find_project(project, list_projects(reader)).path
    account = None
    if arguments.profile is not None:
        (selected,) = select_accounts(reader, arguments, request.context)
        account = selected.key
    models = None
    if arguments.model is not None:
        models = find_models(arguments.model, load_all_models(reader))
    return ReportOptions(
        UsageFilter(
            compute_span_range(first, last, zone), account, project, models
        ),
        zone,
        arguments.sort,
        arguments.limit,
        arguments.breakdown,
    )


def refuse_list_options(arguments: argparse.Namespace) -> None:
    """
    Refuse options that select from a list, where one thing was named.

    Raises:
        UsageError: Names the first such option.
    """
    for name in _LIST_OPTIONS:
        if getattr(arguments, name) not in {None, False}:
            raise UsageError(
                gettext_noop("--{option} is for lists: leave out the name."),
                option="account" if name == "profile" else name,
            )


def _find_zone(name: str | None) -> tzinfo | None:
    if name is None:
        return None
    zone = load_zone(name) or parse_utc_offset(name)
    if zone is None:
        raise UsageError(
            gettext_noop("There is no time zone “{name}”."),
            hint=gettext_noop(
                "Time zones are named as Europe/Berlin, UTC or +05:30."
            ),
            name=name,
        )
    return zone


def _find_days(
    arguments: argparse.Namespace, today: date
) -> tuple[date | None, date | None]:
    """Return the first and the last day; None is open."""
    if arguments.days is not None:
        if arguments.since or arguments.until:
            raise UsageError(
                gettext_noop("--days cannot be used with --since or --until.")
            )
        return DayTerm(arguments.days - 1, 0).resolve(today)
    first = arguments.since.resolve(today)[0] if arguments.since else None
    last = arguments.until.resolve(today)[1] if arguments.until else None
    if first and last and first > last:
        raise UsageError(
            gettext_noop("The first day, {first}, is after the last, {last}."),
            first=first,
            last=last,
        )
    return first, last
