"""Define the format of `claude-tray export`, as JSON and CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypedDict, cast

from claude_tray.core.usage import TOKEN_KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping


EXPORT_FORMAT: Final = "claude-tray"
EXPORT_VERSION: Final = 1


class ExportRow(TypedDict):
    """
    One row; CSV has the same columns, with 1 and 0 for true and false.

    Times are ISO 8601 in UTC with Z. A cost is decimal dollars as a string,
    empty if unknown; an import recomputes it.

    Attributes:
        kind: "reply", "share" (part of an advisor, not a response of its
            own), "other" (requests that no transcript line reports, derived
            from Claude Code's own sums) or "sum" (imported total of a day,
            without single records).
        source: Source of a "sum", else empty.
        day: Local day of a "sum", else empty. Columns about single responses
            are empty in a "sum".
        key: 64-bit key in hexadecimal, the same in every export.
        project_is_guess: The project is only known by its folder's name.
        counted_at: Time of the line whose counts are used.
        placed_at: Time of the line that gave session and project.
        is_final: Whether the counts are final: a line has a stop reason, and
            the response was not cut.
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


class ProviderExportRow(ExportRow, total=False):
    """
    A row in JSON, of any provider.

    Attributes:
        provider: Tool whose logs the row is from; missing for Claude Code.
    """

    provider: str


EXPORT_COLUMNS: Final = tuple(ExportRow.__annotations__)
BOOLEAN_COLUMNS: Final = ("project_is_guess", "is_sidechain", "is_final")
TOKEN_EXPORT_COLUMNS: Final = tuple(kind.export_name for kind in TOKEN_KINDS)
INTEGER_COLUMNS: Final = (*TOKEN_EXPORT_COLUMNS, "web_searches")


def build_export_row(values: Mapping[str, object]) -> ProviderExportRow:
    """Return a row with these values; all other columns are empty."""
    row: dict[str, object] = dict.fromkeys(EXPORT_COLUMNS, "")
    row |= dict.fromkeys(BOOLEAN_COLUMNS, False)
    row |= dict.fromkeys(INTEGER_COLUMNS, 0)
    row |= values
    return cast("ProviderExportRow", row)
