"""Run `claude-tray server`: the management commands of the server."""

from __future__ import annotations

import argparse
from typing import Final

from claude_tray.cli.parser import CommandParser
from claude_tray.errors import ClaudeTrayError, gettext_noop
from claude_tray.server.bootstrap import setup_django
from claude_tray.server.run_server import migrate_database

_OWN_COMMANDS: Final = {
    "create-user": gettext_noop(
        "add a user: NAME --email ADDRESS [--password-stdin]"
    ),
    "create-token": gettext_noop(
        "print a new token: NAME --machine laptop [--scope send|read|metrics]"
    ),
    "list-tokens": gettext_noop("list tokens and signed-in programs: NAME"),
    "revoke-token": gettext_noop(
        "revoke a token: NAME --machine laptop, or --id ID"
    ),
    "revoke-machine": gettext_noop("refuse a machine: NAME MACHINE_ID"),
    "allow-machine": gettext_noop(
        "accept a revoked machine again: NAME MACHINE_ID"
    ),
    "list-users": gettext_noop("list users, their state and last sign-in"),
    "rename-user": gettext_noop("rename a user: NAME NEW"),
    "deactivate-user": gettext_noop("end sessions and tokens of a user: NAME"),
    "activate-user": gettext_noop("reactivate a user: NAME"),
    "delete-user": gettext_noop("delete a user and all data: NAME [--yes]"),
    "export-user-data": gettext_noop(
        "write all data of a user: NAME FILE.zip"
    ),
    "team": gettext_noop("manage teams: create, list, add, role, invite, …"),
    "audit-log": gettext_noop("print who did what [--team NAME]"),
    "check-alerts": gettext_noop("evaluate and send alerts of teams"),
    "send-reports": gettext_noop("mail last week's reports, once"),
    "update-claude-data": gettext_noop(
        "read this computer's Claude folder [--verbose]"
    ),
    "reprice": gettext_noop("recompute all costs with the current prices"),
    "prune": gettext_noop("delete messages --older-than DAYS, keep totals"),
    "archive": gettext_noop(
        "move messages --older-than DAYS to Parquet files, or --restore"
    ),
    "partition": gettext_noop("move large tables into partitions"),
    "export": gettext_noop("write a user's usage: NAME --format csv|json"),
    "migrate": gettext_noop("update the database; `serve` does this too"),
    "check": gettext_noop("run Django's checks [--deploy]"),
}
_DJANGO_COMMANDS: Final = gettext_noop("and Django's commands, such as shell")
# These do not need an updated database, or update it themselves.
_WITHOUT_MIGRATION: Final = ("check", "migrate")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs=argparse.REMAINDER, metavar="COMMAND")
    if isinstance(parser, CommandParser):
        parser.entries_heading = gettext_noop("commands")
        parser.entries = {
            **_OWN_COMMANDS,
            "\N{HORIZONTAL ELLIPSIS}": _DJANGO_COMMANDS,
        }


def run(arguments: argparse.Namespace) -> int:
    args = [str(word) for word in arguments.words]
    if not args:
        args = ["help"]
    setup_django()
    # After Django is set up.
    from django.core.management import ManagementUtility
    from django.core.management.base import CommandError

    name = args[0].replace("-", "_")
    if args[0] in _OWN_COMMANDS and name not in _WITHOUT_MIGRATION:
        # The first user is created before the server has ever run.
        migrate_database()
    argv = ["claude-tray server", name, *args[1:]]
    utility = ManagementUtility(argv)
    if name in {"help", "__help", "_h"}:
        utility.execute()
        return 0
    try:
        # With --traceback, Django raises errors instead of exiting.
        command = utility.fetch_command(name)
        # Before the words of a subcommand, which has options of its own.
        command.run_from_argv([*argv[:2], "--traceback", *argv[2:]])
    except CommandError as error:
        raise ClaudeTrayError(str(error)) from error
    return 0
