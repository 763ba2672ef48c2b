"""
Decode and encode JSON without the json module.

That module imports re, enum and functools, which take longer than a run of the
status line. The scanner itself is in C.
"""

from __future__ import annotations

try:
    from _json import encode_basestring_ascii as _encode_text
    from _json import make_scanner as _make_scanner
except ImportError:  # pragma: no cover - another Python than CPython
    from json.encoder import (
        encode_basestring_ascii as _encode_text,
    )
    from json.scanner import make_scanner as _make_scanner

_WHITESPACE = " \t\r\n"


class ScannerOptions:
    """Options of the scanner: those of json.loads."""

    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = float


_scan_once = _make_scanner(ScannerOptions())  # type: ignore[arg-type]


def decode_object(data: bytes) -> dict[str, object]:
    """Return the JSON object, or an empty one if there is none."""
    try:
        text = data.decode("utf-8", "surrogatepass").removeprefix("\ufeff")
        text = text.strip(_WHITESPACE)
        value, end = _scan_once(text, 0)
    except (StopIteration, SystemError, ValueError, RecursionError):
        # SystemError: the scanner wants to raise an error of the json module,
        # which is not loaded.
        return {}
    return value if end == len(text) and isinstance(value, dict) else {}


def encode_json(value: object) -> str:
    """Return a value as JSON; NaN and infinity as the json module does."""
    if isinstance(value, str):
        return _encode_text(value)
    if isinstance(value, list | tuple):
        return f"[{','.join(map(encode_json, value))}]"
    if isinstance(value, dict):
        members = (
            f"{_encode_text(str(name))}:{encode_json(member)}"
            for name, member in value.items()
        )
        return f"{{{','.join(members)}}}"
    return _encode_scalar(value)


def _encode_scalar(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, int | float):
        return "null"
    text = repr(value)
    return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(
        text, text
    )
