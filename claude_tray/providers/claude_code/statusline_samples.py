"""
The statusline's samples, between the process that heard and the engine.

Claude Code runs the statusline many times a minute. Each run leaves one small
file here and never waits for the store. It lies below the engine, which
absorbs it, and below the statusline, which fills it.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.core.accounts import StatuslineSession
from claude_tray.core.limits import LimitSample

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


# Nothing that is told is more: of the year 5138, in milliseconds.
_MAX_NUMBER: Final = 10**14
_MAX_RESET_SECONDS: Final = 10**11


def parse_limits(payload: Mapping[str, Any]) -> dict[str, tuple[float, int]]:
    """Return the limits that a payload carries, by name."""
    rate_limits = payload.get("rate_limits")
    if not isinstance(rate_limits, dict):
        return {}
    limits: dict[str, tuple[float, int]] = {}
    for name, value in rate_limits.items():
        if not isinstance(value, dict):
            continue
        percent = parse_number(value.get("used_percentage"))
        resets = parse_number(value.get("resets_at"))
        if (
            percent is not None
            and resets is not None
            and resets < _MAX_RESET_SECONDS
        ):
            limits[parse_text(name)] = (percent, int(resets * 1000))
    return limits


def parse_number(value: object) -> float | None:
    """Return a number that is one; JSON of Python's knows also NaN."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if 0 <= value <= _MAX_NUMBER else None


def parse_claude_folder(payload: Mapping[str, Any]) -> str:
    """Return the Claude folder that a payload's transcript lies in."""
    path = parse_text(payload.get("transcript_path"))
    for separator in ("/projects/", "\\projects\\"):
        folder, found, _ = path.rpartition(separator)
        if found:
            return folder
    return ""


def parse_session(
    payload: Mapping[str, Any], observed_at_ms: int
) -> StatuslineSession:
    """Return what a payload tells of its session, whose id may be empty."""
    model, cost = _get_table(payload, "model"), _get_table(payload, "cost")
    return StatuslineSession(
        parse_text(payload.get("session_id")),
        observed_at_ms,
        parse_text(model.get("display_name")) or parse_text(model.get("id")),
        parse_text(payload.get("cwd")),
        parse_number(cost.get("total_cost_usd")),
        parse_number(
            _get_table(payload, "context_window").get("used_percentage")
        ),
    )


def parse_project_folder(payload: Mapping[str, Any]) -> str:
    """Return the folder that a payload's session was started in."""
    workspace = _get_table(payload, "workspace")
    return parse_text(workspace.get("project_dir")) or parse_text(
        payload.get("cwd")
    )


def _get_table(payload: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = payload.get(name)
    return value if isinstance(value, dict) else {}


def parse_text(value: object) -> str:
    """Return a text that can be kept: JSON may have halves of characters."""
    if not isinstance(value, str):
        return ""
    return value.encode("utf-8", "replace").decode().replace("\0", "")


SPOOL_DIR_NAME: Final = "statusline"
_SAMPLE_SUFFIX: Final = ".json"
_PARTIAL_SUFFIX: Final = ".new"
# While nobody absorbs them, so many are kept; all older ones are dropped.
_MAX_SAMPLES: Final = 4096
_PRUNE_INTERVAL: Final = 64
# No more runs than these are in the middle of writing.
_MAX_PARTIAL_FILES: Final = 1024


class StatuslineSample(NamedTuple):
    """
    What one run of the statusline heard.

    Attributes:
        path: The file, to be dropped once its content is kept.
        claude_dir: The Claude folder; empty where it was not told.
        observed_at_ms: When it was heard.
        limits: By name: percent and, in milliseconds, when it resets.
        session: What was told of the session; None where it has no id.
    """

    path: Path
    claude_dir: str
    observed_at_ms: int
    limits: tuple[tuple[str, float, int], ...]
    session: StatuslineSession | None = None

    def to_limits(self, account: str) -> list[LimitSample]:
        """Return the limits as those of an account."""
        return [
            LimitSample(account, name, percent, resets_ms, self.observed_at_ms)
            for name, percent, resets_ms in self.limits
        ]


def is_sample_file(path: str) -> bool:
    """Tell whether a file of this name holds a whole sample."""
    return path.endswith(_SAMPLE_SUFFIX)


def write_sample(
    spool_dir: Path,
    payload: Mapping[str, Any],
    now_ns: int,
    default_claude_dir: str = "",
) -> None:
    """
    Leave for the engine what a payload tells, whole or not at all.

    Args:
        spool_dir: Where samples lie.
        payload: What Claude Code told.
        now_ns: The present.
        default_claude_dir: Its folder, where the payload names none.

    Raises:
        OSError: It cannot be written.
    """
    limits, session = (
        parse_limits(payload),
        parse_session(payload, now_ns // 10**6),
    )
    if not limits and not session.uuid:
        return
    sample = {
        "claude": parse_claude_folder(payload) or default_claude_dir,
        "told_ms": session.observed_at_ms,
        "limits": limits,
        "session": session,
    }
    spool_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"{now_ns:020d}-{os.getpid()}"
    partial_path = spool_dir / f"{name}{_PARTIAL_SUFFIX}"
    try:
        partial_path.write_text(json.dumps(sample), encoding="utf-8")
        partial_path.replace(spool_dir / f"{name}{_SAMPLE_SUFFIX}")
    except OSError:
        delete_samples([partial_path])
        raise
    if os.getpid() % _PRUNE_INTERVAL == 0:
        _prune(spool_dir)


def read_samples(spool_dir: Path) -> list[StatuslineSample]:
    """
    Return what lies here, oldest first, and leave it until `drop`.

    What cannot be read as a sample is dropped at once.
    """
    samples = []
    for path in _list_files(spool_dir):
        try:
            sample = decode_sample(path, path.read_bytes())
        except OSError:
            continue
        if sample is None:
            delete_samples([path])
        else:
            samples.append(sample)
    return samples


def delete_samples(paths: Iterable[Path]) -> None:
    """Delete samples that are kept elsewhere now."""
    for path in paths:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def decode_sample(path: Path, data: bytes) -> StatuslineSample | None:
    """Return the sample in a file's bytes; None if there is none."""
    try:
        value = json.loads(data)
        observed_at_ms = _require_ms(value["told_ms"])
        limits = tuple(
            (
                parse_text(name),
                _require_number(percent),
                _require_ms(resets_ms),
            )
            for name, (percent, resets_ms) in value["limits"].items()
        )
        session = _decode_session(value.get("session"), observed_at_ms)
        return StatuslineSample(
            path, parse_text(value["claude"]), observed_at_ms, limits, session
        )
    except (
        AttributeError,
        KeyError,
        OverflowError,
        RecursionError,
        TypeError,
        ValueError,
    ):
        return None


def _decode_session(
    fields: Any, observed_at_ms: int
) -> StatuslineSession | None:
    if not fields or not parse_text(fields[0]):
        return None
    uuid, _, model, cwd, cost_usd, context_percent = fields
    return StatuslineSession(
        parse_text(uuid),
        observed_at_ms,
        parse_text(model),
        parse_text(cwd),
        parse_number(cost_usd),
        parse_number(context_percent),
    )


def _require_number(value: object) -> float:
    parsed = parse_number(value)
    if parsed is None:
        message = "no number"
        raise ValueError(message)
    return float(parsed)


def _require_ms(ms: Any) -> int:
    _require_number(ms / 1000)
    return int(ms)


def _list_files(spool_dir: Path, suffix: str = _SAMPLE_SUFFIX) -> list[Path]:
    try:
        names = os.listdir(spool_dir)  # noqa: PTH208 - names, many times
    except OSError:
        return []
    return [spool_dir / n for n in sorted(names) if n.endswith(suffix)]


def _prune(spool_dir: Path) -> None:
    """Drop the oldest, and what a run that was cut short left unfinished."""
    delete_samples(_list_files(spool_dir)[:-_MAX_SAMPLES])
    delete_samples(
        _list_files(spool_dir, _PARTIAL_SUFFIX)[:-_MAX_PARTIAL_FILES]
    )
