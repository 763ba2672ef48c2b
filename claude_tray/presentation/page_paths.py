"""Build the paths of the local page, and the command to continue a session."""

from __future__ import annotations

import hashlib
import shlex
from typing import Final
from urllib.parse import quote, urlencode

_KEY_LENGTH: Final = 12


def build_project_key(path: str) -> str:
    """Return the key of a project in addresses: a hash of its path."""
    digest = hashlib.sha256(path.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:_KEY_LENGTH]


def link_project(path: str) -> str:
    """Return the path of a project's page."""
    return f"/projects/{build_project_key(path)}"


def link_session(session_id: str) -> str:
    """Return the path of a session's page."""
    return f"/sessions/{quote(session_id, safe='')}"


def link_days(first: object, last: object) -> str:
    """Return the path of the history of some days, such as "2026-11-30"."""
    return f"/history?{urlencode({'from': first, 'to': last})}"


def build_resume_command(path: str, session_id: str) -> str:
    """Return the shell command that continues a session in its folder."""
    command = f"claude --resume {shlex.quote(session_id)}"
    return f"cd {shlex.quote(path)} && {command}" if path else command
