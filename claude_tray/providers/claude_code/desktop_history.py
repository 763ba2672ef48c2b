"""
Read the percentages that Claude Desktop keeps for 30 days.

While it runs, it adds a sample to `plan-usage-history.json` every 5 to 15
minutes: {"version": 2, "samples": [{"t": milliseconds, "org": "uuid",
"u": {"fh": 34, "sd": 41, "xu": 0}}]}. A missing percentage could not be read
at that moment. Samples of several organizations alternate.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.config.claude_folders import DESKTOP_FOLDERS
from claude_tray.core.limits import (
    FIVE_HOUR,
    MAX_PERCENT,
    SEVEN_DAY,
    LimitSample,
    LimitSource,
)
from claude_tray.platform.small_file import read_small_file
from claude_tray.providers.claude_code.limit_values import (
    is_report_time,
    parse_number,
    parse_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


_FILE_NAME: Final = "plan-usage-history.json"
# A month of samples of a few organizations has less than 2 MB.
_MAX_BYTES: Final = 16 << 20
_MAX_SAMPLES: Final = 50_000
_LIMIT_BY_KEY: Final = {"fh": FIVE_HOUR, "sd": SEVEN_DAY}


class DesktopHistory(NamedTuple):
    """
    Content of a history file.

    Attributes:
        samples: By organization, oldest first, without an account.
        ignored: Number of entries that could not be read.
    """

    samples: dict[str, tuple[LimitSample, ...]]
    ignored: int = 0


NO_HISTORY: Final = DesktopHistory({})
# Parsed files by path, with modification time and size.
_cache: dict[Path, tuple[tuple[int, int], DesktopHistory]] = {}


def load_desktop_history(home: Path) -> DesktopHistory:
    """Return the history of a user; empty without Claude Desktop."""
    for folder in DESKTOP_FOLDERS:
        path = home / folder / _FILE_NAME
        try:
            stat = path.stat()
            stamp = stat.st_mtime_ns, stat.st_size
            if path not in _cache or _cache[path][0] != stamp:
                data = read_small_file(path, _MAX_BYTES)
                _cache[path] = stamp, parse_desktop_history(data)
            return _cache[path][1]
        except OSError:
            continue
    return NO_HISTORY


def parse_desktop_history(data: bytes) -> DesktopHistory:
    """Return the history in a file; empty if it is being written."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return NO_HISTORY
    entries = value.get("samples") if isinstance(value, dict) else value
    if not isinstance(entries, list):
        return DesktopHistory({}, 1)
    found: dict[str, list[LimitSample]] = {}
    ignored = 0
    for entry in entries[-_MAX_SAMPLES:]:
        samples = _parse_entry(entry)
        if samples is None:
            ignored += 1
        else:
            organization = parse_text(entry.get("org"))
            found.setdefault(organization, []).extend(samples)
    return DesktopHistory(
        {name: _sort(samples) for name, samples in found.items()}, ignored
    )


def _parse_entry(entry: Any) -> list[LimitSample] | None:
    """Return the percentages of one time; None if they are not plausible."""
    usage = entry.get("u") if isinstance(entry, dict) else None
    at_ms = parse_number(entry.get("t")) if isinstance(entry, dict) else None
    if not isinstance(usage, dict) or at_ms is None:
        return None
    if not is_report_time(at_ms):
        return None
    samples = []
    for key, name in _LIMIT_BY_KEY.items():
        if usage.get(key) is None:
            continue
        percent = parse_number(usage[key])
        if percent is None or percent > MAX_PERCENT:
            return None
        samples.append(
            LimitSample(
                "", name, float(percent), None, int(at_ms), LimitSource.DESKTOP
            )
        )
    return samples


def _sort(samples: Iterable[LimitSample]) -> tuple[LimitSample, ...]:
    return tuple(sorted(samples, key=lambda sample: sample.observed_at_ms))


def select_organization(
    history: DesktopHistory, organization: str
) -> tuple[LimitSample, ...]:
    """
    Return the samples of an organization.

    Args:
        history: The history.
        organization: ID; if it is not known, the only one of the history.
    """
    if organization:
        return history.samples.get(organization, ())
    if len(history.samples) == 1:
        return next(iter(history.samples.values()))
    return ()
