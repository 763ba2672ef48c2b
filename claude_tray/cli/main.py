"""Routes to the commands; the only place that turns errors into exits."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Final

from claude_tray.errors import ClaudeTrayError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from types import ModuleType

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
    "export": "all that is stored, as JSON or CSV",
    "import": "take in what another program kept",
    "popup": "the popup; --html: the same as a web page",
    "card": "a picture of it to share (--png FILE)",
    "refresh": "read what is new and tell what it was",
    "sync": "send what is due to a server (--status, --dry-run)",
    "statusline": "what Claude Code runs: install, remove or status",
    "autostart": "whether the tray starts at login: on, off or status",
    "desktop": "the menu entry: install or remove",
    "serve": "the server for several machines (--host, --port)",
    "server": "its users, tokens and upkeep",
    "doctor": "what is where, and what is wrong",
    "completion": "what a shell completes the commands by",
    "uninstall": "out of everything it was put into (--dry-run tells)",
}
_TRAY: Final = "run"
# Claude Code runs it after each reply: no time to read arguments.
_HEARD_OFTEN: Final = "statusline"


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return the exit status: 0, 1 or 2 for usage."""
    words = list(sys.argv[1:] if argv is None else argv)
    _open_streams()
    if words == [_HEARD_OFTEN]:
        return int(import_module("claude_tray.statusline.run").respond())
    # Late: the statusline above needs no arguments read.
    from claude_tray.cli.parser import (  # noqa: PLC0415
        command_parser,
        take_claude_path,
        tray_parser,
    )

    folder = take_claude_path(words)
    name = words.pop(0) if words and words[0] in COMMANDS else _TRAY
    if argv is None:
        # The process is this program's alone: modules are never garbage.
        gc.disable()
    command = import_module(f"claude_tray.cli.{name}")
    if argv is None:
        gc.freeze()
        gc.enable()
    if name == _TRAY:
        parser = tray_parser(COMMANDS)
    else:
        parser = command_parser(name, COMMANDS[name])
    command.add_arguments(parser)
    arguments = parser.parse_args(words)
    arguments.claude_path = folder
    return _ended(command, arguments)


def _ended(command: ModuleType, arguments: argparse.Namespace) -> int:
    """Run a command and return its exit status; its errors are told."""
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
        # Whoever read the output has enough.
        _leave_output()
        return 1
    except OSError as error:
        where = error.filename or "the output"
        text = f"{where}: {error.strerror or error}."
        print(f"claude-tray: {text}", file=sys.stderr)  # noqa: T201
        _leave_output()
        return 1
    return status


def _leave_output() -> None:
    """Write nothing more where nothing can be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _open_streams() -> None:
    """Give a program without a console somewhere to write to."""
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
