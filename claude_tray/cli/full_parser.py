"""Every command in one parser, for what is made from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.cli.main import COMMANDS, import_command
from claude_tray.cli.parser import add_claude_path, build_tray_parser

if TYPE_CHECKING:
    import argparse


def full_parser() -> argparse.ArgumentParser:
    """Return the parser of the tray, with each command below it."""
    parser = build_tray_parser(COMMANDS)
    import_command("run").add_arguments(parser)
    commands = parser.add_subparsers(
        title="commands",
        metavar="COMMAND",
        prog=parser.prog,
    )
    for name, text in COMMANDS.items():
        command = commands.add_parser(
            name,
            help=text,
            description=f"{text.capitalize()}.",
        )
        add_claude_path(command)
        import_command(name).add_arguments(command)
    return parser
