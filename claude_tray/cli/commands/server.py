"""`claude-tray server …`: the server's management commands."""

from __future__ import annotations

import argparse
from typing import Final

from claude_tray.errors import ClaudeTrayError
from claude_tray.server.bootstrap import setup_django
from claude_tray.server.run_server import migrate_database

_OWN_COMMANDS: Final = {
    "create-user": "a person: NAME --email ADDRESS [--password-stdin]",
    "create-token": "a device's token, shown once: NAME --machine laptop",
    "revoke-token": "refuse tokens: NAME --machine laptop",
    "update-claude-data": "read this machine's Claude folder [--verbose]",
    "reprice": "reckon all costs anew with the price table in force",
    "prune": "delete replies --older-than DAYS; their sums stay",
    "export": "all of a person's usage: NAME --format csv|json",
    "check": "Django's checks [--deploy]",
}
_CHECK: Final = "check"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    lines = [f"  {name:19} {text}" for name, text in _OWN_COMMANDS.items()]
    parser.epilog = "\n".join(
        ["commands:", *lines, "  …and those of Django, such as shell"],
    )
    parser.add_argument("words", nargs=argparse.REMAINDER, metavar="COMMAND")


def run(arguments: argparse.Namespace) -> int:
    args = [str(word) for word in arguments.words]
    if not args:
        args = ["help"]
    setup_django()
    # After Django is ready.
    from django.core.management import ManagementUtility
    from django.core.management.base import CommandError

    name = args[0].replace("-", "_")
    if args[0] in _OWN_COMMANDS and name != _CHECK:
        # Whoever makes the first user has not served yet.
        migrate_database()
    argv = ["claude-tray server", name, *args[1:]]
    utility = ManagementUtility(argv)
    if name in {"help", "__help", "_h"}:
        utility.execute()
        return 0
    try:
        # Else Django prints what is wrong by itself, and ends the program.
        command = utility.fetch_command(name)
        command.run_from_argv([*argv, "--traceback"])
    except CommandError as error:
        raise ClaudeTrayError(str(error)) from error
    return 0
