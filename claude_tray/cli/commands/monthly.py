"""Run `claude-tray monthly`: list usage by month, as of a calendar or bill."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from claude_tray.cli.commands import daily
from claude_tray.cli.report_options import make_number_parser
from claude_tray.cli.reports import Report, ReportRequest, report_command
from claude_tray.core.periods import find_month
from claude_tray.errors import gettext_noop

if TYPE_CHECKING:
    import argparse


_LAST_START_DAY: Final = 31


def add_arguments(parser: argparse.ArgumentParser) -> None:
    daily.add_arguments(parser)
    parser.add_argument(
        "--start-day",
        metavar="N",
        type=make_number_parser(1, _LAST_START_DAY),
        help=gettext_noop("day on which a month starts, as of your bill"),
    )


@report_command
def run(request: ReportRequest) -> Report:
    start_day = (
        request.arguments.start_day
        or request.context.settings.cost_billing_day
    )
    return daily.build_period_report(
        request,
        partial(find_month, start_day=start_day),
        (gettext_noop("Months"), gettext_noop("First day")),
    )
