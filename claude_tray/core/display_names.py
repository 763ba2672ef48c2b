"""Format names of models and projects."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from claude_tray.core.model_ids import normalize_model_id
from claude_tray.text import make_visible

if TYPE_CHECKING:
    from collections.abc import Iterable


# "claude-opus-4-5-20251101" and, before 2025, "claude-3-5-sonnet-20241022".
_CURRENT_PATTERN: Final = re.compile(
    r"claude-([a-z]+)-(\d{1,2})(?:-(\d{1,2}))?"
)
_LEGACY_PATTERN: Final = re.compile(r"claude-(\d)(?:-(\d))?-([a-z]+)")
_DATE_SUFFIX: Final = re.compile(r"-(?:\d{8}|latest)$")


def format_model_name(model: str) -> str:
    """Return a name such as "Opus 4.5"; an unknown form is left unchanged."""
    text = _DATE_SUFFIX.sub("", normalize_model_id(model))
    if match := _CURRENT_PATTERN.fullmatch(text):
        family, major, minor = match.groups()
    elif match := _LEGACY_PATTERN.fullmatch(text):
        major, minor, family = match.groups()
    else:
        return make_visible(model)
    number = f"{major}.{minor}" if minor else major
    return f"{family.capitalize()} {number}"


# Not a slash: labels are part of URLs.
_SEPARATOR: Final = " \N{MIDDLE DOT} "
_SLASHES: Final = re.compile(r"[/\\]+")


def build_unique_labels(paths: Iterable[str]) -> dict[str, str]:
    """
    Return a unique label for each path.

    A label is the last folder of the path; if two paths share it, parent
    folders are prepended until they differ. Labels depend only on the set of
    paths, and show hidden characters.
    """
    parts = {path: _split_path(path) for path in paths}
    depth = dict.fromkeys(parts, 1)
    while clashes := _find_clashes(parts, depth):
        for path in clashes:
            depth[path] += 1
    return {path: _join_tail(parts[path], depth[path]) for path in parts}


def _split_path(path: str) -> list[str]:
    visible = make_visible(path)
    return [part for part in _SLASHES.split(visible) if part] or [
        visible or "-"
    ]


def _join_tail(parts: list[str], depth: int) -> str:
    return _SEPARATOR.join(parts[-depth:])


def _find_clashes(
    parts: dict[str, list[str]], depth: dict[str, int]
) -> list[str]:
    """Return the paths that share a label and have parents left to add."""
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
