"""
Print what `status` prints by asking the running tray.

Bars run it every few seconds, and scripts. Imports are kept to a minimum, as
those of the status line: they are most of its run time.
"""

from __future__ import annotations

import os
import sys

from claude_tray import __version__
from claude_tray.app.quick_variables import (
    has_relative_path,
    select_variables,
)
from claude_tray.platform.app_folders import locate_known_folders
from claude_tray.providers.claude_code.statusline.light_json import (
    decode_object,
    encode_json,
)
from claude_tray.providers.claude_code.statusline.state_files import (
    read_state_file,
)

# As typing's, which takes longer to import than the rest.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from _socket import socket
    from collections.abc import Sequence


_OPTIONS = ("--format", "--field")
_TIMEOUT_SECONDS = 2.0
_LOOPBACK = "127.0.0.1"
_CHUNK_BYTES = 4096
_MAX_REPLY_BYTES = 1 << 20
# They change what rich writes; see its documentation of the Console.
_TERMINAL_VARIABLES = ("FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE")
_TERMINALS_WITHOUT_COLORS = ("dumb", "unknown")
_DEFAULT_WIDTH = 80
# 128 + SIGINT, as shells report it.
_EXIT_INTERRUPTED = 130


def print_status(args: Sequence[str]) -> int | None:
    """
    Print it, if these are arguments for it and a tray answers.

    Args:
        args: Arguments after the program's name.

    Returns:
        The exit status; None if the whole command has to run.
    """
    if sys.stdout is None:
        # A program without a console.
        return None
    command = _build_command(list(args[1:]))
    folders = locate_known_folders("claude-tray")
    if not command or folders is None or has_relative_path(os.environ):
        return None
    command["environment"] = select_variables(os.environ)
    try:
        reply = _send(folders[2], encode_json(command))
    except OSError:
        return None
    except KeyboardInterrupt:
        return _EXIT_INTERRUPTED
    text = reply.get("text")
    if reply.get("reply") != "line" or not isinstance(text, str):
        return None
    return _write(text)


def _build_command(words: list[str]) -> dict[str, object]:
    """Return the message to the tray; empty if it cannot answer."""
    if words in ([], ["--json"]):
        return _build_report_command(is_json=bool(words))
    if len(words) == 1:
        name, _, value = words[0].partition("=")
        words = [name, value]
    option, value = words if len(words) == len(_OPTIONS) else ("", "")
    if option not in _OPTIONS or not value:
        return {}
    return {"command": "print-line", "option": option[2:], "value": value}


def _build_report_command(*, is_json: bool) -> dict[str, object]:
    """Return the message about everything; empty if only rich can print it."""
    is_terminal = not is_json and sys.stdout.isatty()
    if not is_json and any(name in os.environ for name in _TERMINAL_VARIABLES):
        return {}
    if is_terminal and (
        sys.platform == "win32"
        or os.environ.get("TERM", "").lower() in _TERMINALS_WITHOUT_COLORS
    ):
        return {}
    return {
        "command": "print-status",
        "version": __version__,
        "encoding": sys.stdout.encoding,
        "is_json": is_json,
        "width": _measure_terminal() if is_terminal else 0,
    }


def _measure_terminal() -> int:
    """Return the columns of the terminal, as rich does."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal():
        return int(columns) or _DEFAULT_WIDTH
    for descriptor in range(3):
        try:
            return os.get_terminal_size(descriptor).columns or _DEFAULT_WIDTH
        except OSError:
            continue
    return _DEFAULT_WIDTH


def _send(state_folder: str, command: str) -> dict[str, object]:
    """
    Send a command to the tray; return its reply, empty if it is none.

    Raises:
        OSError: No tray answers.
    """
    data = read_state_file(os.path.join(state_folder, "instance.door")) or b""
    token, _, endpoint = data.decode("utf-8", "replace").partition(" ")
    if not endpoint:
        return {}
    connection = _connect(endpoint)
    try:
        connection.sendall(f"{token} {command}\n".encode())
        reply = b""
        while not reply.endswith(b"\n") and len(reply) < _MAX_REPLY_BYTES:
            chunk = connection.recv(_CHUNK_BYTES)
            if not chunk:
                return {}
            reply += chunk
    finally:
        connection.close()
    return decode_object(reply)


def _connect(endpoint: str) -> socket:
    # The socket module imports enum and selectors, which take longer than all
    # of this.
    import _socket

    address: tuple[str, int] | str = endpoint
    if endpoint.isdigit():
        address = (_LOOPBACK, int(endpoint))
        connection = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
    elif sys.platform == "win32":
        raise OSError(endpoint)
    else:
        connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    connection.settimeout(_TIMEOUT_SECONDS)
    try:
        connection.connect(address)
    except (OSError, KeyboardInterrupt):
        connection.close()
        raise
    return connection


def _write(text: str) -> int:
    """Write a line as the command does; return the exit status."""
    stream = sys.stdout
    if stream.errors == "strict":
        # Characters that the encoding of the terminal lacks are escaped.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        stream.write(f"{text}\n")
        stream.flush()
    except OSError as error:
        # Late: it has the sentences of errors.
        from claude_tray.cli.main import handle_output_error

        return handle_output_error(error)
    return 0
