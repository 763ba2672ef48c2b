"""`claude-tray statusline`: what Claude Code runs, and how it comes to."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from claude_tray.errors import UsageError
from claude_tray.statusline.memory import NAME, command_for, recall
from claude_tray.statusline.run import respond

if TYPE_CHECKING:
    import argparse

    from claude_tray.cli.context import Context


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what",
        choices=("install", "remove", "status"),
        nargs="?",
        help="if left out: read Claude Code's JSON from stdin, print a line",
    )
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument(
        "--profile",
        metavar="NAME",
        help="only the folders of the account of this name",
    )


def run(arguments: argparse.Namespace) -> int:
    if arguments.what is None:
        return respond()
    # Late: Claude Code's own runs need none of it.
    from claude_tray.cli.context import context_of  # noqa: PLC0415
    from claude_tray.cli.show import print_json  # noqa: PLC0415

    context = context_of(arguments)
    memory = context.own.settings.with_name(NAME)
    states = {
        str(folder): _change(arguments.what, folder, memory)
        for folder in _folders(context, arguments.profile)
    }
    if arguments.json:
        print_json(states)
        return 0
    remembered = recall(memory)
    for name, state in states.items():
        theirs = command_for(remembered, name)
        chained = f", after {theirs}" if theirs and state != "removed" else ""
        print(f"{name}: {state}{chained}")  # noqa: T201
    return 0


def _folders(context: Context, profile: str | None) -> list[Path]:
    """Return the folders that are meant: all, or those of one account."""
    # Late: Claude Code's own runs need none of it.
    from claude_tray.engine.accounts import (  # noqa: PLC0415
        accounts_of,
        signed_in,
    )

    choices = signed_in(context.choices())
    if profile is None:
        return [folder.path for folder in choices.folders]
    accounts = {account.name: account.key for account in accounts_of(choices)}
    if profile not in accounts:
        summary = f"There is no profile {profile!r}."
        raise UsageError(summary, hint=f"There are: {', '.join(accounts)}.")
    key = accounts[profile]
    return [f.path for f in choices.folders if f.account == key]


def _change(what: str, claude: Path, memory: Path) -> str:
    # Late: Claude Code's own runs need none of it.
    from claude_tray.statusline import install  # noqa: PLC0415

    if not claude.is_dir():
        summary = f"There is no folder {claude}."
        raise UsageError(summary, hint="Name it with --claude-path.")
    if what == "remove":
        was_there = install.remove(claude, memory)
        return "removed" if was_there else "was not there"
    command = _command()
    if what == "install":
        is_new = install.install(claude, memory, command)
        return "installed" if is_new else "was there already"
    is_on = install.is_installed(claude, command)
    return "installed" if is_on else "not installed"


def _command() -> str:
    """
    Return the command that Claude Code shall run.

    A checkout in a temporary folder may be tried; what a package runner
    fetched for one run may not.
    """
    # Late: Claude Code's own runs need none of it.
    from claude_tray.desktop.relaunch import (  # noqa: PLC0415
        launch_command,
        running,
    )
    from claude_tray.statusline.shell import (  # noqa: PLC0415
        command_line,
        this_shell,
    )

    nowhere = Path(os.devnull) / "nowhere"
    process = running(os.environ)._replace(temporary=nowhere)
    program, *more = launch_command(process)
    if program.endswith("pythonw.exe"):
        # It has no standard output.
        program = f"{program.removesuffix('pythonw.exe')}python.exe"
    words = (program, *more, "statusline")
    return command_line(words, this_shell(os.environ))
