from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from claude_tray.core.status import Severity
from claude_tray.server.teams import limits
from claude_tray.server.teams.models import NamedAccount
from tests.server.teams.roster import add_member, make_team
from tests.server.teams.usage_samples import store_limit, store_usage
from tests.support.server_api import make_user

if TYPE_CHECKING:
    import pytest


def test_the_newest_report_of_a_shared_account_counts() -> None:
    team, ada, bob = make_team(), make_user("ada"), make_user("bob")
    now = timezone.now()
    store_limit(ada, "shared", 91, at=now - timedelta(minutes=5))
    store_limit(bob, "shared", 40, at=now)
    store_limit(ada, "own", 80, at=now - timedelta(minutes=1))

    keys = limits.list_seat_keys([ada.pk, bob.pk])
    seats = limits.assess_seats(team, keys, now)

    assert [(s.key.account, s.key.user_ids) for s in seats] == [
        ("shared", (bob.pk, ada.pk)),
        ("own", (ada.pk,)),
    ]
    assert [s.assessment.severity for s in seats] == [
        *(Severity.OK, Severity.WARNING),
    ]
    assert [(s.is_near_limit, s.has_room) for s in seats] == [
        *((False, True), (True, False)),
    ]


def test_the_unknown_account_is_never_shared() -> None:
    team, ada, bob = make_team(), make_user("ada"), make_user("bob")
    store_usage(ada, timezone.now())
    store_usage(bob, timezone.now())

    keys = limits.list_seat_keys([ada.pk, bob.pk])

    assert {key.user_ids for key in keys} == {(ada.pk,), (bob.pk,)}
    assert {key.name for key in keys} == {f"user:{ada.pk}", f"user:{bob.pk}"}
    seats = limits.assess_seats(team, keys, timezone.now())
    assert [s.has_room for s in seats] == [False, False]


def test_a_limit_that_has_reset_is_not_near() -> None:
    team, ada = make_team(), make_user("ada")
    now = timezone.now()
    store_limit(ada, "a", 99, at=now - timedelta(hours=3))

    (seat,) = limits.assess_seats(team, limits.list_seat_keys([ada.pk]), now)

    assert not seat.is_near_limit


def test_other_users_are_not_read() -> None:
    ada, eve = make_user("ada"), make_user("eve")
    store_limit(eve, "shared", 91)

    assert limits.list_seat_keys([ada.pk]) == []
    assert limits.list_seat_keys([]) == []


def test_a_bounded_number_of_accounts_is_assessed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "MAX_ASSESSED", 2)
    team, ada = make_team(), make_user("ada")
    for number in range(4):
        store_limit(ada, f"a{number}", 10)

    keys = limits.list_seat_keys([ada.pk])

    assert len(limits.assess_seats(team, keys, timezone.now())) == 2


def test_accounts_have_names_in_a_team() -> None:
    team, other = make_team(), make_team("Other")
    add_member(team, make_user("ada"))
    NamedAccount.objects.create(team=team, account_key="a", name="Seat 1")
    NamedAccount.objects.create(team=other, account_key="a", name="Seat X")

    assert limits.load_account_names(team) == {"a": "Seat 1"}
