"""Dispatch to the commands and turn errors into exit statuses."""

from __future__ import annotations

import errno
import gc
import io
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Final

from claude_tray import __version__
from claude_tray.errors import ClaudeTrayError, gettext_noop
from claude_tray.text import make_visible

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from types import ModuleType

    from claude_tray.providers.base import Provider


# Each command is a module with add_arguments() and run(). It is imported only
# when it runs, so that `status` does not import the tray.
COMMANDS: Final = {
    "status": gettext_noop("Show the current window, limits and pace"),
    "stats": gettext_noop("Show total usage and the current window"),
    "projects": gettext_noop("Show usage by project"),
    "sessions": gettext_noop("Show usage by session"),
    "live": gettext_noop("Show the sessions that are running"),
    "models": gettext_noop("Show usage by model"),
    "daily": gettext_noop("Show usage by day"),
    "weekly": gettext_noop("Show usage by week"),
    "monthly": gettext_noop("Show usage by month"),
    "windows": gettext_noop("List the 5-hour windows"),
    "window": gettext_noop("Show what a 5-hour window was used for"),
    "fit": gettext_noop("Show how much more work fits into the window"),
    "budget": gettext_noop("Say whether enough of the limit is left"),
    "walls": gettext_noop("List the limits that were reached"),
    "plan": gettext_noop("Replay the last 30 days with another first message"),
    "export": gettext_noop("Export all stored usage, or metrics"),
    "import": gettext_noop("Import usage from another tool"),
    "open": gettext_noop("Open the dashboard in the browser"),
    "popup": gettext_noop("Open the popup, or write it as a web page"),
    "card": gettext_noop("Save a picture of your usage to share"),
    "refresh": gettext_noop("Read new transcripts"),
    "sync": gettext_noop("Send pending usage to a server"),
    "hook": gettext_noop("Let Claude Code know what is left of its limits"),
    "mcp": gettext_noop("Answer agents about limits and usage (MCP)"),
    "settings": gettext_noop("Show and change the settings"),
    "notify": gettext_noop("Try your own command for notifications"),
    "statusline": gettext_noop("Set up Claude Code's status line"),
    "autostart": gettext_noop("Start the tray at login"),
    "desktop": gettext_noop("Install or remove the menu entry"),
    "serve": gettext_noop("Run the server"),
    "server": gettext_noop("Manage the server's users, tokens and data"),
    "doctor": gettext_noop("Check the installation"),
    "completion": gettext_noop("Print a shell completion script"),
    "uninstall": gettext_noop("Undo everything that claude-tray has set up"),
}
# Commands whose module is not `commands.NAME`; `import` is a keyword.
_MODULES: Final = {
    "doctor": "doctor.command",
    "import": "commands.import_",
}
_TRAY_COMMAND: Final = "run"
_STATUSLINE_PACKAGE: Final = "claude_tray.providers.claude_code.statusline"
# Claude Code runs them at each prompt or response: skip the argument parser.
_LIGHT_COMMANDS: Final = {
    "statusline": (f"{_STATUSLINE_PACKAGE}.entrypoint", "run_statusline"),
    "hook": (f"{_STATUSLINE_PACKAGE}.limit_hook", "run_hook"),
}
_VERSION_ARGUMENTS: Final = (["version"], ["--version"])
# As argparse exits.
_EXIT_USAGE: Final = 2
_FULL_DISK: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# 128 + SIGINT, as shells report it.
_EXIT_INTERRUPTED: Final = 130


def main(
    argv: Sequence[str] | None = None,
    extra_providers: Sequence[Provider] = (),
) -> int:
    """
    Run a command and return the exit status: 0, 1, or 2 for bad usage.

    Args:
        argv: Arguments without the program's name; None for `sys.argv`.
        extra_providers: Read in addition to the built-in provider.
    """
    args = list(sys.argv[1:] if argv is None else argv)
    _ensure_streams()
    if len(args) == 1 and args[0] in _LIGHT_COMMANDS:
        module, function = _LIGHT_COMMANDS[args[0]]
        return int(getattr(import_module(module), function)())
    if args in _VERSION_ARGUMENTS:
        return _print_version()
    # Late: the commands above need no argparse.
    from claude_tray.cli.parser import (
        build_command_parser,
        build_tray_parser,
        extract_claude_path,
    )

    claude_path = extract_claude_path(args)
    args = _expand_words(args)
    name = args.pop(0) if args and args[0] in COMMANDS else _TRAY_COMMAND
    if argv is None:
        # In our own process: imported modules are never garbage.
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


def _print_version() -> int:
    try:
        print(f"claude-tray {__version__}", flush=True)
    except OSError as error:
        return handle_output_error(error)
    return 0


def _expand_words(args: list[str]) -> list[str]:
    """
    Replace `help` and `version` by the options that they stand for.

    Raises:
        SystemExit: There is no such command, which is said.
    """
    word, *rest = args or [""]
    if word == "help":
        return [*rest[:1], "--help"]
    if word == "version":
        return ["--version"]
    if word and word not in COMMANDS and not word.startswith("-"):
        # Late: most commands exist.
        from claude_tray.cli.lookup import suggest_names
        from claude_tray.platform.start_command import get_start_command

        matches = suggest_names(word, [*COMMANDS, "help", "version"])
        hint = gettext_noop("“{program} help” lists all commands.")
        if matches:
            hint = gettext_noop("Did you mean {suggestions}?")
        _report(
            ClaudeTrayError(
                gettext_noop("There is no command “{name}”."),
                hint=hint,
                name=word,
                program=get_start_command(),
                suggestions=", ".join(matches),
            )
        )
        sys.exit(_EXIT_USAGE)
    return args


def _run_command(command: ModuleType, arguments: argparse.Namespace) -> int:
    """Run a command and return its exit status; print its errors."""
    try:
        status = int(command.run(arguments))
        sys.stdout.flush()
    except (ClaudeTrayError, ModuleNotFoundError) as error:
        _report(
            error
            if isinstance(error, ClaudeTrayError)
            else _explain_missing_module(error)
        )
        return 1
    except KeyboardInterrupt:
        return _EXIT_INTERRUPTED
    except OSError as error:
        if error.filename is None and not is_output_error(error):
            _report_internal_error(error)
            return 1
        return handle_output_error(error)
    except Exception as error:  # noqa: BLE001 - a sentence, no traceback
        _report_internal_error(error)
        return 1
    return status


def is_output_error(error: OSError) -> bool:
    """Check whether an error without a file name is one of the output."""
    if _is_closed_pipe(error) or error.errno in _FULL_DISK:
        return True
    try:
        # What could not be written is still there, and fails again; but
        # not with PYTHONUNBUFFERED.
        sys.stdout.flush()
    except OSError:
        return True
    return False


def handle_output_error(error: OSError) -> int:
    """Say why the output cannot be written; return the exit status."""
    # The reader of the pipe may have seen enough, as in `| head`.
    if not _is_closed_pipe(error):
        _print_error(_describe_os_error(error))
    _discard_output()
    return 1


def _is_closed_pipe(error: OSError) -> bool:
    # Windows says "Invalid argument" of a pipe that nobody reads
    # (https://bugs.python.org/issue35754).
    return isinstance(error, BrokenPipeError) or (
        sys.platform == "win32"
        and error.filename is None
        and error.errno == errno.EINVAL
    )


def _explain_missing_module(error: ModuleNotFoundError) -> ClaudeTrayError:
    return ClaudeTrayError(
        gettext_noop("This command needs {module}, which is not installed."),
        hint=gettext_noop(
            "claude-tray-server has only the server. For all commands, run:"
            " pip install claude-tray"
        ),
        module=error.name,
    )


def _report_internal_error(error: Exception) -> None:
    # Late: no run should need it.
    from claude_tray.platform.logging_setup import log_internal_error

    text = log_internal_error(error)
    try:
        _report(text)
    except Exception:  # noqa: BLE001 - the translations may be what failed
        _print_error(text.describe())


def _report(error: ClaudeTrayError) -> None:
    # Late: most runs have no error to translate.
    from claude_tray.cli.parser import load_gettext

    _print_error(error.describe(load_gettext()))


def _describe_os_error(error: OSError) -> str:
    from claude_tray.app.context import load_translator

    gettext = load_translator().gettext
    reason = error.strerror or error
    if error.filename is None:
        return gettext("Cannot write the output: {reason}.", reason=reason)
    return gettext(
        "Cannot access {path}: {reason}.", path=error.filename, reason=reason
    )


def _print_error(text: str) -> None:
    print(f"claude-tray: {make_visible(text)}", file=sys.stderr)


def import_command(name: str) -> ModuleType:
    """Import the module of a command, with add_arguments() and run()."""
    return import_module(
        f"{__package__}.{_MODULES.get(name, f'commands.{name}')}"
    )


def _discard_output() -> None:
    """Redirect stdout to the null device, so that no flush fails at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _ensure_streams() -> None:
    """
    Give a program without a console somewhere to write.

    Characters that the encoding of the terminal lacks are escaped.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="backslashreplace")
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
