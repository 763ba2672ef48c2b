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

from claude_tray.domain.limit import Limit
from claude_tray.domain.told_session import ToldSession
from claude_tray.transcripts.payload import (
    claude_folder_of,
    limits_of,
    number,
    session_of,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

FOLDER: Final = "statusline"
_SUFFIX: Final = ".json"
_UNFINISHED: Final = ".new"
# While nobody absorbs them, so many are kept; all older ones are dropped.
_MOST: Final = 4096
_PRUNE_EACH: Final = 64
# No more runs than these are in the middle of writing.
_MOST_AT_ONCE: Final = 1024


class Sample(NamedTuple):
    """
    What one run of the statusline heard.

    Attributes:
        path: The file, to be dropped once its content is kept.
        claude: The Claude folder; empty where it was not told.
        told_ms: When it was heard.
        limits: By name: percent and, in milliseconds, when it resets.
        session: What was told of the session; None where it has no id.
    """

    path: Path
    claude: str
    told_ms: int
    limits: tuple[tuple[str, float, int], ...]
    session: ToldSession | None = None

    def of(self, account: str) -> list[Limit]:
        """Return the limits as those of an account."""
        return [
            Limit(account, name, percent, resets_ms, self.told_ms)
            for name, percent, resets_ms in self.limits
        ]


def is_sample(path: str) -> bool:
    """Tell whether a file of this name holds a whole sample."""
    return path.endswith(_SUFFIX)


def put(
    folder: Path,
    payload: Mapping[str, Any],
    now_ns: int,
    claude: str = "",
) -> None:
    """
    Leave for the engine what a payload tells, whole or not at all.

    Args:
        folder: Where samples lie.
        payload: What Claude Code told.
        now_ns: The present.
        claude: Its folder, where the payload names none.

    Raises:
        OSError: It cannot be written.
    """
    limits, session = limits_of(payload), session_of(payload, now_ns // 10**6)
    if not limits and not session.uuid:
        return
    sample = {
        "claude": claude_folder_of(payload) or claude,
        "told_ms": session.told_ms,
        "limits": limits,
        "session": session,
    }
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"{now_ns:020d}-{os.getpid()}"
    new = folder / f"{name}{_UNFINISHED}"
    try:
        new.write_text(json.dumps(sample), encoding="utf-8")
        new.replace(folder / f"{name}{_SUFFIX}")
    except OSError:
        drop([new])
        raise
    if os.getpid() % _PRUNE_EACH == 0:
        _prune(folder)


def take(folder: Path) -> list[Sample]:
    """
    Return what lies here, oldest first, and leave it until `drop`.

    What cannot be read as a sample is dropped at once.
    """
    samples = []
    for path in _files(folder):
        try:
            sample = decode(path, path.read_bytes())
        except OSError:
            continue
        if sample is None:
            drop([path])
        else:
            samples.append(sample)
    return samples


def drop(paths: Iterable[Path]) -> None:
    """Delete samples that are kept elsewhere now."""
    for path in paths:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def decode(path: Path, data: bytes) -> Sample | None:
    """Return the sample in a file's bytes; None if there is none."""
    try:
        value = json.loads(data)
        told_ms = _time(value["told_ms"])
        limits = tuple(
            (text_of(name), _number(percent), _time(resets_ms))
            for name, (percent, resets_ms) in value["limits"].items()
        )
        session = _session(value.get("session"), told_ms)
        return Sample(path, text_of(value["claude"]), told_ms, limits, session)
    except (
        AttributeError,
        KeyError,
        OverflowError,
        RecursionError,
        TypeError,
        ValueError,
    ):
        return None


def _session(told: Any, told_ms: int) -> ToldSession | None:  # noqa: ANN401
    if not told or not text_of(told[0]):
        return None
    uuid, _, model, cwd, cost, context = told
    return ToldSession(
        text_of(uuid),
        told_ms,
        text_of(model),
        text_of(cwd),
        number(cost),
        number(context),
    )


def _number(value: object) -> float:
    found = number(value)
    if found is None:
        message = "no number"
        raise ValueError(message)
    return float(found)


def _time(ms: Any) -> int:  # noqa: ANN401 - JSON is anything
    _number(ms / 1000)
    return int(ms)


def _files(folder: Path, suffix: str = _SUFFIX) -> list[Path]:
    try:
        names = os.listdir(folder)  # noqa: PTH208 - names, many times
    except OSError:
        return []
    return [folder / n for n in sorted(names) if n.endswith(suffix)]


def _prune(folder: Path) -> None:
    """Drop the oldest, and what a run that was cut short left unfinished."""
    drop(_files(folder)[:-_MOST])
    drop(_files(folder, _UNFINISHED)[:-_MOST_AT_ONCE])
