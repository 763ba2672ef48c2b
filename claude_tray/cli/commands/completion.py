"""Run `claude-tray completion`: print a shell completion script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.cli.full_parser import full_parser
from claude_tray.errors import UsageError, gettext_noop

if TYPE_CHECKING:
    import argparse


_SHELLS: Final = ("bash", "zsh", "fish")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "shell", choices=_SHELLS, help=gettext_noop("name of your shell")
    )


def run(arguments: argparse.Namespace) -> int:
    try:
        # Late: distribution packages ship the scripts, but not shtab.
        import shtab
    except ImportError as error:
        raise UsageError(
            gettext_noop("The library shtab is not installed."),
            hint=gettext_noop(
                "Packages of Linux distributions install the completion"
                " themselves."
            ),
        ) from error
    print(shtab.complete(full_parser(), arguments.shell))
    return 0
