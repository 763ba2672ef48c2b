"""Store messages that a limit was reached, and find those that still block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.core.calendar import BUCKET_MS
from claude_tray.core.limit_hits import (
    FULL_PERCENT,
    HitEffects,
    LimitHit,
    assess_hits,
    select_latest_hits,
)
from claude_tray.core.limits import (
    LimitKind,
    LimitSample,
    LimitSource,
    identify_limit,
)
from claude_tray.core.time import Millis
from claude_tray.store.limit_tables import COUNTS_FOR_WINDOWS, REQUEST_TIME
from claude_tray.store.lookup_ids import LookupIds

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from claude_tray.store.connection import Reader, Writer


_UPSERT_HIT: Final = """
    INSERT OR REPLACE INTO limit_hit
        (profile, kind, scope, at_ms, resets_ms, session)
    VALUES (?, ?, ?, ?, ?, ?)
"""
_SELECT_HITS: Final = """
    SELECT kind, at_ms, resets_ms, scope, session
    FROM limit_hit JOIN profile ON profile.id = limit_hit.profile
    WHERE account = ? AND at_ms >= ? ORDER BY at_ms, kind, scope
"""
_COUNT_UNKNOWN_HITS: Final = """
    SELECT count(*) FROM limit_hit WHERE kind = 'unknown'
"""
# A response may be written long after its request, so that one that follows
# a limit hit at once proves nothing. Later ones need no look at records.
_MAX_RESPONSE_MS: Final = 2 * BUCKET_MS
# Responses of this time may have been on the way when a limit was full.
_REPORT_DELAY_MS: Final = 60_000
_SELECT_MODELS_AFTER: Final = f"""
    SELECT model.name FROM message
        JOIN session ON session.id = message.session
        JOIN model ON model.id = message.model
    WHERE message.at_ms > ?1 AND message.at_ms < ?2 AND {REQUEST_TIME} > ?1
        AND session.profile = ?3 AND {COUNTS_FOR_WINDOWS}
    UNION
    SELECT name FROM model WHERE name GLOB 'claude-*' AND name NOT GLOB '*@*'
        AND id IN (
            SELECT cell.model FROM cell
                JOIN session ON session.id = cell.session
            WHERE bucket >= ?2 / {BUCKET_MS} AND session.profile = ?3
                AND messages > 0)
"""


def save_hits(writer: Writer, hits: Iterable[LimitHit], account: str) -> None:
    """Save limit hits of an account, which may have no usage yet."""
    account_id = LookupIds(writer).get_account_id(account)
    writer.executemany(
        _UPSERT_HIT,
        [
            (
                account_id,
                hit.kind,
                hit.scope,
                hit.at_ms,
                hit.resets_ms,
                hit.session,
            )
            for hit in hits
        ],
    )


def load_hits(
    reader: Reader | Writer, account: str, since_ms: int
) -> list[LimitHit]:
    """Return an account's limit hits from a time on, oldest first."""
    return [
        LimitHit(LimitKind(kind), Millis(hit_ms), resets_ms, scope, session)
        for kind, hit_ms, resets_ms, scope, session in reader.execute(
            _SELECT_HITS, (account, since_ms)
        )
    ]


def count_unknown_hits(reader: Reader | Writer) -> int:
    """Return how many refusals were not understood."""
    (count,) = reader.execute(_COUNT_UNKNOWN_HITS).fetchone()
    return int(count)


def load_models_after(
    reader: Reader | Writer, account_id: int | None, at_ms: int
) -> frozenset[str]:
    """
    Return the models that answered requests of an account after a time.

    Args:
        reader: Open database.
        account_id: Row ID of the account; None without usage.
        at_ms: The time.
    """
    # The end of a bucket, so that buckets and records do not overlap.
    until_ms = (at_ms // BUCKET_MS + 1) * BUCKET_MS + _MAX_RESPONSE_MS
    rows = reader.execute(_SELECT_MODELS_AFTER, (at_ms, until_ms, account_id))
    return frozenset(name for (name,) in rows)


def find_effects(
    reader: Reader | Writer,
    account_id: int | None,
    hits: Iterable[LimitHit],
    current_samples: Sequence[LimitSample],
    now_ms: int,
) -> HitEffects:
    """
    Return which limit hits of an account block.

    Args:
        reader: Open database.
        account_id: Row ID of the account; None without usage.
        hits: Its limit hits.
        current_samples: Its current limits, as merge_limit_samples returns.
        now_ms: Current time.
    """
    latest_hits = select_latest_hits(hits, now_ms)
    full_limits = _list_full_limits(current_samples)
    models_after = {
        hit: load_models_after(reader, account_id, hit.at_ms)
        for hit in (*latest_hits, *full_limits)
    }
    effects = assess_hits(latest_hits, current_samples, models_after)
    # Work goes on beyond a limit that was reported as fully used, too.
    passed = assess_hits(full_limits, current_samples, models_after).lifted
    return effects._replace(lifted=(*effects.lifted, *passed))


def _list_full_limits(samples: Iterable[LimitSample]) -> list[LimitHit]:
    """Return limits that are reported as fully used, as of the first report."""
    hits = []
    for sample in samples:
        is_full = (sample.percent or 0.0) >= FULL_PERCENT
        if is_full and sample.source is not LimitSource.MESSAGE:
            kind, scope, _ = identify_limit(sample.name)
            since_ms = sample.since_ms or sample.observed_at_ms
            at_ms = Millis(since_ms + _REPORT_DELAY_MS)
            resets_ms = sample.resets_ms
            reset = None if resets_ms is None else Millis(resets_ms)
            hits.append(LimitHit(kind, at_ms, reset, scope))
    return hits
