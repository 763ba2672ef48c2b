"""Run `claude-tray notify`: try the user's own notification command."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from claude_tray.app.context import load_context
from claude_tray.app.notification_command import build_test_event, run_test
from claude_tray.core.notifications.model import NotificationKind
from claude_tray.errors import DesktopError, UsageError, gettext_noop

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "kind",
        nargs="?",
        choices=[kind.value for kind in NotificationKind],
        default=NotificationKind.READY.value,
        help=gettext_noop("kind of notification; default: ready"),
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help=gettext_noop("print the JSON and run nothing"),
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the command with made-up values; it prints to this terminal."""
    context = load_context(arguments)
    kind = NotificationKind(arguments.kind)
    if arguments.json:
        sys.stdout.write(build_test_event(kind, context).decode())
        return 0
    if not context.settings.notifications_command:
        raise UsageError(
            gettext_noop("No command for notifications is set."),
            hint=gettext_noop(
                "Set notifications.command, or use --json to see the JSON."
            ),
        )
    try:
        run_test(context, kind, is_visible=True)
    except DesktopError as error:
        # The hint for other places is to run this command.
        no_hint = ""
        raise error.with_hint(no_hint) from error
    print(context.translator.gettext("The command was successful."))
    return 0
