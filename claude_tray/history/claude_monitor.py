"""
claude-monitor's warehouse: `~/.claude-monitor/warehouse/usage.json`.

`schema_version` "1.0" and `records`, one for each reply, with the message's
and the request's id, a time, the project and the model, but no session and
no split of cache writes. Seen with 4.0.0. Its `limit_events` are texts, which
transcripts hold too, and are left alone; so is its cost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from claude_tray.domain.history import History
from claude_tray.errors import UsageError
from claude_tray.history.replies import Kept, placed
from claude_tray.history.values import (
    LeftOut,
    NotUsableError,
    at_iso,
    counts,
    text,
)

if TYPE_CHECKING:
    from claude_tray.domain.history import Placed

NAME: Final = "claude-monitor"
_KNOWN: Final = "1.0"
_NO_RECORD: Final = "no JSON object"
_OTHERS: Final = "another program's usage"


def is_document(value: dict[str, Any]) -> bool:
    """Tell whether a JSON object is a warehouse."""
    return "schema_version" in value and "records" in value


def read(value: dict[str, Any]) -> History:
    """
    Return what a warehouse holds.

    Raises:
        UsageError: It is of a version that is not known.
    """
    version, records = value["schema_version"], value["records"]
    if version != _KNOWN or not isinstance(records, list):
        summary = f"The warehouse is of version {version}, not of {_KNOWN}."
        raise UsageError(summary, hint="Nothing was imported.")
    left_out = LeftOut()
    replies: list[Placed] = []
    for record in records:
        try:
            replies.append(_reply(record))
        except NotUsableError as error:
            left_out.because(error)
    return History(NAME, tuple(replies), (), left_out.told())


def _reply(record: Any) -> Placed:  # noqa: ANN401 - JSON is anything
    if not isinstance(record, dict):
        raise NotUsableError(_NO_RECORD)
    source = record.get("source")
    kind = source.get("kind") if isinstance(source, dict) else None
    if kind is not None and not text(kind).startswith("claude"):
        raise NotUsableError(_OTHERS)
    project = text(record.get("project"))
    return placed(
        Kept(
            text(record.get("message_id")),
            text(record.get("request_id")),
            at_iso(record.get("timestamp")),
            text(record.get("model")),
            counts(
                record.get("input_tokens"),
                record.get("output_tokens"),
                record.get("cache_creation_tokens"),
                0,
                record.get("cache_read_tokens"),
            ),
            f"{NAME}: {project}",
            project if project not in _NOWHERE else f"imported from {NAME}",
        ),
    )


_NOWHERE: Final = ("", "unknown")
