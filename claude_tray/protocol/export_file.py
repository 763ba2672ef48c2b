"""The shape of `claude-tray export`, as JSON and as CSV."""

from __future__ import annotations

from typing import Final, TypedDict

EXPORT_FORMAT: Final = "claude-tray"
EXPORT_VERSION: Final = 1


class ExportRow(TypedDict):
    """
    One row; a CSV has the same columns, true and false as 1 and 0.

    Times are ISO 8601 in UTC with Z; a cost is decimal dollars as a string,
    empty where it is unknown, and is reckoned anew by an import.

    Attributes:
        kind: "reply", "share" (an advisor's, which is no message of its own)
            or "sum" (of a day: imported, without its replies).
        source: Of a sum: what of.
        day: Of a sum: the local day. The fields below that tell of single
            replies are empty there.
        key: 64 bits in hexadecimal, the same wherever the reply is found.
        project_is_guess: The project is only a folder's name.
        counted_at: The time of the line whose counts hold.
        placed_at: The time of the line that session and project are of.
        is_final: Some line carried the reply's end.
    """

    kind: str
    source: str
    day: str
    time: str
    key: str
    message_id: str
    request_id: str
    account: str
    session: str
    project: str
    project_is_guess: bool
    is_sidechain: bool
    is_final: bool
    model: str
    input_tokens: int
    output_tokens: int
    cache_write_5m_tokens: int
    cache_write_1h_tokens: int
    cache_read_tokens: int
    web_searches: int
    speed: str
    inference_geo: str
    service_tier: str
    counted_at: str
    placed_at: str
    cost_usd: str


EXPORT_COLUMNS: Final = tuple(ExportRow.__annotations__)
BOOLEAN_COLUMNS: Final = ("project_is_guess", "is_sidechain", "is_final")
INTEGER_COLUMNS: Final = (
    "input_tokens",
    "output_tokens",
    "cache_write_5m_tokens",
    "cache_write_1h_tokens",
    "cache_read_tokens",
    "web_searches",
)
