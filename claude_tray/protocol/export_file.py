"""The shape of `claude-tray export`, as JSON and as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypedDict, cast

from claude_tray.core.tokens import TOKEN_KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

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
TOKEN_EXPORT_COLUMNS: Final = tuple(kind.export_name for kind in TOKEN_KINDS)
INTEGER_COLUMNS: Final = (*TOKEN_EXPORT_COLUMNS, "web_searches")


def build_export_row(values: Mapping[str, object]) -> ExportRow:
    """Return a row with these values; all other columns are empty."""
    row: dict[str, object] = dict.fromkeys(EXPORT_COLUMNS, "")
    row |= dict.fromkeys(BOOLEAN_COLUMNS, False)
    row |= dict.fromkeys(INTEGER_COLUMNS, 0)
    row |= values
    return cast("ExportRow", row)
