"""Run `claude-tray daily`: list usage by local day."""

from __future__ import annotations

import argparse
from datetime import date
from typing import TYPE_CHECKING, Any

from claude_tray.cli.shared import (
    Listing,
    ListingRequest,
    Table,
    add_reading_arguments,
    build_local_item,
    format_totals_row,
    get_totals_headings,
    listing_command,
)
from claude_tray.core.calendar import sum_by_day
from claude_tray.errors import gettext_noop
from claude_tray.protocol.usage_api import DayItem, build_usage_sums
from claude_tray.store.usage_queries import load_totals_by_bucket
from claude_tray.text import make_visible

if TYPE_CHECKING:
    from claude_tray.core.cost import Totals
    from claude_tray.i18n.translator import Translator


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_reading_arguments(parser)
    parser.add_argument(
        "--since",
        metavar="DATE",
        type=_parse_date,
        default=date.min,
        help=gettext_noop("first day, as 2026-11-01"),
    )
    parser.add_argument(
        "--until",
        metavar="DATE",
        type=_parse_date,
        default=date.max,
        help=gettext_noop("last day"),
    )


def _parse_date(text: str) -> date:
    """
    Parse a day, as argparse does with a type.

    Raises:
        ArgumentTypeError: It is no date of the form 2026-11-01.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        reason = f"not a date such as 2026-11-01: {make_visible(text)!r}"
        raise argparse.ArgumentTypeError(reason) from error


@listing_command
def run(request: ListingRequest) -> Listing:
    since, until = request.arguments.since, request.arguments.until
    days = {
        day: totals
        for day, totals in sum_by_day(
            load_totals_by_bucket(request.reader), None
        ).items()
        if since <= day <= until
    }

    def build_json() -> list[dict[str, Any]]:
        return [
            build_local_item(_build_row(day, totals), totals)
            for day, totals in days.items()
        ]

    def build_table(translator: Translator) -> Table:
        return Table(
            translator.gettext("Days"),
            [translator.gettext("Day")],
            get_totals_headings(translator),
            [
                [day.isoformat(), *format_totals_row(totals, translator)]
                for day, totals in days.items()
            ],
            is_newest_last=True,
        )

    return Listing(build_json, build_table)


def _build_row(day: date, totals: Totals) -> DayItem:
    return {"date": day.isoformat(), **build_usage_sums(totals)}
