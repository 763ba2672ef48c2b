"""
Print the line of `status --format` or `--field` by asking the running tray.

Bars run it every few seconds. Imports are kept to a minimum, as those of the
status line: they are most of its run time.
"""

from __future__ import annotations

import os
import sys

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
_MAX_REPLY_BYTES = 1 << 16
# 128 + SIGINT, as shells report it.
_EXIT_INTERRUPTED = 130


def print_status(args: Sequence[str]) -> int | None:
    """
    Print the line, if these are the arguments for one and a tray answers.

    Args:
        args: Arguments after the program's name.

    Returns:
        The exit status; None if the whole command has to run.
    """
    option, value = _parse(args)
    folders = locate_known_folders("claude-tray")
    if not value or folders is None or has_relative_path(os.environ):
        return None
    if sys.stdout is None:
        # A program without a console.
        return None
    command = {
        "command": "print-line",
        "option": option,
        "value": value,
        "environment": select_variables(os.environ),
    }
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


def _parse(args: Sequence[str]) -> tuple[str, str]:
    """Return the option without its hyphens, and its value; "" if others."""
    if not args or args[0] != "status":
        return "", ""
    words = list(args[1:])
    if len(words) == 1:
        name, _, value = words[0].partition("=")
        words = [name, value]
    is_line = len(words) == len(_OPTIONS) and words[0] in _OPTIONS
    return (words[0][2:], words[1]) if is_line else ("", "")


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
