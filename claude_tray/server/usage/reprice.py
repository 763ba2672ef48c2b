"""Stored costs, reckoned anew in steps that hold nobody up for long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import connection, transaction

from claude_tray.domain.price_list import price_of
from claude_tray.domain.usage import TokenCounts
from claude_tray.server.usage.bulk import lock_user, upsert
from claude_tray.server.usage.models import Model, UsageSnapshot
from claude_tray.server.usage.names import ModelName
from claude_tray.server.usage.prune import horizon_of
from claude_tray.server.usage.rollups import Differences
from claude_tray.server.usage.rows import COLUMNS, Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claude_tray.domain.price_list import PriceTable

_AT_ONCE: Final = 5000
_NEXT: Final = (
    f"SELECT {', '.join(COLUMNS)} FROM usage_usagesnapshot"
    " WHERE user_id = %s AND key > %s ORDER BY key LIMIT %s"
)
_LEAST: Final = -(2**63)


def steps(user_id: int, table: PriceTable) -> Iterator[int]:
    """
    Reprice a person's replies; give out how many changed in each step.

    Each step is one transaction, and its sums change with it.
    """
    models = {
        model.pk: ModelName(
            model.name,
            model.speed,
            model.inference_geo,
            model.service_tier,
        )
        for model in Model.objects.all()
    }
    key = _LEAST
    while True:
        with transaction.atomic():
            lock_user(user_id)
            rows = _next(user_id, key)
            changed = [
                (row, new)
                for row in rows
                if (new := _repriced(row, models[row.model_id], table)) != row
            ]
            _keep(user_id, changed)
        if not rows:
            return
        key = rows[-1].key
        yield len(changed)


def _next(user_id: int, key: int) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [user_id, key, _AT_ONCE])
        return [Row(*row) for row in cursor.fetchall()]


def _repriced(row: Row, model: ModelName, table: PriceTable) -> Row:
    terms = model.terms._replace(web_searches=row.web_searches)
    tokens = TokenCounts(*row[11:16])
    cost = price_of(tokens, model.name, terms, row.at_ms, table)
    return row._replace(cost_nano=cost)


def _keep(user_id: int, changed: list[tuple[Row, Row]]) -> None:
    differences = Differences(user_id)
    for old, new in changed:
        differences.take(old)
        differences.add(new)
    upsert(
        UsageSnapshot,
        COLUMNS,
        [new for _, new in changed],
        "user_id, key",
        "cost_nano = excluded.cost_nano",
    )
    differences.keep(horizon_of(user_id))
