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

    from claude_tray.providers.base import Provider


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
# Commands whose module is not `commands.NAME`.
_MODULES: Final = {"doctor": "doctor.command", "import": "commands.import_"}
_TRAY_COMMAND: Final = "run"
# Claude Code runs it after each reply: no time to read arguments.
_STATUSLINE_COMMAND: Final = "statusline"


def main(
    argv: Sequence[str] | None = None,
    extra_providers: Sequence[Provider] = (),
) -> int:
    """
    Run a command and return the exit status: 0, 1 or 2 for usage.

    Args:
        argv: Arguments without the program's name; None for `sys.argv`.
        extra_providers: Read in addition to the built-in provider.
    """
    args = list(sys.argv[1:] if argv is None else argv)
    _ensure_streams()
    if args == [_STATUSLINE_COMMAND]:
        return int(
            import_module(
                "claude_tray.providers.claude_code.statusline.entrypoint"
            ).run_statusline()
        )
    # Late: the statusline above needs no arguments read.
    from claude_tray.cli.parser import (
        build_command_parser,
        build_tray_parser,
        extract_claude_path,
    )

    claude_path = extract_claude_path(args)
    name = args.pop(0) if args and args[0] in COMMANDS else _TRAY_COMMAND
    if argv is None:
        # The process is this program's alone: modules are never garbage.
        gc.disable()
    command = import_command(name)
    if argv is None:
        gc.freeze()
        gc.enable()
    if name == _TRAY_COMMAND:
        parser = build_tray_parser(COMMANDS)
    else:
        parser = build_command_parser(name, COMMANDS[name])
    command.add_arguments(parser)
    arguments = parser.parse_args(args)
    arguments.claude_path = claude_path
    arguments.extra_providers = tuple(extra_providers)
    return _run_command(command, arguments)


def _run_command(command: ModuleType, arguments: argparse.Namespace) -> int:
    """Run a command and return its exit status; its errors are told."""
    try:
        status = int(command.run(arguments))
        sys.stdout.flush()
    except ClaudeTrayError as error:
        text = f"{error.summary} {error.hint}".strip()
        print(f"claude-tray: {text}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read the output has enough.
        _discard_output()
        return 1
    except OSError as error:
        path = error.filename or "the output"
        text = f"{path}: {error.strerror or error}."
        print(f"claude-tray: {text}", file=sys.stderr)
        _discard_output()
        return 1
    return status


def import_command(name: str) -> ModuleType:
    """Import the module of a command: add_arguments() and run()."""
    return import_module(
        f"{__package__}.{_MODULES.get(name, f'commands.{name}')}"
    )


def _discard_output() -> None:
    """Write nothing more where nothing can be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _ensure_streams() -> None:
    """Give a program without a console somewhere to write to."""
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
