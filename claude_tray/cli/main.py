"""Routes to the commands; the only place that turns errors into exits."""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Final

from claude_tray import __version__
from claude_tray.errors import ClaudeTrayError

if TYPE_CHECKING:
    from collections.abc import Sequence

# A command is a module of this package with add_arguments() and run(). It is
# imported only when called, so that `status` never waits for the tray.
COMMANDS: Final = {
    "status": "what the tray shows, at one glance (--watch redraws)",
    "stats": "the totals and the window",
    "projects": "what each project used; NAME for one of them",
    "sessions": "what each session used; ID for one of them",
    "models": "what was used of each model",
    "daily": "what was used on each day",
    "windows": "the 5-hour windows",
    "refresh": "read what is new and tell what it was",
    "statusline": "what Claude Code runs: install, remove or status",
    "autostart": "whether the tray starts at login: on, off or status",
    "desktop": "the menu entry: install or remove",
    "doctor": "what is where, and what is wrong",
}
_TRAY: Final = "run"
_WIDTH: Final = 78
# Claude Code runs it after each reply: no time to read arguments.
_HEARD_OFTEN: Final = "statusline"

_EPILOG: Final = "commands:\n" + "\n".join(
    f"  {name:10} {text}" for name, text in COMMANDS.items()
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return the exit status: 0, 1 or 2 for usage."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words == [_HEARD_OFTEN]:
        return int(import_module(f"{__package__}.{_HEARD_OFTEN}").respond())
    folder = _take_claude_path(words)
    name = words.pop(0) if words and words[0] in COMMANDS else _TRAY
    command = import_module(f"claude_tray.cli.{name}")
    parser = _parser(name)
    command.add_arguments(parser)
    arguments = parser.parse_args(words)
    arguments.claude_path = folder
    try:
        status = int(command.run(arguments))
        sys.stdout.flush()
    except ClaudeTrayError as error:
        text = f"{error.summary} {error.hint}".strip()
        print(f"claude-tray: {text}", file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read the output has enough; nothing more can be written.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Of one width: asking the terminal for its own takes 4 ms to import."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_WIDTH)


def _take_claude_path(words: list[str]) -> str:
    """Take `--claude-path PATH` out of the words, wherever it stands."""
    import argparse  # noqa: PLC0415

    parser = argparse.ArgumentParser(
        add_help=False,
        allow_abbrev=False,
        formatter_class=_Formatter,
    )
    parser.add_argument("--claude-path", default="")
    known, rest = parser.parse_known_args(words)
    words[:] = rest
    return str(known.claude_path)


def _parser(name: str) -> argparse.ArgumentParser:
    import argparse  # noqa: PLC0415

    is_tray = name == _TRAY
    parser = argparse.ArgumentParser(
        prog="claude-tray" if is_tray else f"claude-tray {name}",
        usage="%(prog)s [COMMAND] [options]" if is_tray else None,
        description=(
            "Shows how much of Claude Code's 5-hour window is left."
            if is_tray
            else COMMANDS[name].capitalize() + "."
        ),
        epilog=_EPILOG if is_tray else None,
        formatter_class=_Formatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--claude-path",
        metavar="PATH",
        help="Claude Code's folder, or several with commas between",
    )
    if is_tray:
        parser.add_argument(
            "--version",
            action="version",
            version=f"claude-tray {__version__}",
        )
    return parser
