"""Load usage by model and pricing terms, to break its cost down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from claude_tray.core.time import to_epoch_ms
from claude_tray.core.usage import PricingTerms
from claude_tray.server.usage.models import SessionShare, UsageSnapshot
from claude_tray.server.usage.queries import aggregates
from claude_tray.web import charts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from claude_tray.core.windows import Window


# A price depends on all of these.
_GROUP_COLUMNS = (
    "model__name",
    "model__speed",
    "model__inference_geo",
    "model__service_tier",
)


def load_window_usage(
    user: int, account_pk: int, window: Window
) -> tuple[charts.PricedUsage, ...]:
    """Load the usage of an account in a window."""
    records = UsageSnapshot.objects.filter(
        user=user,
        account=account_pk,
        at_ms__gte=to_epoch_ms(window.start),
        at_ms__lt=to_epoch_ms(window.end),
    )
    return _build_priced_usage(
        records.values_list(*_GROUP_COLUMNS).annotate(
            **aggregates.RECORD_AGGREGATES
        )
    )


def load_session_usage(
    user: int, session_id: str
) -> tuple[charts.PricedUsage, ...]:
    """Load the usage of a session."""
    shares = SessionShare.objects.filter(
        user=user,
        session__user=user,
        session__session_id=session_id,
    )
    return _build_priced_usage(
        shares.values_list(*_GROUP_COLUMNS).annotate(
            **aggregates.SUM_AGGREGATES
        )
    )


def load_project_usage(user: int, name: str) -> tuple[charts.PricedUsage, ...]:
    """Load the usage of a project."""
    shares = SessionShare.objects.filter(
        user=user,
        session__user=user,
        session__project__user=user,
        session__project__name=name,
    )
    return _build_priced_usage(
        shares.values_list(*_GROUP_COLUMNS).annotate(
            **aggregates.SUM_AGGREGATES
        )
    )


def _build_priced_usage(rows: Iterable[Any]) -> tuple[charts.PricedUsage, ...]:
    return tuple(
        charts.PricedUsage(
            name,
            PricingTerms(speed, geo, tier),
            aggregates.build_totals(sum_values),
        )
        for name, speed, geo, tier, *sum_values in rows
    )
