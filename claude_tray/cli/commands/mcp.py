"""Run `claude-tray mcp`: answer an agent over stdin and stdout."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from claude_tray.app.context import load_translator, print_message
from claude_tray.cli import shared
from claude_tray.errors import ClaudeTrayError, gettext_noop
from claude_tray.platform import start_command

if TYPE_CHECKING:
    import argparse


_REQUIREMENT: Final = "mcp>=2,<3"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    shared.add_no_refresh_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    try:
        from claude_tray.cli.mcp_server.server import serve
    except ModuleNotFoundError as error:
        raise _build_missing_error() from error
    if sys.stdin.isatty():
        print_message(
            load_translator().gettext(
                "This command is for agents. To add it to Claude Code:"
                " claude mcp add claude-tray -- {command} mcp",
                command=start_command.get_start_command(),
            )
        )
    serve(arguments)
    return 0


def _build_missing_error() -> ClaudeTrayError:
    """Build an error that says how the SDK is added to this installation."""
    command = start_command.get_install_command(_REQUIREMENT)
    return ClaudeTrayError(
        gettext_noop("This command needs the MCP SDK, which is missing."),
        hint=gettext_noop("Run: {command}")
        if command
        else gettext_noop(
            "This package cannot be extended: install claude-tray with pipx,"
            " uv or pip."
        ),
        command=command,
    )
