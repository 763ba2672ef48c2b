"""Store usage of members, and add it up without the server's own sums."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from claude_tray.core.time import format_iso
from claude_tray.server.usage.ingest import store_request
from tests.support.request_json import make_request, make_row
from tests.support.server_records import decode_request

if TYPE_CHECKING:
    from datetime import datetime

    from claude_tray.server.accounts.models import User


_numbers = itertools.count()


def store_usage(
    user: User,
    at: datetime,
    *,
    project: str = "shop",
    session: str = "",
    account: str = "",
    model: str = "claude-sonnet-4-20250514",
    **usage: Any,
) -> None:
    """Store one record; by default of a session of its own."""
    number = next(_numbers)
    request = make_request(
        make_row(at, f"msg_team_{number}", model, **usage),
        project=project,
        session=session or f"s{number}",
        account=account,
    )
    store_request(user, decode_request(request), timezone.now())


def store_limit(
    user: User,
    account: str,
    percent: float,
    *,
    name: str = "five_hour",
    resets_in: timedelta = timedelta(hours=2),
    at: datetime | None = None,
) -> None:
    """Store what a machine reports about a limit."""
    now = at or timezone.now()
    limit = {
        "name": name,
        "used_percentage": percent,
        "resets_at": format_iso(now + resets_in),
        "observed_at": format_iso(now),
        "account": account,
    }
    body = {
        "projects": [],
        "agent": {"machine_id": "m1", "account": account, "limits": [limit]},
    }
    store_request(user, decode_request(body), now)
