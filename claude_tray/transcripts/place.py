"""What the place of a transcript says of its lines."""

from __future__ import annotations

import os
import re
import sys
from typing import Final, NamedTuple

import msgspec

from claude_tray.domain.usage import ProjectPath, SessionId
from claude_tray.transcripts.lines import UNREADABLE

_SUBAGENTS: Final = f"{os.sep}subagents{os.sep}"
_NEEDLE: Final = b'"cwd"'
_DRIVE: Final = re.compile(r"[a-z]:[\\/]")


class Place(NamedTuple):
    """
    Where a transcript's lines belong.

    Attributes:
        project: The first `cwd` in the file, or the folder's name.
        session_id: For a line that does not name its session.
        is_guess: The project is only the folder's name, from which the path
            cannot be told.
    """

    project: ProjectPath
    session_id: SessionId
    is_guess: bool = False


class _Cwd(msgspec.Struct, gc=False):
    cwd: str | None = None


_CWD: Final = msgspec.json.Decoder(_Cwd)


def place_of(path: str, folder: str, project: str) -> Place:
    """
    Return the place of a transcript.

    Args:
        path: The file; `<session>.jsonl`, or below `<session>/subagents/`.
        folder: Its folder in `projects`.
        project: Its first `cwd`, empty where none is known.
    """
    above, found, _ = path.partition(_SUBAGENTS)
    name = above if found else path.removesuffix(".jsonl")
    session = name.rpartition(os.sep)[2]
    return Place(
        ProjectPath(project or readable(folder)),
        SessionId(readable(session)),
        is_guess=not project,
    )


def readable(name: str) -> str:
    """Return a file's name as text, also one that is none."""
    if name.isascii():
        return name
    return os.fsencode(name).decode("utf-8", "replace")


def first_cwd(data: bytearray, end: int) -> str:
    """Return the first line's `cwd` that has one, or an empty string."""
    hit = data.find(_NEEDLE, 0, end)
    while hit >= 0:
        start = data.rfind(b"\n", 0, hit) + 1
        stop = data.find(b"\n", hit, end) + 1
        try:
            cwd = _CWD.decode(bytes(data[start:stop])).cwd
        except UNREADABLE:
            cwd = None
        if cwd:
            # One text for all files of a project.
            return sys.intern(tidy(cwd))
        hit = data.find(_NEEDLE, stop, end)
    return ""


def tidy(path: str) -> str:
    """
    Return a path as it is told from others.

    Editors write a Windows drive in lower case, terminals in upper case.
    """
    if _DRIVE.match(path):
        path = path[0].upper() + path[1:]
    return path.rstrip("/\\") or path
