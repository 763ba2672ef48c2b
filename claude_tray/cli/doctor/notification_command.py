"""Check the user's own notification command."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from claude_tray.app.notification_command import (
    STATE_FILE,
    load_command_failure,
)
from claude_tray.cli.doctor.finding import Finding
from claude_tray.errors import SettingsError
from claude_tray.platform import start_command, user_command

if TYPE_CHECKING:
    from claude_tray.app.context import AppContext
    from claude_tray.i18n.translator import Translator


def collect_command_findings(
    context: AppContext, translator: Translator
) -> list[Finding]:
    """Report whether the command can be run and whether it failed last."""
    command = context.settings.notifications_command
    if not command:
        return []
    gettext, name = translator.gettext, "notification_command"
    value: dict[str, object] = {"command": list(command), "failed_at": None}
    try:
        user_command.find_program(command[0])
    except SettingsError as error:
        text, hint = error.translate(translator.catalog.gettext)
        return [Finding(name, value, text, hint)]
    failure = load_command_failure(context.paths.state_folder / STATE_FILE)
    if failure is None:
        return [Finding(name, value, shlex.join(command))]
    failed_at = datetime.fromtimestamp(failure.failed_at, UTC)
    value["failed_at"] = failed_at.isoformat(timespec="seconds")
    text = gettext(
        "Failed on {day} at {clock}: {problem}",
        day=translator.format_day(failed_at),
        clock=translator.format_clock(failed_at),
        problem=failure.problem,
    )
    hint = gettext(
        "Try it in a terminal: {program} notify",
        program=start_command.get_start_command(),
    )
    return [Finding(name, value, text, hint)]
