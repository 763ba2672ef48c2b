"""Assess the Claude accounts of a team: who is near a limit, who has room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Max

from claude_tray.core.status import Assessment, Severity
from claude_tray.server.teams.models import NamedAccount, Team
from claude_tray.server.usage.assessments import load_assessed_accounts
from claude_tray.server.usage.models import ClaudeAccount, LimitTold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from claude_tray.core.snapshot import AccountSnapshot


# An assessment takes some queries; those reported last come first.
MAX_ASSESSED: Final = 100


class SeatKey(NamedTuple):
    """
    A Claude account that members of a team use.

    Attributes:
        account: Key of the account; "" is unknown and never shared.
        user_ids: Members who use it, the one whose report is newest first.
    """

    account: str
    user_ids: tuple[int, ...]

    @property
    def name(self) -> str:
        """Name that distinguishes the accounts of a team."""
        return self.account or f"user:{self.user_ids[0]}"


class Seat(NamedTuple):
    """
    A Claude account of a team, assessed as on all surfaces.

    Attributes:
        key: The account and its users.
        snapshot: Window, limits and pace, by the newest report.
        assessment: Status, severity and limits.
    """

    key: SeatKey
    snapshot: AccountSnapshot
    assessment: Assessment

    @property
    def is_near_limit(self) -> bool:
        return self.assessment.severity is not Severity.OK

    @property
    def has_room(self) -> bool:
        """A limit is known, and none of them is near."""
        binding = self.assessment.binding
        is_known = binding is not None and binding.usage.percent is not None
        return is_known and not self.is_near_limit


def list_seat_keys(user_ids: Collection[int]) -> list[SeatKey]:
    """List the accounts of members, the one reported last first."""
    accounts = list(
        ClaudeAccount.objects.filter(user__in=user_ids).values_list(
            "pk", "key", "user_id"
        )
    )
    reported = dict(
        LimitTold.objects.filter(user__in=user_ids)
        .values_list("account_id")
        .annotate(Max("told_ms"))
        .order_by()
    )
    users: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for pk, account, user_id in accounts:
        group = (account, 0 if account else user_id)
        users.setdefault(group, []).append((-reported.get(pk, 0), user_id))
    ordered = sorted(
        (min(found), account, found) for (account, _), found in users.items()
    )
    return [
        SeatKey(account, tuple(user_id for _, user_id in sorted(found)))
        for _, account, found in ordered
    ]


def assess_seats(
    team: Team, keys: Iterable[SeatKey], now: datetime
) -> list[Seat]:
    """Assess accounts of a team, in the same order."""
    zone = ZoneInfo(team.time_zone)
    return [
        Seat(key, found.state, found.assessment)
        for key in list(keys)[:MAX_ASSESSED]
        for found in load_assessed_accounts(
            key.user_ids[0], now, key=key.account, zone=zone
        )
    ]


def load_account_names(team: Team) -> Mapping[str, str]:
    """Return the names that the team has given to accounts, by key."""
    return dict(
        NamedAccount.objects.filter(team=team).values_list(
            "account_key", "name"
        )
    )
