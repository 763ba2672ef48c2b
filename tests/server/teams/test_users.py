from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from claude_tray.server.teams import audit, budgets, invitations, users
from claude_tray.server.teams.audit import Action
from claude_tray.server.teams.budgets import BudgetDraft
from claude_tray.server.teams.models import (
    Alert,
    AlertState,
    BudgetPeriod,
    BudgetScope,
    BudgetUnit,
    Membership,
    Role,
)
from claude_tray.server.usage import deletion
from tests.server.teams.roster import add_member, make_team
from tests.server.teams.usage_samples import store_limit, store_usage
from tests.support.server_api import (
    ApiClient,
    create_access_token,
    create_device_token,
    make_user,
)

if TYPE_CHECKING:
    from claude_tray.server.accounts.models import User


NOW = timezone.now()


def fill(user: User) -> None:
    """Give a user at least one row of what the server stores of users."""
    store_usage(user, NOW, account="a1")
    store_limit(user, "a1", 50)
    create_device_token(user)
    team = make_team()
    member = add_member(team, user, Role.ADMIN)
    budgets.set_budget(
        user,
        team,
        BudgetDraft(
            BudgetScope.MEMBER,
            BudgetPeriod.DAY,
            BudgetUnit.TOKENS,
            5,
            member,
        ),
        NOW,
    )
    invitations.create_invitation(user, team, Role.LEAD, NOW)
    AlertState.objects.create(name=f"user.{user.pk}", user=user)
    Alert.objects.create(team=team, user=user, created_at=NOW)


def count_rows_of(user_id: int) -> dict[str, int]:
    """Count the rows of every table that name a user, by reading all."""
    found = {}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:  # noqa: SLF001
            if field.related_model is get_user_model():
                rows = model._default_manager.filter(  # noqa: SLF001
                    **{field.attname: user_id}
                )
                if rows.exists():
                    found[f"{model.__name__}.{field.attname}"] = rows.count()
    return found


def count_dangling_rows() -> list[tuple[str, str]]:
    """List foreign keys that name a row which does not exist."""
    found = []
    for model in apps.get_models():
        for field in model._meta.concrete_fields:  # noqa: SLF001
            target = field.related_model
            if target is None:
                continue
            targets = target._default_manager.values("pk")  # noqa: SLF001
            rows = model._default_manager.exclude(  # noqa: SLF001
                **{f"{field.attname}__in": targets}
            ).exclude(**{field.attname: None})
            if rows.exists():
                found.append((model.__name__, field.attname))
    return found


def test_a_deleted_user_leaves_no_row() -> None:
    user, other = make_user("ada"), make_user("bob")
    fill(user)
    fill(other)
    before = count_rows_of(other.pk)
    assert len(count_rows_of(user.pk)) >= 10
    dangling = count_dangling_rows()
    user_id, name = user.pk, user.username

    users.delete_user(other, user)

    assert count_rows_of(user_id) == {}
    assert count_dangling_rows() == dangling
    assert count_rows_of(other.pk) == before | {
        "AuditEntry.actor_id": before["AuditEntry.actor_id"] + 1
    }
    newest = audit.list_all_entries()[0]
    assert (newest.action, newest.actor) == ("user.deleted", other)
    assert not audit.list_all_entries().filter(actor_name=name).exists()
    assert not audit.list_all_entries().filter(target=name).exists()
    connection.check_constraints()


def test_many_rows_are_deleted_in_batches(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(deletion, "_DELETE_BATCH_SIZE", 2)
    user = make_user("ada")
    for _ in range(5):
        store_usage(user, NOW)
    user_id = user.pk

    users.delete_user(user, user)

    assert count_rows_of(user_id) == {}
    assert audit.list_all_entries()[0].actor is None


def test_a_deactivated_user_cannot_send_or_read_until_activated() -> None:
    user = make_user("ada")
    device = ApiClient(create_device_token(user))
    reader = ApiClient(create_access_token(user))
    body: dict[str, object] = {"projects": []}
    assert device.post("agent-sync/", body).status == 200

    users.set_user_active(None, user, is_active=False)
    assert device.post("agent-sync/", body).status == 401
    assert reader.get("stats/").status == 401

    users.set_user_active(None, user, is_active=True)
    assert device.post("agent-sync/", body).status == 200
    # Programs must sign in again.
    assert reader.get("stats/").status == 401
    assert [e.action for e in audit.list_all_entries()[:2]] == [
        *(Action.USER_ACTIVATED, Action.USER_DEACTIVATED),
    ]


def test_a_user_is_renamed() -> None:
    user = make_user("ada")
    old = user.username
    users.rename_user(None, user, f" {old}.l ")

    user.refresh_from_db()
    assert user.username == f"{old}.l"
    entry = audit.list_all_entries()[0]
    assert (entry.target, entry.detail) == (f"{old}.l", old)


@pytest.mark.parametrize("name", ["", "two words", "x" * 151, "\0", "taken"])
def test_an_invalid_name_is_refused(name: str) -> None:
    get_user_model().objects.get_or_create(
        username="taken", defaults={"email": "taken@example.org"}
    )
    user = make_user("ada")
    old = user.username
    with pytest.raises(ValidationError):
        users.rename_user(None, user, name)
    user.refresh_from_db()
    assert user.username == old


def test_the_teams_of_a_deleted_user_stay_usable() -> None:
    team, ada, bob = make_team(), make_user("ada"), make_user("bob")
    add_member(team, ada, Role.ADMIN)
    add_member(team, bob)

    users.delete_user(ada, ada)

    assert Membership.objects.get(team=team).role == Role.ADMIN
