"""Run `claude-tray weekly`: list usage by week, from Monday."""

from __future__ import annotations

from claude_tray.cli.commands import daily
from claude_tray.cli.reports import Report, ReportRequest, report_command
from claude_tray.core.spans import find_week
from claude_tray.errors import gettext_noop

add_arguments = daily.add_arguments


@report_command
def run(request: ReportRequest) -> Report:
    titles = gettext_noop("Weeks"), gettext_noop("Monday")
    return daily.build_period_report(request, find_week, titles)
