"""The windows that the records fall into."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from claude_tray.domain.span import Span, span_begun_by
from claude_tray.domain.window import Rule, Source, Window
from claude_tray.store import reckonings
from claude_tray.store.schema import SUM_COLUMNS
from claude_tray.store.sums import between, totals_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claude_tray.domain.account import Account
    from claude_tray.domain.span import Reckoning
    from claude_tray.store.connection import Reader, Writer

# Clocks disagree: a record later than this opens no window.
FUTURE_MS: Final = 300_000

_COLUMNS: Final = ", ".join(SUM_COLUMNS)
_MARKS: Final = ", ".join("?" * (5 + len(SUM_COLUMNS)))
_NEXT: Final = "SELECT min(at_ms) FROM message WHERE at_ms BETWEEN ? AND ?"
# Beside a busy account one that rests has its next record far away. Where few
# of its sessions were used since, the search begins with the first of them;
# where many were, one is near.
_FEW: Final = 64
_NEXT_OF: Final = f"""
    SELECT at_ms FROM message JOIN session ON session.id = message.session
    WHERE at_ms BETWEEN max(?1, (
            SELECT iif(count(*) < {_FEW}, min(first_ms), ?1) FROM (
                SELECT first_ms FROM session
                WHERE profile = ?3 AND last_ms >= ?1 LIMIT {_FEW})))
        AND ?2 AND session.profile = ?3
    ORDER BY at_ms LIMIT 1
"""
_CLOSED: Final = f"""
    SELECT start_ms, end_ms, source, rule, {_COLUMNS}
    FROM closed_window WHERE profile = ? AND end_ms > ? ORDER BY start_ms
"""
_LAST_CLOSED: Final = """
    SELECT end_ms FROM closed_window WHERE profile = ?
    ORDER BY start_ms DESC LIMIT 1
"""
_LAST: Final = f"""
    SELECT start_ms, end_ms, source, rule, {_COLUMNS}
    FROM closed_window WHERE profile = ? ORDER BY start_ms DESC LIMIT 1
"""
_CLOSE: Final = f"INSERT OR REPLACE INTO closed_window VALUES ({_MARKS})"


def every(
    reader: Reader | Writer,
    account: Account,
    now_ms: int,
) -> list[Window]:
    """Return all windows of an account, oldest first."""
    profile = _profile(reader, account.key)
    if profile is None:
        return []
    closed = [
        _window(Span(row[0], row[1], Source(row[2]), _rule(row[3])), row[4:])
        for row in reader.execute(_CLOSED, (profile, 0))
    ]
    only = _only(reader, profile)
    how = reckonings.of(reader, account.key, account.rule, now_ms)
    return closed + [
        _summed(reader, span, only)
        for span in _spans_to_now(reader, profile, how, now_ms)
    ]


def current(
    reader: Reader | Writer,
    account: Account,
    now_ms: int,
) -> Window | None:
    """Return an account's open window, or None."""
    how = reckonings.of(reader, account.key, account.rule, now_ms)
    return current_by(reader, account, how, now_ms)


def current_by(
    reader: Reader | Writer,
    account: Account,
    how: Reckoning,
    now_ms: int,
) -> Window | None:
    """Return an account's open window by what is known of its windows."""
    profile = _profile(reader, account.key)
    if profile is None:
        return None
    last = None
    for span in _spans_to_now(reader, profile, how, now_ms):
        last = span
    if last is None or not last.start_ms <= now_ms < last.end_ms:
        return None
    return _summed(reader, last, _only(reader, profile))


def last(
    reader: Reader | Writer,
    account: Account,
    now_ms: int,
) -> Window | None:
    """Return an account's open window, or else the one that ended last."""
    profile = _profile(reader, account.key)
    if profile is None:
        return None
    newest = None
    how = reckonings.of(reader, account.key, account.rule, now_ms)
    for span in _spans_to_now(reader, profile, how, now_ms):
        newest = span
    if newest is not None:
        return _summed(reader, newest, _only(reader, profile))
    row = reader.execute(_LAST, (profile,)).fetchone()
    if row is None:
        return None
    span = Span(row[0], row[1], Source(row[2]), _rule(row[3]))
    return _window(span, row[4:])


def close(
    writer: Writer,
    account: Account,
    now_ms: int,
) -> None:
    """Keep the windows that are over, so that they need not be found again."""
    profile = _profile(writer, account.key)
    if profile is None:
        return
    only = _only(writer, profile)
    how = reckonings.of(writer, account.key, account.rule, now_ms)
    spans = _spans_after_closed(writer, profile, how, now_ms)
    writer.executemany(
        _CLOSE,
        [
            (profile, *span, *_row(writer, span, only))
            for span in spans
            if span.end_ms + FUTURE_MS <= now_ms
        ],
    )


def _spans_after_closed(
    reader: Reader | Writer,
    profile: int,
    how: Reckoning,
    now_ms: int,
) -> Iterator[Span]:
    """Give out the windows that are not kept, oldest first."""
    row = reader.execute(_LAST_CLOSED, (profile,)).fetchone()
    only = _only(reader, profile)
    last_end = row[0] if row else 0
    while (first := _first(reader, last_end, now_ms, only)) is not None:
        span = span_begun_by(first, last_end, how)
        yield span
        last_end = span.end_ms


def _spans_to_now(
    reader: Reader | Writer,
    profile: int,
    how: Reckoning,
    now_ms: int,
) -> Iterator[Span]:
    """Give out the same, and an open window that was only told of."""
    end_ms = 0
    for span in _spans_after_closed(reader, profile, how, now_ms):
        yield span
        end_ms = span.end_ms
    known = how.official_at(now_ms)
    if known is not None and end_ms <= now_ms:
        yield Span(*known, Source.OFFICIAL, None)


def _first(
    reader: Reader | Writer,
    from_ms: int,
    now_ms: int,
    only: int | None,
) -> int | None:
    stretch = (from_ms, now_ms + FUTURE_MS)
    if only is None:
        row = reader.execute(_NEXT, stretch).fetchone()
    else:
        row = reader.execute(_NEXT_OF, (*stretch, only)).fetchone()
    return row[0] if row else None


def _only(reader: Reader | Writer, profile: int) -> int | None:
    """Return the profile if there are others to be told from."""
    (count,) = reader.execute("SELECT count(*) FROM profile").fetchone()
    return profile if count > 1 else None


def _profile(reader: Reader | Writer, key: str) -> int | None:
    row = reader.execute(
        "SELECT id FROM profile WHERE account = ?",
        (key,),
    ).fetchone()
    return row[0] if row else None


def _rule(text: str | None) -> Rule | None:
    return Rule(text) if text else None


def _row(reader: Reader | Writer, span: Span, only: int | None) -> list[int]:
    totals = between(reader, span.start_ms, span.end_ms, only)
    return [
        totals.messages,
        *totals.tokens,
        totals.priced_cost,
        totals.unpriced,
        totals.incomplete,
    ]


def _summed(reader: Reader | Writer, span: Span, only: int | None) -> Window:
    return _window(span, _row(reader, span, only))


def _window(span: Span, sums: list[int]) -> Window:
    return Window(
        start=_moment(span.start_ms),
        end=_moment(span.end_ms),
        source=span.source,
        rule=span.rule,
        totals=totals_of(sums),
    )


def _moment(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms // 1000, UTC).replace(
        microsecond=at_ms % 1000 * 1000,
    )
