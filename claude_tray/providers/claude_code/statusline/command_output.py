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

import fcntl

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
# $1 is the command, $2 the path of the session's files without suffix. The
# lock is held by this descriptor, which the command does not get.
_LOCK_DESCRIPTOR = 9
_SUPERVISOR = f"""
while :; do
  touch -c "$2.run"
  (umask 077; : >"$2.part")
  /bin/sh -c "$1" <"$2.in" >"$2.part" 2>/dev/null {_LOCK_DESCRIPTOR}>&-
  mv -f "$2.part" "$2.out"
  mv "$2.next" "$2.in" 2>/dev/null || break
done
rm -f "$2.in"
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
    flags = os.O_RDWR | os.O_CREAT
    lock = os.open(f"{base}{_RUN_SUFFIX}", flags, _PRIVATE_FILE)
    try:
        if not _acquire(lock):
            write_state_file(folder, f"{name}.next", stdin_data)
            return True
        if not _has_room(folder):
            return False
        # Left by a command that ended at the moment it was written.
        delete_file(f"{base}.next")
        write_state_file(folder, f"{name}.in", stdin_data)
        process_id = os.fork()
        if process_id == 0:
            _become_supervisor(command, base, lock)
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(process_id).encode(), 0)
    finally:
        # The supervisor has its own copy.
        os.close(lock)
    return True


def _become_supervisor(
    command: str, base: str, lock: int
) -> None:  # pragma: no cover - in the child process
    """Replace this process by the shell that runs the command."""
    try:
        # Not a part of our process group, which Claude Code kills.
        os.setsid()
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in range(3):
            os.dup2(null, descriptor)
        os.dup2(lock, _LOCK_DESCRIPTOR)
        os.set_inheritable(_LOCK_DESCRIPTOR, True)  # noqa: FBT003
        argv = ["/bin/sh", "-c", _SUPERVISOR, "sh", command, base]
        os.execv(argv[0], argv)  # noqa: S606 - the user's own command
    finally:
        os._exit(127)


def _acquire(lock: int) -> bool:
    """Lock a session's commands; end one that hangs."""
    if _try_lock(lock):
        return True
    if time.time() - os.fstat(lock).st_mtime < _HUNG_SECONDS:
        return False
    data = os.pread(lock, 32, 0)
    process_id = int(data) if data.isdigit() else 0
    try:
        # It leads a session of its own: another one has not its ID.
        if process_id > 1 and os.getsid(process_id) == process_id:
            os.killpg(process_id, 9)
    except OSError:
        return False
    deadline = time.monotonic() + _GRACE_SECONDS
    while not _try_lock(lock):
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True


def _try_lock(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _has_room(folder: str) -> bool:
    """Return whether another command may run."""
    recent = [
        path
        for entry in os.listdir(folder)
        if entry.endswith(_RUN_SUFFIX)
        and get_age(path := f"{folder}/{entry}") < _HUNG_SECONDS
    ]
    if len(recent) < _MAX_COMMANDS:
        return True
    # One of them is that of this run.
    return sum(map(_is_locked, recent)) <= _MAX_COMMANDS


def _is_locked(path: str) -> bool:
    try:
        lock = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        return not _try_lock(lock)
    finally:
        os.close(lock)


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
