"""Load usage by model and pricing terms, to break its cost down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from claude_tray.core.time import to_epoch_ms
from claude_tray.core.usage import PricingTerms
from claude_tray.server.usage.bulk_sql import fetch_rows
from claude_tray.server.usage.models import SUM_FIELDS
from claude_tray.server.usage.queries.totals import (
    RECORD_COLUMNS,
    build_totals,
    sum_columns,
)
from claude_tray.web import charts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.core.windows import Window


# A price depends on all terms of a model.
_BY_TERMS_SQL: Final = (
    "SELECT model.name, model.speed, model.inference_geo,"
    " model.service_tier, part.* FROM ({rows} GROUP BY model_id) AS part"
    " JOIN usage_model AS model ON model.id = part.model_id"
)
_WINDOW_SQL: Final = (
    f"SELECT model_id, {RECORD_COLUMNS} FROM usage_usagesnapshot"
    " WHERE user_id = %s AND account_id = %s AND at_ms >= %s AND at_ms < %s"
)
_SESSIONS_SQL: Final = (
    "SELECT share.model_id AS model_id,"
    f" {sum_columns(f'share.{name}' for name in SUM_FIELDS)}"
    # SQLite reads the tables of a cross join in this order: see aggregates.
    " FROM usage_session AS session CROSS JOIN usage_sessionshare AS share"
    " WHERE share.user_id = %s AND share.session_id = session.id"
    " AND session.user_id = %s"
)
_SESSION_SQL: Final = f"{_SESSIONS_SQL} AND session.session_id = %s"
_PROJECT_SQL: Final = (
    f"{_SESSIONS_SQL} AND session.project_id ="
    " (SELECT id FROM usage_project WHERE user_id = %s AND name = %s)"
)


def load_window_usage(
    user: int, account_pk: int, window: Window
) -> tuple[charts.PricedUsage, ...]:
    """Load the usage of an account in a window."""
    bounds = to_epoch_ms(window.start), to_epoch_ms(window.end)
    return _load_priced_usage(_WINDOW_SQL, [user, account_pk, *bounds])


def load_session_usage(
    user: int, session_id: str
) -> tuple[charts.PricedUsage, ...]:
    """Load the usage of a session."""
    return _load_priced_usage(_SESSION_SQL, [user, user, session_id])


def load_project_usage(user: int, name: str) -> tuple[charts.PricedUsage, ...]:
    """Load the usage of a project."""
    return _load_priced_usage(_PROJECT_SQL, [user, user, user, name])


def _load_priced_usage(
    rows: str, parameters: Sequence[Any]
) -> tuple[charts.PricedUsage, ...]:
    found = fetch_rows(_BY_TERMS_SQL.format(rows=rows), parameters)
    return tuple(
        charts.PricedUsage(
            name, PricingTerms(speed, geo, tier), build_totals(sums)
        )
        for name, speed, geo, tier, _, *sums in found
    )
