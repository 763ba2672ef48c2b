"""Every command in one parser, for what is made from it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from claude_tray.cli.main import COMMANDS
from claude_tray.cli.parser import add_claude_path, build_tray_parser

if TYPE_CHECKING:
    import argparse


def full_parser() -> argparse.ArgumentParser:
    """Return the parser of the tray, with each command below it."""
    parser = build_tray_parser(COMMANDS)
    _import_command("run").add_arguments(parser)
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
        _import_command(name).add_arguments(command)
    return parser


def _import_command(name: str) -> Any:
    return import_module(f"{__package__}.{name}")
