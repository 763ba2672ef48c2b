"""Parse the web origins that may call the API from a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from claude_tray.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterable


ORIGINS_VARIABLE: Final = "CLAUDE_TRAY_CORS_ORIGINS"


def parse_origins(texts: Iterable[str]) -> tuple[str, ...]:
    """
    Check origins such as "https://app.example.org" or "http://localhost:5173".

    Returns:
        The origins in lower case, as browsers send them.

    Raises:
        SettingsError: A text is no origin; "*" is none either.
    """
    return tuple(_parse_origin(text) for text in texts)


def _parse_origin(text: str) -> str:
    origin = text.lower()
    try:
        parts = urlsplit(origin)
        is_valid = parts.scheme in {"http", "https"} and bool(parts.hostname)
        # Reading the port checks it.
        is_valid = is_valid and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        is_valid = False
    if not is_valid or origin != f"{parts.scheme}://{parts.netloc}":
        summary = f"{ORIGINS_VARIABLE}={text!r} is invalid."
        hint = (
            "Use origins such as https://app.example.org, without a path,"
            " separated by commas."
        )
        raise SettingsError(summary, hint=hint)
    return origin
