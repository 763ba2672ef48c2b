"""Describe usage that was imported from another program's file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date

    from claude_tray.core.tokens import TokenCounts
    from claude_tray.core.usage import UsageRecord


class ImportedRecord(NamedTuple):
    """
    A record and the account it belongs to.

    Attributes:
        record: Record of one API response.
        account: Account key; None if the file does not name one.
        is_project_guess: The project is only known by its folder's name.
    """

    record: UsageRecord
    account: str | None = None
    is_project_guess: bool = False


class ImportedDayTotal(NamedTuple):
    """
    Total of one model on one local day, without single records.

    Attributes:
        kind: Source of the total; totals of one kind are complete and never
            overlap.
        day: Local day.
        project: Path or name of the project; empty if unknown.
        model: Model ID.
        tokens: Token counts; cache writes of unknown lifetime are counted as
            5-minute writes.
        account: Account key; None if the file does not name one.
    """

    kind: str
    day: date
    project: str
    model: str
    tokens: TokenCounts
    account: str | None = None


class ImportedHistory(NamedTuple):
    """
    Content of one imported file.

    Attributes:
        source: Name of the format.
        records: Records, each once.
        day_totals: Totals of days.
        skipped: Number of skipped entries by reason.
    """

    source: str
    records: tuple[ImportedRecord, ...] = ()
    day_totals: tuple[ImportedDayTotal, ...] = ()
    skipped: tuple[tuple[str, int], ...] = ()
