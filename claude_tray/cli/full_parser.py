"""Build one parser of all commands, for completions and the manual page."""

from __future__ import annotations

import argparse

from claude_tray.cli.main import COMMANDS, import_command
from claude_tray.cli.parser import build_tray_parser
from claude_tray.cli.shared import add_claude_path


def full_parser() -> argparse.ArgumentParser:
    """Build the parser of the tray with a subparser for each command."""
    parser = build_tray_parser(COMMANDS)
    import_command("run").add_arguments(parser)
    commands = parser.add_subparsers(
        title="commands",
        metavar="COMMAND",
        prog=parser.prog,
        parser_class=argparse.ArgumentParser,
    )
    for name, summary in COMMANDS.items():
        command = commands.add_parser(
            name, help=summary, description=f"{summary}."
        )
        add_claude_path(command)
        import_command(name).add_arguments(command)
    return parser
