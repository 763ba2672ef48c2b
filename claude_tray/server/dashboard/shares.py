"""What each model, machine and account used since a local midnight."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from claude_tray.domain.totals import NOTHING, Totals
from claude_tray.server.usage.models import UsageCell
from claude_tray.server.usage.queries.series import CELL_MS
from claude_tray.server.usage.queries.sums import SUMS, totals_of

if TYPE_CHECKING:
    from claude_tray.server.usage.queries.filters import Filters


class Shares(NamedTuple):
    """Totals by a model's name, a machine's id and an account's key."""

    models: dict[str, Totals]
    machines: dict[str, Totals]
    accounts: dict[str, Totals]


def shares_of(filters: Filters) -> Shares:
    """
    Return the shares in one query over quarters of an hour.

    Args:
        filters: Since the beginning of a quarter, which midnights are.
    """
    shares = Shares({}, {}, {})
    since, _ = filters.span
    rows = (
        UsageCell.objects.filter(
            filters.whose(),
            user=filters.user,
            cell__gte=since // CELL_MS,
        )
        .values_list("model__name", "machine__machine_id", "account__key")
        .annotate(**SUMS)
    )
    for model, machine, account, *sums in rows:
        totals = totals_of(sums)
        for found, name in zip(shares, (model, machine, account), strict=True):
            found[name] = found.get(name, NOTHING).plus(totals)
    return shares
