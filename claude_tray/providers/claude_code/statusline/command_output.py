"""
Show the output of the user's own statusline command without waiting for it.

A command that takes longer than a moment goes on in the background; meanwhile
its last output of the session is shown. It is never killed before Claude Code
would do so, and runs at most once per session at a time: input that arrives
meanwhile is passed to it afterwards.
"""

from __future__ import annotations

import os
import sys
import time

from claude_tray.providers.claude_code.statusline.shown_limits import (
    MEMORY_FOLDER_NAME,
    is_file_name,
)
from claude_tray.providers.claude_code.statusline.state_files import (
    delete_file,
    get_age,
    make_private_folder,
    read_state_file,
    write_state_file,
)

# For mypy: processes of Windows have no sessions.
assert sys.platform != "win32"

# A fast command shows its newest output, a slow one the last.
_GRACE_SECONDS = 0.25
# The first output of a session; Claude Code waits about as long.
_FIRST_OUTPUT_SECONDS = 10.0
_POLL_SECONDS = 0.005
_MAX_POLL_SECONDS = 0.05
# Of all sessions together.
_MAX_COMMANDS = 16
# Claude Code has given up on a command long before.
_HUNG_SECONDS = 60.0
_MAX_OUTPUT_BYTES = 1 << 20
_RUN_SUFFIX = ".run"
_PRIVATE_FILE = 0o600
# $1 is the command, $2 the path of the session's files without suffix.
_SUPERVISOR = """
while :; do
  (umask 077; : >"$2.part")
  /bin/sh -c "$1" <"$2.in" >"$2.part" 2>/dev/null
  mv -f "$2.part" "$2.out"
  mv "$2.next" "$2.in" 2>/dev/null || break
done
rm -f "$2.in" "$2.run"
"""


def show_command_output(
    command: str, stdin_data: bytes, state_dir: str, session: object
) -> bytes | None:
    """
    Return the newest output of a command that is there in a moment.

    Args:
        command: As in Claude Code's settings.
        stdin_data: Passed to the command.
        state_dir: Folder of our state.
        session: ID of the session; the output is kept by it.

    Returns:
        None if there is none: it does not start, or has printed nothing yet.
    """
    folder = f"{state_dir}/{MEMORY_FOLDER_NAME}"
    name = _build_name(command, session)
    base = f"{folder}/{name}"
    last = _get_version(f"{base}.out")
    try:
        make_private_folder(folder)
        is_started = _start(command, stdin_data, folder, name)
    except (OSError, ValueError):
        return None
    if not is_started and last is None:
        return None
    seconds = _GRACE_SECONDS if last else _FIRST_OUTPUT_SECONDS
    _wait_for_output(base, last, seconds)
    return read_state_file(f"{base}.out", _MAX_OUTPUT_BYTES)


def _build_name(command: str, session: object) -> str:
    """Return a file name for the command's output in a session."""
    number = int.from_bytes(command.encode("utf-8", "replace"), "little")
    text = str(session) if is_file_name(session) else "none"
    return f"{text}-{number % (2**61 - 1):x}"


def _start(command: str, stdin_data: bytes, folder: str, name: str) -> bool:
    """
    Start the command, or pass the input to the one that runs.

    Returns:
        False if too many commands run already.

    Raises:
        OSError: It cannot be started.
        ValueError: The command contains NUL.
    """
    base = f"{folder}/{name}"
    if "\0" in command:
        raise ValueError(command)
    is_running = _is_running(base)
    if not is_running and not _has_room(folder):
        return False
    if is_running or not _claim(base):
        write_state_file(folder, f"{name}.next", stdin_data)
        return True
    # Left by a command that ended at the moment it was written.
    delete_file(f"{base}.next")
    write_state_file(folder, f"{name}.in", stdin_data)
    process_id = os.fork()
    if process_id == 0:
        _become_supervisor(command, base)
    with open(f"{base}{_RUN_SUFFIX}", "w", encoding="ascii") as file:
        file.write(str(process_id))
    return True


def _become_supervisor(
    command: str, base: str
) -> None:  # pragma: no cover - in the child process
    """Replace this process by the shell that runs the command."""
    try:
        # Not a part of our process group, which Claude Code kills.
        os.setsid()
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in range(3):
            os.dup2(null, descriptor)
        argv = ["/bin/sh", "-c", _SUPERVISOR, "sh", command, base]
        os.execv(argv[0], argv)  # noqa: S606 - the user's own command
    finally:
        os._exit(127)


def _is_running(base: str) -> bool:
    """Return whether the session's command runs; end one that hangs."""
    data = read_state_file(f"{base}{_RUN_SUFFIX}")
    if data is None:
        return False
    age = get_age(f"{base}{_RUN_SUFFIX}")
    if not data:
        # Being started by another run at this moment.
        return age < 1
    process_id = int(data) if data.isdigit() else 0
    if process_id <= 1 or not _is_alive(process_id):
        return False
    if age < _HUNG_SECONDS:
        return True
    try:
        os.killpg(process_id, 9)
    except OSError:
        return False
    return False


def _is_alive(process_id: int) -> bool:
    try:
        # The session that it leads: a reused ID is that of another one.
        return os.getsid(process_id) == process_id
    except OSError:
        return False


def _has_room(folder: str) -> bool:
    """Return whether another command may run; forget one that has ended."""
    running = [
        entry for entry in os.listdir(folder) if entry.endswith(_RUN_SUFFIX)
    ]
    if len(running) < _MAX_COMMANDS:
        return True
    for entry in running:
        if not _is_running(f"{folder}/{entry.removesuffix(_RUN_SUFFIX)}"):
            delete_file(f"{folder}/{entry}")
            return True
    return False


def _claim(base: str) -> bool:
    """Mark the command as running; return False if another run was faster."""
    path = f"{base}{_RUN_SUFFIX}"
    delete_file(path)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        os.close(os.open(path, flags, _PRIVATE_FILE))
    except FileExistsError:
        return False
    return True


def _wait_for_output(
    base: str, last: tuple[int, int] | None, seconds: float
) -> None:
    """Wait until the output is another, or the command ends without one."""
    deadline = time.monotonic() + seconds
    pause = _POLL_SECONDS
    while time.monotonic() < deadline:
        if _get_version(f"{base}.out") != last:
            return
        time.sleep(pause)
        pause = min(pause * 1.5, _MAX_POLL_SECONDS)


def _get_version(path: str) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns
