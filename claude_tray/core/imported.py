"""Usage that was not read from transcripts but from another program's file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date

    from claude_tray.core.tokens import TokenCounts
    from claude_tray.core.usage import UsageRecord


class ImportedRecord(NamedTuple):
    """
    A reply and whose it is.

    Attributes:
        record: The reply.
        account: Whose; None where the file does not tell.
        is_project_guess: The project is only a folder's name.
    """

    record: UsageRecord
    account: str | None = None
    is_project_guess: bool = False


class ImportedDayTotal(NamedTuple):
    """
    What one model used on a local day, the replies themselves unknown.

    Attributes:
        kind: What of: sums of one kind are complete and never overlap.
        day: The local day.
        project: The project's folder or its name; empty where it is unknown.
        model: The model.
        tokens: The counts; how long cache writes were kept may be unknown,
            they stand among those for 5 minutes then.
        account: Whose; None where the file does not tell.
    """

    kind: str
    day: date
    project: str
    model: str
    tokens: TokenCounts
    account: str | None = None


class ImportedHistory(NamedTuple):
    """
    What a file holds.

    Attributes:
        source: The program it is of.
        records: Each of them once.
        day_totals: Of days.
        skipped: How many things were left out, by the reason.
    """

    source: str
    records: tuple[ImportedRecord, ...] = ()
    day_totals: tuple[ImportedDayTotal, ...] = ()
    skipped: tuple[tuple[str, int], ...] = ()
