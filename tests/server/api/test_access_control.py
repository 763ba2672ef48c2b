from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import ip_network
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from tests.support.request_json import make_request, make_row
from tests.support.server_api import (
    ApiClient,
    create_access_token,
    create_device_token,
    make_user,
)
from tests.support.server_process import PASSWORD

if TYPE_CHECKING:
    from claude_tray.server.accounts.models import User


NOW = datetime.now(UTC)
READ_PATHS = [
    "stats/",
    "projects/",
    "projects/shop/",
    "projects/shop/sessions/",
    "sessions/s1/",
    "timeseries/",
    "machines/",
    "dashboard/",
    "/metrics",
]


@pytest.mark.parametrize("kind", ["Bearer ", "bearer ", "Token ", ""])
def test_a_token_is_accepted_with_any_prefix(ana: User, kind: str) -> None:
    assert (
        ApiClient(create_access_token(ana), kind).get("stats/").status == 200
    )


@pytest.mark.parametrize(
    ("token", "kind"),
    [("", ""), ("nonsense", "Bearer "), ("x", "Basic "), ("a b", "Bearer ")],
)
@pytest.mark.parametrize("path", [*READ_PATHS, "agent-sync/"])
def test_invalid_tokens_get_no_data(
    token: str,
    kind: str,
    path: str,
) -> None:
    response = ApiClient(token, kind).get(path)

    assert response.status == 401
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert set(response.body) == {
        "type",
        "status",
        "code",
        "detail",
        "request_id",
    }


@pytest.mark.parametrize("path", READ_PATHS)
def test_a_device_reads_nothing(ana: User, path: str) -> None:
    response = ApiClient(create_device_token(ana)).get(path)

    assert (response.status, response.body["code"]) == (403, "token_scope")


def test_a_session_of_the_web_page_reads_and_needs_the_csrf_token(
    ana: User,
) -> None:
    api = ApiClient()
    api.client.force_login(ana)

    assert api.get("stats/").status == 200
    strict = ApiClient(checks_csrf=True)
    strict.client.force_login(ana)
    assert strict.post("refresh/").status == 403


def test_users_see_only_their_own_data(ana: User, bob: User) -> None:
    ApiClient(create_device_token(ana)).post(
        "agent-sync/", make_request(make_row(NOW))
    )
    other = ApiClient(create_access_token(bob))

    assert other.get("projects/").body == {"count": 0, "projects": []}
    assert other.get("projects/shop/").status == 404
    assert other.get("projects/shop/sessions/").status == 404
    assert other.get("sessions/s1/").status == 404
    assert other.get("machines/").body["count"] == 0
    assert other.get("stats/").body["total_messages"] == 0
    assert b"shop" not in other.get("/metrics").body
    assert other.request("DELETE", "machines/default/").status == 404


def test_a_revoked_machine_cannot_sync(ana: User) -> None:
    agent, api = (
        ApiClient(create_device_token(ana)),
        ApiClient(create_access_token(ana)),
    )
    agent.post("agent-sync/", make_request(make_row(NOW), machine_id="m1"))

    revoked = api.request("DELETE", "machines/m1/")
    refused = agent.post("agent-sync/", make_request(machine_id="m1"))

    assert revoked.status == 204
    assert (refused.status, refused.body["code"]) == (403, "machine_revoked")
    assert api.get("machines/").body["machines"][0]["is_revoked"]
    assert api.get("stats/").body["total_messages"] == 1


def test_only_allowed_networks_can_sync(
    ana: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    allowed = settings.ENVIRONMENT._replace(
        sync_networks=(ip_network("10.0.0.0/8"),),
        trusts_proxy=True,
    )
    monkeypatch.setattr(settings, "ENVIRONMENT", allowed)
    agent = ApiClient(create_device_token(ana))

    inside = agent.post(
        "agent-sync/",
        make_request(),
        X_Forwarded_For="203.0.113.9, 10.1.2.3",
    )
    outside = agent.post(
        "agent-sync/",
        make_request(),
        X_Forwarded_For="10.1.2.3, 203.0.113.9",
    )

    assert inside.status == 200
    assert (outside.status, outside.body["code"]) == (403, "address")


def test_tokens_are_issued_for_a_name_and_password() -> None:
    user = make_user("grace")
    credentials = {"username": user.username, "password": PASSWORD}

    pair = ApiClient().post("/api/token/", credentials).body
    again = ApiClient().post(
        "/api/token/refresh/", {"refresh": pair["refresh"]}
    )

    assert ApiClient(pair["access"]).get("stats/").status == 200
    assert ApiClient(again.body["access"]).get("stats/").status == 200
    assert ApiClient(pair["refresh"]).get("stats/").status == 401


def test_five_wrong_passwords_lock_out_the_right_one() -> None:
    user, other = make_user("lock"), make_user("free")
    wrong = {"username": user.username.upper(), "password": "wrong"}

    tries = [ApiClient().post("/api/token/", wrong).status for _ in range(5)]
    right = ApiClient().post(
        "/api/token/",
        {"username": user.username, "password": PASSWORD},
    )
    another = ApiClient().post(
        "/api/token/",
        {"username": other.username, "password": PASSWORD},
    )

    assert tries == [401] * 5
    assert (right.status, right.body["code"]) == (429, "throttled")
    assert int(right.headers["Retry-After"]) == 900
    assert another.status == 200


def test_the_rate_of_sign_ins_is_limited() -> None:
    tries = [
        ApiClient().post("/api/token/", {"username": f"n{n}", "password": "x"})
        for n in range(11)
    ]

    assert [response.status for response in tries] == [401] * 10 + [429]
    assert "Retry-After" in tries[-1].headers


def test_a_disabled_user_can_neither_sync_nor_read(ana: User) -> None:
    agent, api = (
        ApiClient(create_device_token(ana)),
        ApiClient(create_access_token(ana)),
    )
    ana.is_active = False
    ana.save()

    assert agent.post("agent-sync/", make_request()).status == 401
    assert api.get("stats/").status == 401


def test_a_revoked_machine_is_allowed_again(ana: User, bob: User) -> None:
    agent, api = (
        ApiClient(create_device_token(ana)),
        ApiClient(create_access_token(ana)),
    )
    agent.post("agent-sync/", make_request(make_row(NOW), machine_id="m1"))
    path, other = "machines/m1/", ApiClient(create_access_token(bob))

    revoked = api.patch(path, {"is_revoked": True})
    refused = agent.post("agent-sync/", make_request(machine_id="m1"))
    foreign = other.patch(path, {"is_revoked": False})
    allowed = api.patch(path, {"is_revoked": False})

    assert revoked.body["is_revoked"] is True
    assert refused.status == 403
    assert foreign.status == 404
    assert (allowed.status, allowed.body["is_revoked"]) == (200, False)
    body = make_request(machine_id="m1")
    assert agent.post("agent-sync/", body).status == 200


@pytest.mark.parametrize("body", [{}, [], "x", 5, {"is_revoked": "no"}])
def test_a_machine_change_must_have_its_type(ana: User, body: object) -> None:
    api = ApiClient(create_access_token(ana))

    response = api.patch("machines/m1/", body)

    assert (response.status, response.body["code"]) == (400, "invalid")
