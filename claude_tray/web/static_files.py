"""
Serve static files under names that contain a hash of their content.

A browser may keep such a file for ever, as a changed file has another name.
Files are few, so all are read and compressed once and kept in memory.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


STATIC_DIR: Final = Path(__file__).parent / "static"
# One year, the longest that caches respect.
CACHE_CONTROL: Final = "public, max-age=31536000, immutable"
_HASH_LENGTH: Final = 12
_CSS_URL: Final = re.compile(rb"url\(([\w./-]+)\)")
# Fonts are compressed already.
_COMPRESSED_SUFFIXES: Final = frozenset({".css", ".js", ".svg"})
_SUFFIXES: Final = _COMPRESSED_SUFFIXES | {".woff2"}


class StaticFile(NamedTuple):
    """
    A static file.

    Attributes:
        media_type: Such as "text/css; charset=utf-8".
        body: Content; URLs of style sheets have hashed names.
        compressed: Content in gzip; None if that does not pay.
    """

    media_type: str
    body: bytes
    compressed: bytes | None


class StaticFiles(NamedTuple):
    """All files by hashed name, and hashed names by name."""

    files: Mapping[str, StaticFile]
    hashed_names: Mapping[str, str]


@cache
def load_static_files() -> StaticFiles:
    """Read, hash and compress the files; a style sheet after its fonts."""
    loaded = StaticFiles({}, {})
    paths = [p for p in STATIC_DIR.rglob("*") if p.suffix in _SUFFIXES]
    for path in sorted(paths, key=lambda p: (p.suffix == ".css", p)):
        name = path.relative_to(STATIC_DIR).as_posix()
        body = path.read_bytes()
        if path.suffix == ".css":
            body = _hash_urls(body, name, loaded.hashed_names)
        hashed_name = _hash_name(name, body)
        loaded.hashed_names[name] = hashed_name  # type: ignore[index]
        loaded.files[hashed_name] = _build_file(path, body)  # type: ignore[index]
    return loaded


def _hash_urls(
    body: bytes, name: str, hashed_names: Mapping[str, str]
) -> bytes:
    folder = PurePosixPath(name).parent

    def replace(match: re.Match[bytes]) -> bytes:
        target = (folder / match[1].decode()).as_posix()
        hashed = PurePosixPath(hashed_names[target]).relative_to(folder)
        return b"url(%s)" % hashed.as_posix().encode()

    return _CSS_URL.sub(replace, body)


def _hash_name(name: str, body: bytes) -> str:
    digest = hashlib.sha256(body).hexdigest()[:_HASH_LENGTH]
    stem, _, suffix = name.rpartition(".")
    return f"{stem}.{digest}.{suffix}"


def _build_file(path: Path, body: bytes) -> StaticFile:
    media_type = mimetypes.types_map.get(path.suffix, "font/woff2")
    if path.suffix not in _COMPRESSED_SUFFIXES:
        return StaticFile(media_type, body, None)
    return StaticFile(
        f"{media_type}; charset=utf-8", body, gzip.compress(body, mtime=0)
    )
