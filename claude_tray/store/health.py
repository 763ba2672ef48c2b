"""Summarize the state of the database for diagnostics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.store import limit_hits, metadata, migrations, requests

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
_SELECT_RECENT_PROJECTS: Final = """
    SELECT project.path FROM session
        JOIN project ON project.id = session.project
    WHERE session.last_ms IS NOT NULL
    GROUP BY project.path ORDER BY max(session.last_ms) DESC LIMIT ?
"""
# A scan: only run if some usage has no price.
_SELECT_UNPRICED_TERMS: Final = """
    SELECT DISTINCT model.name, terms.speed, terms.service_tier
    FROM message
        JOIN model ON model.id = message.model
        JOIN terms ON terms.id = message.terms
    WHERE message.cost IS NULL
        AND (terms.speed <> '' OR terms.service_tier <> '')
    ORDER BY 1, 2, 3 LIMIT ?
"""
# Transcripts may name any number of them.
_MAX_TERMS: Final = 20
_COUNT_INCOMPLETE_RECORDS: Final = (
    "SELECT ifnull(sum(incomplete), 0) FROM usage_project"
)


class UnpricedTerms(NamedTuple):
    """
    Terms of usage that has no price.

    Attributes:
        model: Model ID.
        speed: Speed; empty for the standard one.
        service_tier: Service tier; empty for the standard one.
    """

    model: str
    speed: str
    service_tier: str


class StoreHealth(NamedTuple):
    """
    State of the database.

    Attributes:
        schema_version: Number of applied migrations.
        record_count: Number of records.
        file_count: Number of transcripts that were read and still exist.
        malformed_lines: Number of malformed lines so far.
        oversized_lines: Number of lines skipped as too long so far.
        future_records: Number of records in the future.
        incomplete_records: Number of responses without a final line.
        unknown_limits: Number of refusals that were not understood.
        unanswered_requests: Number of requests without a response.
        price_table_version: Version of the price table.
        unread_lines: Number of lines with usage in an unknown form so far.
    """

    schema_version: int
    record_count: int
    file_count: int
    malformed_lines: int
    oversized_lines: int
    future_records: int
    incomplete_records: int
    unknown_limits: int
    unanswered_requests: int
    price_table_version: str
    unread_lines: int


def has_usage(reader: Reader) -> bool:
    """Return whether any usage was ever stored."""
    query = "SELECT EXISTS (SELECT 1 FROM usage_session)"
    return bool(reader.execute(query).fetchone()[0])


def load_health(reader: Reader, latest_ms: int) -> StoreHealth:
    """
    Load the state of the database.

    Args:
        reader: Open database.
        latest_ms: Records later than this are in the future.
    """
    record_count, file_count = reader.execute(_COUNT_ROWS).fetchone()
    (future_records,) = reader.execute(
        _COUNT_FUTURE_RECORDS, (latest_ms,)
    ).fetchone()
    (incomplete_records,) = reader.execute(
        _COUNT_INCOMPLETE_RECORDS
    ).fetchone()
    return StoreHealth(
        schema_version=migrations.get_schema_version(reader),
        record_count=record_count,
        file_count=file_count,
        malformed_lines=int(metadata.get_value(reader, "bad_lines", "0")),
        oversized_lines=int(metadata.get_value(reader, "too_long", "0")),
        future_records=future_records,
        incomplete_records=incomplete_records,
        unknown_limits=limit_hits.count_unknown_hits(reader),
        unanswered_requests=requests.count_unanswered(reader, latest_ms),
        price_table_version=metadata.get_value(
            reader, metadata.PRICE_TABLE_VERSION
        ),
        unread_lines=int(
            metadata.get_value(reader, metadata.UNREAD_LINES, "0")
        ),
    )


def list_unpriced_models(reader: Reader) -> list[str]:
    """Return the models of all usage without a price."""
    return [name for (name,) in reader.execute(_SELECT_UNPRICED_MODELS)]


def list_unpriced_terms(reader: Reader) -> list[UnpricedTerms]:
    """Return speeds and tiers of usage without a price, by model."""
    rows = reader.execute(_SELECT_UNPRICED_TERMS, (_MAX_TERMS,))
    return [UnpricedTerms(*row) for row in rows]


def list_recent_projects(reader: Reader, count: int) -> list[str]:
    """Return the paths of the last used projects."""
    rows = reader.execute(_SELECT_RECENT_PROJECTS, (count,))
    return [path for (path,) in rows]
