"""Handle one statusline run: spool a sample and build the line."""

from __future__ import annotations

import os
import sys

from claude_tray.providers.claude_code.statusline.light_json import (
    decode_object,
    encode_json,
)
from claude_tray.providers.claude_code.statusline.render import (
    DEFAULT_PARTS,
    format_line,
)
from claude_tray.providers.claude_code.statusline.shown_limits import (
    MEMORY_FOLDER_NAME,
    find_report_time,
    merge_limits,
    parse_payload_limits,
    read_tray_limits,
)
from claude_tray.providers.claude_code.statusline.state_files import (
    delete_unused_files,
    read_state_file,
    write_state_file,
)

# As typing's, which takes longer to import than the rest.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

SPOOL_DIR_NAME = "statusline"
SAMPLE_SUFFIX = ".json"
_SETTINGS_FILE_NAME = "settings.toml"
BACKUP_FILE_NAME = "statusline.json"
_NS_PER_MS = 1_000_000
_MAX_SETTINGS_BYTES = 1 << 20
_PRUNE_INTERVAL = 64
_MAX_SAMPLE_LENGTH = 1 << 16
_TABLE_NAME = b"statusline"
_CURRENCY_KEY = b"currency"
# What the ingest thread reads from a payload.
_SAMPLE_KEYS = (
    "session_id",
    "transcript_path",
    "cwd",
    "version",
    "model",
    "workspace",
    "worktree",
    "cost",
    "context_window",
    "prompt_cache",
    "rate_limits",
)


class StatuslinePaths:
    """
    Files and folders of a run.

    Attributes:
        spool_dir: Folder of the samples, below that of our state.
        backup_path: File with the previous command, next to the settings.
        claude_dir: Claude folder of payloads that name none.
        state_dir: Folder of our state.
        settings_path: Settings file.
    """

    def __init__(
        self,
        spool_dir: str | os.PathLike[str],
        backup_path: str | os.PathLike[str],
        claude_dir: str = "",
    ) -> None:
        self.spool_dir = os.fspath(spool_dir)
        self.backup_path = os.fspath(backup_path)
        self.claude_dir = claude_dir
        self.state_dir = os.path.dirname(self.spool_dir)
        self.settings_path = os.path.join(
            os.path.dirname(self.backup_path), _SETTINGS_FILE_NAME
        )


class LineOptions:
    """
    Options of the line.

    Attributes:
        parts: Names of the values, in order.
        has_second_row: Print our line below that of the wrapped command.
        currency: Currency of costs, as "0.92 EUR"; empty for US dollars.
    """

    def __init__(
        self,
        parts: tuple[str, ...] | list[str] = DEFAULT_PARTS,
        *,
        has_second_row: bool = False,
        currency: str = "",
    ) -> None:
        self.parts = parts
        self.has_second_row = has_second_row
        self.currency = currency


def build_output(
    stdin_data: bytes,
    now_ns: int,
    paths: StatuslinePaths,
    options: LineOptions | None = None,
) -> bytes:
    """
    Return the output for Claude Code; errors are ignored.

    Args:
        stdin_data: Claude Code's JSON, or anything else.
        now_ns: Current time, in nanoseconds since 1970.
        paths: Files and folders.
        options: Options of the line; None to read them from the settings.
    """
    payload = decode_object(stdin_data)
    now_ms = now_ns // _NS_PER_MS
    claude_dir = find_claude_dir(payload) or paths.claude_dir
    reported_at_ms = find_report_time(paths.state_dir, payload, now_ms)
    try:
        write_sample(paths.spool_dir, payload, now_ns, paths.claude_dir)
    except (OSError, RecursionError, ValueError):
        # Only this sample is lost.
        reported_at_ms = now_ms
    options = options or load_options(paths.settings_path)
    limits = merge_limits(
        parse_payload_limits(payload, reported_at_ms),
        read_tray_limits(paths.state_dir, claude_dir),
        reported_at_ms,
    )
    line = format_line(
        payload, now_ms, options.parts, limits, options.currency
    )
    own_line = line.encode("utf-8", "replace") + b"\n"
    command = find_command(paths.backup_path, claude_dir)
    if not command:
        return own_line
    session = payload.get("session_id")
    output = _run_command(command, stdin_data, paths.state_dir, session)
    if output is None:
        return own_line
    if not options.has_second_row:
        return output
    separator = b"" if output.endswith(b"\n") or not output else b"\n"
    return output + separator + own_line


def _run_command(
    command: str, stdin_data: bytes, state_dir: str, session: object
) -> bytes | None:
    """Return the output of the previous command; None without one."""
    # Late: most users had no other statusline before.
    if sys.platform == "win32":
        from claude_tray.providers.claude_code.statusline.wrapped_command import (
            run_wrapped_command,
        )

        return run_wrapped_command(command, stdin_data)
    else:  # noqa: RET505 - mypy skips a branch, but not what follows it
        from claude_tray.providers.claude_code.statusline.command_output import (
            show_command_output,
        )

        return show_command_output(command, stdin_data, state_dir, session)


def find_claude_dir(payload: Mapping[str, object]) -> str:
    """Return the Claude folder that contains a payload's transcript."""
    value = payload.get("transcript_path")
    if not isinstance(value, str):
        return ""
    path = value.encode("utf-8", "replace").decode().replace("\0", "")
    for separator in ("/projects/", "\\projects\\"):
        folder, found, _ = path.rpartition(separator)
        if found:
            return folder
    return ""


def write_sample(
    spool_dir: str | os.PathLike[str],
    payload: Mapping[str, object],
    now_ns: int,
    default_claude_dir: str = "",
) -> None:
    """
    Write what the ingest thread reads from a payload to the spool, atomically.

    Args:
        spool_dir: Folder of the samples.
        payload: JSON object that Claude Code passed to the statusline.
        now_ns: Current time, in nanoseconds since 1970.
        default_claude_dir: Claude folder of payloads that name none.

    Raises:
        OSError: The sample cannot be written.
    """
    if not _has_report(payload):
        return
    values = {name: payload[name] for name in _SAMPLE_KEYS if name in payload}
    sample = {
        "claude": find_claude_dir(payload) or default_claude_dir,
        "told_ms": now_ns // _NS_PER_MS,
        "payload": values,
    }
    text = encode_json(sample)
    if len(text) > _MAX_SAMPLE_LENGTH:
        # No limits are so long: the ingest thread counts them as unreadable.
        values["rate_limits"] = False
        text = encode_json(sample)
    if len(text) > _MAX_SAMPLE_LENGTH:
        return
    process_id = os.getpid()
    write_state_file(
        os.fspath(spool_dir),
        f"{now_ns:020d}-{process_id}{SAMPLE_SUFFIX}",
        text.encode(),
    )
    if process_id % _PRUNE_INTERVAL == 0:
        _delete_old_files(os.fspath(spool_dir))


def _delete_old_files(spool_dir: str) -> None:
    # Late: a few runs do it for all.
    from pathlib import Path

    from claude_tray.providers.claude_code.statusline_samples import (
        prune_samples,
    )

    prune_samples(Path(spool_dir))
    state_dir = os.path.dirname(spool_dir)
    delete_unused_files(os.path.join(state_dir, MEMORY_FOLDER_NAME))


def _has_report(payload: Mapping[str, object]) -> bool:
    """Return whether a payload names a session or a limit."""
    limits = payload.get("rate_limits")
    if isinstance(limits, dict):
        limits = [value for value in limits.values() if value is not None]
        return bool(limits or payload.get("session_id"))
    return limits is not None or bool(payload.get("session_id"))


def find_command(backup_path: str, claude_dir: str) -> str:
    """Return the previous command of a Claude folder; empty without one."""
    backups = decode_object(read_state_file(backup_path) or b"")
    folder = select_folder(list(backups), claude_dir)
    backup = backups[folder] if folder is not None else None
    command = backup.get("command") if isinstance(backup, dict) else ""
    return command if isinstance(command, str) else ""


def select_folder(folders: list[str], claude_dir: str) -> str | None:
    """
    Return the folder of a list that is the Claude folder; None without one.

    If the Claude folder is unknown and there is only one, return that.
    """
    if claude_dir in folders:
        return claude_dir
    if not claude_dir:
        return folders[0] if len(folders) == 1 else None
    real_path = os.path.realpath(claude_dir)
    for folder in folders:
        if os.path.realpath(folder) == real_path:
            return folder
    return None


def load_options(settings_path: str) -> LineOptions:
    """
    Return the configured options, or the defaults if they are invalid.

    Other keys are not validated here: that would cost time at each run.
    """
    data = read_state_file(settings_path, _MAX_SETTINGS_BYTES) or b""
    if _TABLE_NAME not in data and _CURRENCY_KEY not in data:
        return LineOptions()
    # Late: few users configure them.
    import tomllib

    try:
        tables = tomllib.loads(data.decode())
    except (ValueError, RecursionError):
        return LineOptions()
    table, cost = tables.get("statusline"), tables.get("cost")
    currency = cost.get("currency") if isinstance(cost, dict) else None
    if not isinstance(currency, str):
        currency = ""
    if not isinstance(table, dict):
        return LineOptions(currency=currency)
    parts = table.get("parts")
    if not isinstance(parts, list) or not all(
        isinstance(part, str) for part in parts
    ):
        parts = DEFAULT_PARTS
    return LineOptions(
        parts,
        has_second_row=table.get("second_row") is True,
        currency=currency,
    )
