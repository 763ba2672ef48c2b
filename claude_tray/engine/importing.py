"""Another program's history, on its way to the store."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.domain.usage import merge
from claude_tray.store import closed, imported
from claude_tray.store.connection import transaction
from claude_tray.store.held import IS_IMPORTED
from claude_tray.store.records import Batch, Kept

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from claude_tray.domain.history import DaySum, History, Placed
    from claude_tray.domain.price_list import PriceTable
    from claude_tray.domain.usage import UsageRecord
    from claude_tray.store.connection import Writer

_SOME: Final = 10_000
KNOWN_DAYS: Final = "days of which more is known"


class Brought(NamedTuple):
    """
    What an import brought.

    Attributes:
        added: Replies that were not known.
        updated: Replies of an earlier import that are now known better.
        known: Replies that were known.
        days: Days of which sums were kept.
        left_out: How many things were left out, by the reason.
    """

    added: int
    updated: int
    known: int
    days: int
    left_out: dict[str, int]


def take_in(
    writer: Writer,
    history: History,
    account: str,
    prices: PriceTable,
) -> Brought:
    """
    Keep a history; what is known from transcripts is left as it is.

    Replies are told apart by their ids. Sums of a day are only kept where
    nothing else is known of it, and go when replies of that day come.

    Args:
        writer: The store.
        history: What a file holds.
        account: Whose it is, where the file does not tell.
        prices: What it costs by.
    """
    kept = Kept()
    for some in _in_parts(history.replies):
        with transaction(writer):
            new = _keep_replies(writer, some, account, prices)
        kept = Kept(kept.added + new.added, kept.updated + new.updated)
    with transaction(writer):
        imported.yield_to_replies(writer)
        days, passed = _keep_sums(writer, history.sums, account, prices)
        # Windows of long ago may be others now.
        closed.reopen(writer, 0)
    left_out = Counter(dict(history.left_out))
    if passed:
        left_out[KNOWN_DAYS] = len(passed)
    messages = sum(p.record.is_message for p in history.replies)
    known = messages - kept.added - kept.updated
    return Brought(kept.added, kept.updated, known, len(days), left_out)


def _keep_replies(
    writer: Writer,
    some: Iterable[Placed],
    account: str,
    prices: PriceTable,
) -> Kept:
    batch = Batch(writer, prices, IS_IMPORTED)
    by_account: dict[str, dict[int, UsageRecord]] = {}
    owners: dict[int, str] = {}
    for record, told, is_guess in some:
        owner = account if told is None else told
        owner = owners.setdefault(record.key, owner)
        batch.place([record.origin], owner, is_guess=is_guess)
        records = by_account.setdefault(owner, {})
        held = records.get(record.key)
        records[record.key] = merge(held, record) if held else record
    kept = Kept()
    for owner, records in by_account.items():
        new = batch.keep(records, owner)
        kept = Kept(kept.added + new.added, kept.updated + new.updated)
    batch.write()
    return kept


def _keep_sums(
    writer: Writer,
    sums: Iterable[DaySum],
    account: str,
    prices: PriceTable,
) -> tuple[set[date], set[date]]:
    """Return the days that were kept and those that were passed over."""
    by_kind: dict[tuple[str, str], list[DaySum]] = {}
    for one in sums:
        owner = account if one.account is None else one.account
        by_kind.setdefault((one.kind, owner), []).append(one)
    days: set[date] = set()
    passed: set[date] = set()
    for (kind, owner), all_of_it in by_kind.items():
        named = {one.day for one in all_of_it}
        free = {day for day in named if imported.is_free(writer, day, kind)}
        good = [one for one in all_of_it if one.day in free]
        imported.keep_sums(writer, good, owner, prices)
        days |= free
        passed |= named - free
    return days, passed


def _in_parts(replies: Iterable[Placed]) -> Iterator[list[Placed]]:
    left = iter(replies)
    while some := list(islice(left, _SOME)):
        yield some
