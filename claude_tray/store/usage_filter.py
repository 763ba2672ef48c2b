"""
Define which usage a query is about, and which table has its sums.

Whole quarters of an hour are read from the buckets, other ranges, which are at
most a window long, from the records, and all of the time from the sums of
projects and sessions. No query reads records of more than its range.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.core.calendar import BUCKET_MS
from claude_tray.store.aggregates import (
    SUM_OF_BUCKETS,
    SUM_OF_HIGH_COSTS,
    SUM_OF_LOW_COSTS,
    SUM_OF_RECORDS,
)
from claude_tray.store.schema import COST_HALF_BITS, SHOWN_PATH

if TYPE_CHECKING:
    from claude_tray.core.periods import TimeRange
    from claude_tray.store.connection import Reader, Writer


# First bucket, and the bucket after the last.
BucketRange = tuple[int, int]


class UsageFilter(NamedTuple):
    """
    Selects usage.

    Attributes:
        period: Range of time; None for all of it.
        account: Account key; None for all.
        project: Path under which a project is shown; None for all.
        models: IDs of models; None for all.
        ranges: Several ranges of buckets in place of a period; None without.
    """

    period: TimeRange | None = None
    account: str | None = None
    project: str | None = None
    models: tuple[str, ...] | None = None
    ranges: tuple[BucketRange, ...] | None = None


ALL_USAGE: Final = UsageFilter()


class UsageSource(NamedTuple):
    """
    A table to read sums from.

    Attributes:
        table: With its session.
        sums: In the order of AGGREGATE_COLUMNS.
        in_range: Condition of a row in a period.
        at_ms: Time of a row.
        cost: Approximate cost of rows, to order them by.
        cost_sums: Low and high half of the cost, and records without a price.
    """

    table: str
    sums: str
    in_range: str = "1"
    at_ms: str = "0"
    cost: str = f"sum(cost_high) * {1 << COST_HALF_BITS}.0 + sum(cost)"
    cost_sums: str = "sum(cost), sum(cost_high), sum(unpriced)"


# CROSS JOIN keeps the order of the tables: the range comes first.
_WITH_SESSION: Final = " u CROSS JOIN session ON session.id = u.session"
RECORDS: Final = UsageSource(
    f"message{_WITH_SESSION}",
    SUM_OF_RECORDS,
    "u.at_ms >= :start AND u.at_ms < :end",
    "u.at_ms",
    "total(cost)",
    f"{SUM_OF_LOW_COSTS}, {SUM_OF_HIGH_COSTS}, sum(cost IS NULL)",
)
_BUCKETS: Final = UsageSource(
    f"cell{_WITH_SESSION}",
    SUM_OF_BUCKETS,
    f"u.bucket >= :start / {BUCKET_MS} AND u.bucket < :end / {BUCKET_MS}",
    f"u.bucket * {BUCKET_MS}",
)
SESSIONS: Final = UsageSource(f"usage_session{_WITH_SESSION}", SUM_OF_BUCKETS)
# An index has the sessions of an account: those of others are not read.
_OWN_SESSIONS: Final = UsageSource(
    "session CROSS JOIN usage_session u ON u.session = session.id",
    SUM_OF_BUCKETS,
)
PROJECTS: Final = UsageSource("usage_project u", SUM_OF_BUCKETS)
# Each range is one seek in the primary key; its number is `part.key`.
_RANGE_CELLS: Final = UsageSource(
    """json_each(:ranges) part
        CROSS JOIN cell u ON u.bucket >= json_extract(part.value, '$[0]')
            AND u.bucket < json_extract(part.value, '$[1]')""",
    SUM_OF_BUCKETS,
    at_ms=f"u.bucket * {BUCKET_MS}",
)
RANGES: Final = _RANGE_CELLS._replace(
    table=f"""{_RANGE_CELLS.table}
        CROSS JOIN session ON session.id = u.session"""
)

_OF_ACCOUNT: Final = """
    session.profile = (SELECT id FROM profile WHERE account = :account)
"""
_OF_PROJECT: Final = f"""
    {{owner}}.project IN (SELECT id FROM project WHERE {SHOWN_PATH} = :project)
"""
_OF_MODELS: Final = """
    u.model IN (SELECT id FROM model
        WHERE name IN (SELECT value FROM json_each(:models)))
"""


def choose_source(usage_filter: UsageFilter) -> UsageSource:
    """Return the smallest table that has the usage of a filter."""
    if usage_filter.ranges is not None:
        is_of_all = usage_filter.account is None is usage_filter.project
        return _RANGE_CELLS if is_of_all else RANGES
    if usage_filter.period is None:
        return SESSIONS if usage_filter.account is None else _OWN_SESSIONS
    return _BUCKETS if usage_filter.period.is_bucket_aligned else RECORDS


def query_usage(
    reader: Reader | Writer,
    statement: str,
    source: UsageSource,
    usage_filter: UsageFilter,
    **parameters: Any,
) -> list[tuple[Any, ...]]:
    """
    Run a statement about the usage of a filter.

    Args:
        reader: Open database.
        statement: With the fields of the source in braces, `{where}`, and
            `{owner}`: the table with the column `project`.
        source: Where to read.
        usage_filter: What to read.
        parameters: Other parameters of the statement.
    """
    owner = "u" if source is PROJECTS else "session"
    conditions = [source.in_range]
    if usage_filter.period is not None:
        start_ms, end_ms = usage_filter.period
        parameters |= {"start": start_ms, "end": end_ms}
    if usage_filter.ranges is not None:
        parameters["ranges"] = json.dumps(usage_filter.ranges)
    if usage_filter.account is not None:
        conditions.append(_OF_ACCOUNT)
        parameters["account"] = usage_filter.account
    if usage_filter.project is not None:
        conditions.append(_OF_PROJECT.format(owner=owner))
        parameters["project"] = usage_filter.project
    if usage_filter.models is not None:
        conditions.append(_OF_MODELS)
        parameters["models"] = json.dumps(usage_filter.models)
    where = " AND ".join(conditions)
    text = statement.format(
        owner=owner,
        where=where,
        **source._asdict(),
    )
    return reader.execute(text, parameters).fetchall()
