from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connections
from django.utils import timezone

from claude_tray.server.accounts.api_tokens import (
    bind_to_machine,
    create_api_token,
    list_api_tokens,
    revoke_api_tokens_named,
    revoke_token,
)
from claude_tray.server.accounts.models import ApiToken, TokenScope
from claude_tray.server.teams.models import AuditEntry
from tests.support.request_json import make_request, make_row
from tests.support.server_api import (
    ApiClient,
    create_access_token,
    create_device_token,
    create_token,
)

if TYPE_CHECKING:
    from claude_tray.server.accounts.models import User


NOW = timezone.now()
READ_PATHS = [
    "stats/",
    "projects/",
    "projects/shop/",
    "projects/shop/sessions/",
    "sessions/s1/",
    "timeseries/",
    "machines/",
    "dashboard/",
]
OWN_PATHS = ["tokens/"]
# What a token of each scope may do: read, read metrics, send, manage.
ALLOWED = {
    TokenScope.SEND: (False, False, True, False),
    TokenScope.READ: (True, True, False, False),
    TokenScope.METRICS: (False, True, False, False),
}


@pytest.mark.parametrize("scope", ALLOWED)
def test_a_token_does_only_what_its_scope_allows(
    ana: User, scope: TokenScope
) -> None:
    sender = ApiClient(create_device_token(ana))
    sender.post("agent-sync/", make_request(make_row(NOW), machine_id="m1"))
    api = ApiClient(create_token(ana, scope))
    reads, reads_metrics, sends, manages = ALLOWED[scope]

    for path in READ_PATHS:
        assert (api.get(path).status == 200) is reads, path
    assert (api.get("/metrics").status == 200) is reads_metrics
    assert (api.get("agent-sync/").status == 200) is sends
    body = make_request(machine_id="m1")
    assert (api.post("agent-sync/", body).status == 200) is sends
    for response in (
        api.get("tokens/"),
        api.post("tokens/", {"name": "x"}),
        api.request("DELETE", "machines/m1/"),
        api.patch("machines/m1/", {"is_revoked": False}),
        api.post("refresh/"),
    ):
        assert (response.status != 403) is manages
        assert response.body["code"] == "token_scope"
        assert scope in response.body["detail"]


def test_a_token_is_bound_to_the_machine_that_first_sends(ana: User) -> None:
    agent = ApiClient(create_device_token(ana))
    agent.get("agent-sync/", machine_id="m2", store_id="s")

    first = agent.post("agent-sync/", make_request(machine_id="m1"))
    again = agent.post("agent-sync/", make_request(machine_id="m1"))
    other = agent.post("agent-sync/", make_request(machine_id="m2"))
    unnamed = agent.post("agent-sync/", make_request())
    greeting = agent.get("agent-sync/", machine_id="m2", store_id="s")

    assert (first.status, again.status) == (200, 200)
    for refused in (other, unnamed, greeting):
        assert (refused.status, refused.body["code"]) == (
            403,
            "machine_mismatch",
        )
    assert agent.get("agent-sync/", machine_id="m1").status == 200
    assert agent.get("agent-sync/").status == 200
    machines = ApiClient(create_access_token(ana)).get("machines/").body
    assert [machine["machine_id"] for machine in machines["machines"]] == [
        "m1"
    ]


def test_a_user_sends_as_any_machine(ana: User) -> None:
    api = ApiClient(create_access_token(ana))

    for machine_id in ("m1", "m2"):
        body = make_request(machine_id=machine_id)
        assert api.post("agent-sync/", body).status == 200


def test_one_of_two_machines_that_start_at_once_gets_the_token(
    ana: User,
) -> None:
    row, _ = create_api_token(ana, TokenScope.SEND, "x", NOW)

    def bind(machine_id: str) -> bool:
        try:
            return bind_to_machine(ApiToken.objects.get(pk=row.pk), machine_id)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(bind, [f"m{n % 2}" for n in range(16)]))

    row.refresh_from_db()
    winner = int(row.machine_id.removeprefix("m"))
    assert results == [n % 2 == winner for n in range(16)]


def test_an_expired_token_is_refused(ana: User) -> None:
    lifetime = timedelta(days=1)
    past = NOW - timedelta(days=2)
    _, token = create_api_token(ana, TokenScope.READ, "x", past, lifetime)

    assert ApiClient(token).get("stats/").status == 401


def test_the_last_use_is_recorded_every_ten_minutes(ana: User) -> None:
    token = create_token(ana, TokenScope.READ)
    ApiClient(token).get("stats/")
    first = list_api_tokens(ana)[0].last_used_at
    ApiClient(token).get("stats/")
    second = list_api_tokens(ana)[0].last_used_at
    ApiToken.objects.filter(user=ana).update(
        last_used_at=NOW - timedelta(minutes=11)
    )
    ApiClient(token).get("stats/")
    third = list_api_tokens(ana)[0].last_used_at

    assert first is not None
    assert first == second
    assert third is not None
    assert third > first


def test_tokens_are_revoked_once_and_only_by_their_user(
    ana: User, bob: User
) -> None:
    row, token = create_api_token(ana, TokenScope.READ, "x", NOW)

    assert revoke_token(bob, row.jti, NOW) is None
    assert ApiClient(token).get("stats/").status == 200
    assert revoke_token(ana, row.jti, NOW) == row
    assert revoke_token(ana, row.jti, NOW) is None
    assert ApiClient(token).get("stats/").body["code"] == "token_revoked"


def test_tokens_are_revoked_by_name(ana: User) -> None:
    for name in ("a", "a", "b"):
        create_api_token(ana, TokenScope.SEND, name, NOW)

    assert len(revoke_api_tokens_named(ana, "a", NOW)) == 2
    assert revoke_api_tokens_named(ana, "a", NOW) == ()
    valid = [row.name for row in list_api_tokens(ana) if row.is_valid(NOW)]
    assert valid == ["b"]


def test_changes_are_in_the_audit_log(ana: User) -> None:
    api = ApiClient(create_access_token(ana))
    token = api.post("tokens/", {"name": "laptop"}).body
    sender = ApiClient(token["token"])
    sender.post("agent-sync/", make_request(machine_id="m1"))
    api.request("DELETE", "machines/m1/")
    api.patch("machines/m1/", {"is_revoked": False})
    api.request("DELETE", f"tokens/{token['id']}/")
    revoke_api_tokens_named(ana, "none", NOW)
    create_api_token(ana, TokenScope.READ, "grafana", NOW)
    revoke_api_tokens_named(ana, "grafana", NOW)
    ana.set_password("brand new battery staple")
    ana.save()

    entries = [
        (entry.action, entry.actor_name, entry.detail)
        for entry in AuditEntry.objects.filter(subject=ana).order_by("pk")
    ]

    name = ana.username
    assert entries == [
        ("token.created", name, "send laptop"),
        ("machine.revoked", name, "m1"),
        ("machine.allowed", name, "m1"),
        ("token.revoked", name, "send laptop"),
        ("token.created", "", "read grafana"),
        ("token.revoked", "", "read grafana"),
        ("password.changed", "", ""),
    ]
