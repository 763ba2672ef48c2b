"""Diagnostics: what `doctor` says, problems first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.local_page import own_command

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

    from claude_tray.local_page.request_context import RequestContext


_PROBLEM_MARK = "! "


def show_diagnostics(request: Request, context: RequestContext) -> Response:
    """Run the checks and show their result."""
    del request
    output = own_command.run_own_command(context.app, "doctor")
    return context.render(
        "diagnostics",
        problems=list_problems(output.text),
        report=output.text.strip(),
        is_good=output.status == 0,
    )


def list_problems(report: str) -> list[str]:
    """Return the lines of a report that need something done."""
    return [
        " ".join(line.removeprefix(_PROBLEM_MARK).split())
        for line in report.splitlines()
        if line.startswith(_PROBLEM_MARK)
    ]
