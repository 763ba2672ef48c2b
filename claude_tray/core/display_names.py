"""How projects are told apart by name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from claude_tray.core.pricing import normalize_model_id

if TYPE_CHECKING:
    from collections.abc import Iterable


# As "claude-opus-4-5-20251101" and, older, "claude-3-5-sonnet-20241022".
_CURRENT_PATTERN: Final = re.compile(
    r"claude-([a-z]+)-(\d{1,2})(?:-(\d{1,2}))?"
)
_LEGACY_PATTERN: Final = re.compile(r"claude-(\d)(?:-(\d))?-([a-z]+)")
_DATE_SUFFIX: Final = re.compile(r"-(?:\d{8}|latest)$")


def format_model_name(model: str) -> str:
    """Return a name such as "Opus 4.5"; one of another form as it is."""
    text = _DATE_SUFFIX.sub("", normalize_model_id(model))
    if match := _CURRENT_PATTERN.fullmatch(text):
        family, major, minor = match.groups()
    elif match := _LEGACY_PATTERN.fullmatch(text):
        major, minor, family = match.groups()
    else:
        return model
    number = f"{major}.{minor}" if minor else major
    return f"{family.capitalize()} {number}"


# Never a slash: names stand in addresses.
_SEPARATOR: Final = " \N{MIDDLE DOT} "
_SLASHES: Final = re.compile(r"[/\\]+")


def build_unique_labels(paths: Iterable[str]) -> dict[str, str]:
    """
    Return a name for each path, no two the same.

    The last part of the path; where two share it, folders above are put
    before it until they differ. Which name a path gets depends only on the
    set of paths.
    """
    parts = {path: _split_path(path) for path in paths}
    depth = dict.fromkeys(parts, 1)
    while clashes := _find_clashes(parts, depth):
        for path in clashes:
            depth[path] += 1
    return {path: _join_tail(parts[path], depth[path]) for path in parts}


def _split_path(path: str) -> list[str]:
    return [part for part in _SLASHES.split(path) if part] or [path or "-"]


def _join_tail(parts: list[str], depth: int) -> str:
    return _SEPARATOR.join(parts[-depth:])


def _find_clashes(
    parts: dict[str, list[str]], depth: dict[str, int]
) -> list[str]:
    """Return the paths that share a name and have more to tell."""
    groups: dict[str, list[str]] = {}
    for path, path_parts in parts.items():
        groups.setdefault(_join_tail(path_parts, depth[path]), []).append(path)
    return [
        path
        for group in groups.values()
        if len(group) > 1
        for path in group
        if depth[path] < len(parts[path])
    ]
