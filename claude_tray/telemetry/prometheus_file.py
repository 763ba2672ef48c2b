"""Write the metrics to a file for Prometheus' textfile collector."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.errors import DesktopError, gettext_noop
from claude_tray.platform.atomic_write import write_atomically
from claude_tray.protocol.metrics import format_prometheus_text

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.protocol.metrics import MetricSamples


# node_exporter runs as another user.
_MODE: Final = 0o644
_CHANGING: Final = "claude_tray_snapshot_timestamp_seconds"


def encode_samples(samples: MetricSamples) -> bytes:
    """Return the content of the file."""
    # A name may have half of a character.
    return format_prometheus_text(samples).encode(errors="replace")


def write_samples(path: Path, data: bytes) -> None:
    """
    Replace the file at once: no reader sees a part of it.

    Raises:
        DesktopError: It cannot be written.
    """
    try:
        write_atomically(path, data, _MODE, follows_links=False)
    except OSError as error:
        raise DesktopError(
            gettext_noop("Cannot write {path}: {reason}."),
            hint=gettext_noop("Check the permissions of its folder."),
            path=path,
            reason=error.strerror,
        ) from error


def is_same_state(before: bytes, after: bytes) -> bool:
    """Return whether only the time of the snapshot differs."""
    return _drop_time(before) == _drop_time(after)


def _drop_time(data: bytes) -> list[bytes]:
    name = _CHANGING.encode()
    return [line for line in data.splitlines() if not line.startswith(name)]
