"""`claude-tray completion`: what a shell completes the commands by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.cli.full_parser import full_parser
from claude_tray.errors import UsageError

if TYPE_CHECKING:
    import argparse


_SHELLS: Final = ("bash", "zsh", "fish")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=_SHELLS)


def run(arguments: argparse.Namespace) -> int:
    try:
        # Late: a system's own package has the scripts made, and not this.
        import shtab
    except ImportError as error:
        summary = "The library shtab is not installed."
        hint = "A package of your system has the completion in it already."
        raise UsageError(summary, hint=hint) from error
    print(shtab.complete(full_parser(), arguments.shell))
    return 0
