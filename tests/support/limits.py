"""Build the usage of limits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from claude_tray.core.limits import LimitMoney, LimitSource, identify_limit
from claude_tray.core.snapshot import AccountSnapshot, LimitUsage

if TYPE_CHECKING:
    from datetime import datetime


def make_limit_usage(
    name: str,
    percent: float | None,
    resets_at: datetime | None,
    as_of: datetime,
    source: LimitSource = LimitSource.STATUSLINE,
    money: LimitMoney | None = None,
) -> LimitUsage:
    identity = identify_limit(name)
    return LimitUsage(
        identity.name,
        identity.kind,
        identity.scope,
        percent,
        resets_at,
        source,
        as_of,
        money,
    )


def join_limits(state: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a snapshot, `used` and `weekly` as `limits`."""
    fields = dict(state)
    if "used" in fields or "weekly" in fields:
        used = fields.pop("used", None)
        limits = (*([used] if used else []), *fields.pop("weekly", ()))
        fields["limits"] = limits + fields.get("limits", ())
    return fields


def change_limits(state: AccountSnapshot, **changes: Any) -> AccountSnapshot:
    """Replace fields of a snapshot, also `used` and `weekly`."""
    if "used" in changes or "weekly" in changes:
        changes = {"used": state.used, "weekly": state.weekly} | changes
    return replace(state, **join_limits(changes))
