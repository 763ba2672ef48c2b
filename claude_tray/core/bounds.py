"""
Bound values where they enter the program.

Transcripts, imports, samples and uploads may contain anything. Whatever reads
them checks every value here once, and an entry that fails is counted as bad.
So no sum, date or list behind the border needs another check, and the store
never calls a value damaged that a reader accepted.

Times: compute `latest_ms` once per file or request by `compute_latest_ms`,
then call `is_plausible_time(at_ms, latest_ms)`. What has been accepted stays
valid when the clock is set back: stored times are only checked by
`is_storable_time`.

Counts: `is_plausible_count`. Each is at most 2^40, so sums of millions of them
are exact 64-bit integers. Costs are larger: they are summed in two halves,
see `split_cost`.

Names and IDs: `bound_text` shortens those that no program would write, and
keeps different ones different.

Models: a store has a row for `MAX_MODELS` without a known price. The usage of
further ones counts as that of `OTHER_MODELS`, so that neither lists nor the
cost of a line grow without limit.

Lists: show `MAX_LISTED` entries at most and say how many are left out.
"""

from __future__ import annotations

from typing import Final

MAX_COUNT_BITS: Final = 40
MAX_COUNT: Final = 1 << MAX_COUNT_BITS
MAX_TEXT_LENGTH: Final = 1_024
# A larger cost of one record is unknown: the database could not store it.
MAX_COST: Final = 1 << 62
MAX_WEB_SEARCHES: Final = 10**6
MAX_MODELS: Final = 1_000
# Sorts after all names of models, so that it remains when records merge.
OTHER_MODELS: Final = "\N{HORIZONTAL ELLIPSIS}other models"
# Entries of one table, page or sentence.
MAX_LISTED: Final = 1_000
MAX_LISTED_IN_SENTENCE: Final = 10

_DAY_MS: Final = 86_400_000
# Start of 2020: there was no Claude Code before.
MIN_TIME_MS: Final = 1_577_836_800_000
# Times of earlier versions, before there was a limit: 1970 on.
MIN_STORED_MS: Final = 0
# Start of 2200. Leaves room for a wrong clock, and for arithmetic with dates.
END_TIME_MS: Final = 7_258_118_400_000
# Clocks and time zones of two machines differ by less.
MAX_LEAD_MS: Final = _DAY_MS


def compute_latest_ms(now_ms: int, written_ms: int = 0) -> int:
    """
    Return the latest plausible time of an entry.

    Args:
        now_ms: Current time.
        written_ms: Time of the last change of the entry's file. It counts if
            it is later: after the clock was set back, entries of the clock
            before are still right.
    """
    return min(max(now_ms, written_ms) + MAX_LEAD_MS, END_TIME_MS - 1)


def is_plausible_time(at_ms: int, latest_ms: int) -> bool:
    """Return whether a time may be that of an entry: 2020 to tomorrow."""
    return MIN_TIME_MS <= at_ms <= latest_ms


def is_storable_time(at_ms: int) -> bool:
    """Return whether a store may have a time: 1970 to 2199."""
    return MIN_STORED_MS <= at_ms < END_TIME_MS


def is_plausible_count(count: int) -> bool:
    """Return whether a number of tokens is possible: 0 to 2^40."""
    return 0 <= count <= MAX_COUNT


def bound_text(text: str, max_length: int = MAX_TEXT_LENGTH) -> str:
    """
    Return a name or ID of limited length.

    A longer one is cut and gets a hash of the whole: two that differ remain
    two, and the same one is always cut to the same text.
    """
    if len(text) <= max_length:
        return text
    # Late: no regular name is too long.
    from hashlib import blake2b

    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8)
    suffix = f"…{digest.hexdigest()}"
    return text[: max_length - len(suffix)] + suffix
