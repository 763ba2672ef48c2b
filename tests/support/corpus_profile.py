"""
Write the lines that newer versions of Claude Code add around a response.

Measured with Claude Code 2.1.332: lines of responses are 1.9 % of the bytes.
Snapshots of the prompt (about 36 kB each) are 43 %, shapes of API requests
(about 44 kB) 27 % and their blobs 8 %.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.corpus import TextSource


OLD_PROFILE: Final = "2.1.71"
NEW_PROFILE: Final = "2.1.332"
PROFILES: Final = (OLD_PROFILE, NEW_PROFILE)
_SNAPSHOT_BYTES: Final = 35_000
_SHAPE_BYTES: Final = 43_000
_BLOB_BYTES: Final = 6_000


def iter_request_lines(
    source: TextSource, common: dict[str, Any]
) -> Iterator[bytes]:
    """
    Yield the lines that precede a response.

    Args:
        source: Draws their texts.
        common: What most lines have: `cwd`, `sessionId`, `timestamp`, ….
    """
    request_id = source.uuid()
    for _ in range(2):
        # The type follows the content, as in most lines of attachments.
        yield _encode(
            {
                "parentUuid": common["parentUuid"],
                "isSidechain": common["isSidechain"],
                "attachment": {
                    "type": "prompt_snapshot",
                    "system": [_text_block(source, _SNAPSHOT_BYTES)],
                },
                "type": "attachment",
                "uuid": source.uuid(),
                **_pick(common, "timestamp", "cwd", "sessionId", "version"),
            }
        )
    shape = {
        "tools": [{"name": "Bash", "description": _draw(source, 20_000)}],
        "messages": [
            {"role": "assistant", "content": [{"type": "text", "size": 5}]},
            _text_block(source, _SHAPE_BYTES - 20_000),
        ],
    }
    yield _encode(
        {
            "type": "api-request-shape",
            "shapeHash": source.identifier(""),
            "shape": shape,
            "sessionId": common["sessionId"],
        }
    )
    for _ in range(2):
        yield _encode(
            {
                "type": "api-request-blob",
                "hash": source.identifier(""),
                "content": _draw(source, _BLOB_BYTES),
            }
        )
    yield _encode(
        {
            "type": "api-request",
            "id": request_id,
            "querySource": "repl_main_thread",
            "params": {"model": "claude-opus-4-5-20251101"},
            **_pick(common, "timestamp", "sessionId"),
        }
    )


def _draw(source: TextSource, size: int) -> str:
    """Return a text of about this size."""
    return source.text(size, round(size * 1.2))


def _text_block(source: TextSource, size: int) -> dict[str, str]:
    return {"type": "text", "text": _draw(source, size)}


def _pick(common: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: common[name] for name in names}


def _encode(line: dict[str, Any]) -> bytes:
    text = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
    return text.encode() + b"\n"
