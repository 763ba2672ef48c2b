"""What a doctor wants to know of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.store import metadata
from claude_tray.store.migrations import get_schema_version

if TYPE_CHECKING:
    from claude_tray.store.connection import Reader


_COUNT_ROWS: Final = """
    SELECT (SELECT count(*) FROM message), (SELECT count(*) FROM file)
"""
_COUNT_FUTURE_RECORDS: Final = "SELECT count(*) FROM message WHERE at_ms > ?"
_SELECT_UNPRICED_MODELS: Final = """
    SELECT DISTINCT model.name
    FROM usage_project JOIN model ON model.id = usage_project.model
    WHERE unpriced > 0 ORDER BY model.name
"""
_COUNT_INCOMPLETE_RECORDS: Final = (
    "SELECT ifnull(sum(incomplete), 0) FROM usage_project"
)


class StoreHealth(NamedTuple):
    """
    How the store is.

    Attributes:
        schema_version: How many steps made it.
        record_count: Records in it.
        file_count: Transcripts that were read and are still there.
        malformed_lines: Lines that were lost, all in all.
        oversized_lines: Lines that were passed over, all in all.
        future_records: Records later than the clock allows.
        unpriced_models: Models without a price.
        incomplete_records: Replies without a final line.
        price_table_version: The version of the price table.
    """

    schema_version: int
    record_count: int
    file_count: int
    malformed_lines: int
    oversized_lines: int
    future_records: int
    unpriced_models: tuple[str, ...]
    incomplete_records: int
    price_table_version: str


def load_health(reader: Reader, latest_ms: int) -> StoreHealth:
    """
    Return how a store is.

    Args:
        reader: The store.
        latest_ms: A record after this one is in the future.
    """
    record_count, file_count = reader.execute(_COUNT_ROWS).fetchone()
    (future_records,) = reader.execute(
        _COUNT_FUTURE_RECORDS, (latest_ms,)
    ).fetchone()
    (incomplete_records,) = reader.execute(
        _COUNT_INCOMPLETE_RECORDS
    ).fetchone()
    return StoreHealth(
        schema_version=get_schema_version(reader),
        record_count=record_count,
        file_count=file_count,
        malformed_lines=int(metadata.get_value(reader, "bad_lines", "0")),
        oversized_lines=int(metadata.get_value(reader, "too_long", "0")),
        future_records=future_records,
        unpriced_models=tuple(
            name for (name,) in reader.execute(_SELECT_UNPRICED_MODELS)
        ),
        incomplete_records=incomplete_records,
        price_table_version=metadata.get_value(
            reader, metadata.PRICE_TABLE_VERSION
        ),
    )
