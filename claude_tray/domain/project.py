"""How projects are told apart by name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

# Never a slash: names stand in addresses.
_JOINT: Final = " \N{MIDDLE DOT} "
_SLASHES: Final = re.compile(r"[/\\]+")


def labels(paths: Iterable[str]) -> dict[str, str]:
    """
    Return a name for each path, no two the same.

    The last part of the path; where two share it, folders above are put
    before it until they differ. Which name a path gets depends only on the
    set of paths.
    """
    parts = {path: _parts(path) for path in paths}
    depth = dict.fromkeys(parts, 1)
    while clashes := _clashes(parts, depth):
        for path in clashes:
            depth[path] += 1
    return {path: _label(parts[path], depth[path]) for path in parts}


def _parts(path: str) -> list[str]:
    return [part for part in _SLASHES.split(path) if part] or [path or "-"]


def _label(parts: list[str], depth: int) -> str:
    return _JOINT.join(parts[-depth:])


def _clashes(parts: dict[str, list[str]], depth: dict[str, int]) -> list[str]:
    """Return the paths that share a name and have more to tell."""
    sharing: dict[str, list[str]] = {}
    for path, own in parts.items():
        sharing.setdefault(_label(own, depth[path]), []).append(path)
    return [
        path
        for group in sharing.values()
        if len(group) > 1
        for path in group
        if depth[path] < len(parts[path])
    ]
