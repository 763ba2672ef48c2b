"""Build the paths of the local page, and the command to continue a session."""

from __future__ import annotations

import hashlib
import shlex
import string
from typing import TYPE_CHECKING, Final

from claude_tray.core.time import format_iso_ms

if TYPE_CHECKING:
    from datetime import date


_KEY_LENGTH: Final = 12
_PLAIN_BYTES: Final = frozenset(
    (string.ascii_letters + string.digits + "-_.~").encode()
)


def build_project_key(path: str) -> str:
    """Return the key of a project in addresses: a hash of its path."""
    digest = hashlib.sha256(path.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:_KEY_LENGTH]


def link_project(path: str) -> str:
    """Return the path of a project's page."""
    return f"/projects/{build_project_key(path)}"


def link_session(session_id: str) -> str:
    """Return the path of a session's page."""
    return f"/sessions/{_quote(session_id)}"


def link_days(first: date, last: date) -> str:
    """Return the path of the history of some days, both included."""
    return f"/history?from={first}&to={last}"


def link_window(start_ms: int, end_ms: int, limit: str) -> str:
    """
    Return the path of the page of a part of time.

    Args:
        start_ms: First millisecond of the part.
        end_ms: The millisecond after it.
        limit: Name of the limit whose points are shown.
    """
    start, end = map(format_iso_ms, (start_ms, end_ms))
    return (
        f"/window?from={_quote(start)}&to={_quote(end)}&limit={_quote(limit)}"
    )


def _quote(text: str) -> str:
    """Encode a part of an address."""
    return "".join(
        chr(byte) if byte in _PLAIN_BYTES else f"%{byte:02X}"
        for byte in text.encode("utf-8", "replace")
    )


def build_resume_command(path: str, session_id: str) -> str:
    """Return the shell command that continues a session in its folder."""
    command = f"claude --resume {shlex.quote(session_id)}"
    return f"cd {shlex.quote(path)} && {command}" if path else command
