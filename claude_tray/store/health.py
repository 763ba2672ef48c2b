"""What a doctor wants to know of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.store import identity
from claude_tray.store.migration import version_of

if TYPE_CHECKING:
    from claude_tray.store.connection import Reader

_COUNTS: Final = """
    SELECT (SELECT count(*) FROM message), (SELECT count(*) FROM file)
"""
_FUTURE: Final = "SELECT count(*) FROM message WHERE at_ms > ?"
_UNPRICED: Final = """
    SELECT DISTINCT model.name
    FROM usage_project JOIN model ON model.id = usage_project.model
    WHERE unpriced > 0 ORDER BY model.name
"""
_INCOMPLETE: Final = "SELECT ifnull(sum(incomplete), 0) FROM usage_project"


class Health(NamedTuple):
    """
    How the store is.

    Attributes:
        schema: How many steps made it.
        messages: Records in it.
        files: Transcripts that were read and are still there.
        bad_lines: Lines that were lost, all in all.
        too_long: Lines that were passed over, all in all.
        future: Records later than the clock allows.
        unpriced: Models without a price.
        incomplete: Replies without a final line.
        prices: The version of the price table.
    """

    schema: int
    messages: int
    files: int
    bad_lines: int
    too_long: int
    future: int
    unpriced: tuple[str, ...]
    incomplete: int
    prices: str


def of(reader: Reader, latest_ms: int) -> Health:
    """
    Return how a store is.

    Args:
        reader: The store.
        latest_ms: A record after this one is in the future.
    """
    messages, files = reader.execute(_COUNTS).fetchone()
    (future,) = reader.execute(_FUTURE, (latest_ms,)).fetchone()
    (incomplete,) = reader.execute(_INCOMPLETE).fetchone()
    return Health(
        schema=version_of(reader),
        messages=messages,
        files=files,
        bad_lines=int(identity.get(reader, "bad_lines", "0")),
        too_long=int(identity.get(reader, "too_long", "0")),
        future=future,
        unpriced=tuple(name for (name,) in reader.execute(_UNPRICED)),
        incomplete=incomplete,
        prices=identity.get(reader, identity.PRICE_TABLE),
    )
