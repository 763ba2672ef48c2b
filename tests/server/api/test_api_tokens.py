from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support.request_json import make_request
from tests.support.server_api import ApiClient, create_access_token

if TYPE_CHECKING:
    from claude_tray.server.accounts.models import User


def test_a_token_is_created_listed_and_revoked(ana: User) -> None:
    api = ApiClient(create_access_token(ana))

    created = api.post(
        "tokens/", {"name": " Grafana ", "scope": "read", "days": 30}
    )
    secret = created.body.pop("token")
    reader = ApiClient(secret)
    before = reader.get("stats/")
    listed = api.get("tokens/").body["tokens"]
    path = f"tokens/{created.body['id']}/"
    revoked = api.request("DELETE", path)
    again = api.request("DELETE", path)

    assert created.status == before.status == 200
    assert created.body["name"] == "Grafana"
    lifetime = datetime.fromisoformat(
        created.body["expires_at"]
    ) - datetime.fromisoformat(created.body["created_at"])
    assert lifetime == timedelta(days=30)
    assert listed[0].pop("last_used_at")
    assert listed[0] == {
        k: v for k, v in created.body.items() if k != "last_used_at"
    }
    assert listed[1]["scope"] == "refresh"
    assert secret not in str(listed)
    assert (revoked.status, again.status) == (204, 404)
    assert reader.get("stats/").status == 401


def test_a_token_sends_for_a_year_by_default(ana: User) -> None:
    api = ApiClient(create_access_token(ana))

    created = api.post("tokens/", {"name": "laptop"}).body

    agent = ApiClient(created["token"])
    assert created["scope"] == "send"
    assert agent.post("agent-sync/", make_request()).status == 200


def test_users_see_and_revoke_only_their_own_tokens(
    ana: User, bob: User
) -> None:
    api = ApiClient(create_access_token(ana))
    other = ApiClient(create_access_token(bob))
    token = api.post("tokens/", {"name": "laptop"}).body

    assert other.request("DELETE", f"tokens/{token['id']}/").status == 404
    assert token["id"] not in str(other.get("tokens/").body)


def test_a_program_signs_itself_out(ana: User) -> None:
    api = ApiClient(create_access_token(ana))
    (program,) = api.get("tokens/").body["tokens"]

    assert api.request("DELETE", f"tokens/{program['id']}/").status == 204
    assert api.get("tokens/").body["code"] == "token_revoked"


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"name": ""},
        {"name": "  "},
        {"name": "a\nb"},
        {"name": "a\0"},
        {"name": "x" * 256},
        {"name": 5},
        {"name": "x", "scope": "refresh"},
        {"name": "x", "scope": "all"},
        {"name": "x", "days": 0},
        {"name": "x", "days": 3651},
        {"name": "x", "days": "30"},
        {"name": "x", "days": 2**70},
    ],
)
def test_an_invalid_token_is_not_created(ana: User, body: object) -> None:
    api = ApiClient(create_access_token(ana))

    response = api.post("tokens/", body)

    assert (response.status, response.body["code"]) == (400, "invalid")
    assert api.get("tokens/").body["count"] == 1
