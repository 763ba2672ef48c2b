"""Every command in one parser, for what is made from it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from claude_tray.cli.main import COMMANDS
from claude_tray.cli.parser import add_claude_path, tray_parser

if TYPE_CHECKING:
    import argparse


def whole_parser() -> argparse.ArgumentParser:
    """Return the parser of the tray, with each command below it."""
    parser = tray_parser(COMMANDS)
    _module("run").add_arguments(parser)
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
        _module(name).add_arguments(command)
    return parser


def _module(name: str) -> Any:  # noqa: ANN401 - modules of one form
    return import_module(f"{__package__}.{name}")
