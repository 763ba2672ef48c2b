"""What was told, kept from one run to the next."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from claude_tray.domain.notice import Kind, Latch, Memory, Peak
from claude_tray.settings.atomic import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

_log = logging.getLogger(__name__)


def read_memory(path: Path) -> Memory:
    """Return what a file remembers; nothing where it cannot be read."""
    try:
        return _memory(json.loads(path.read_bytes()))
    except FileNotFoundError:
        return Memory()
    except (OSError, ValueError, TypeError, KeyError) as error:
        _log.warning("Forgot what was told error=%s", error)
        return Memory()


def write_memory(path: Path, memory: Memory) -> None:
    """Keep what outlives the run; what cannot be written is logged."""
    data = {
        "latches": [list(latch) for latch in memory.latches],
        "peaks": [list(peak) for peak in memory.peaks],
        "sent_ms": memory.sent_ms,
        "sent": memory.sent,
        "muted_until_ms": memory.muted_until_ms,
    }
    try:
        write_atomically(path, json.dumps(data).encode(), 0o600)
    except OSError as error:
        _log.warning("Could not keep what was told error=%s", error)


def _memory(data: dict[str, Any]) -> Memory:
    return Memory(
        latches=tuple(
            Latch(str(account), Kind(kind), int(reset_ms))
            for account, kind, reset_ms in data["latches"]
        ),
        peaks=tuple(
            Peak(str(account), str(name), int(reset_ms), float(percent))
            for account, name, reset_ms, percent in data["peaks"]
        ),
        sent_ms=int(data["sent_ms"]),
        sent=None if data["sent"] is None else Kind(data["sent"]),
        muted_until_ms=int(data["muted_until_ms"]),
    )
