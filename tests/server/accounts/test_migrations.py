from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.support.request_json import make_request
from tests.support.server_process import run_server

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.server_process import RunningServer


# A database as 0.1.0 left it: with a device token, a refresh token and an
# access token that it issued.
OLD_SERVER_SCRIPT = """
import json
from datetime import timedelta
from claude_tray.server.bootstrap import setup_django
setup_django()
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken
call_command("migrate", "accounts", "0001", verbosity=0)
state = MigrationExecutor(connection).loader.project_state(
    ("accounts", "0001_initial"))
User = state.apps.get_model("accounts", "User")
DeviceToken = state.apps.get_model("accounts", "DeviceToken")
now, later = timezone.now(), timezone.now() + timedelta(days=300)
issued = {}
for name, is_revoked in (("ana", False), ("bob", True)):
    user = User.objects.create(username=name, email=name + "@x.org",
        password=make_password("correct horse battery"))
    device, refresh = AccessToken(), RefreshToken()
    device["user_id"] = refresh["user_id"] = str(user.pk)
    device.set_exp(lifetime=timedelta(days=300))
    device["device"] = device["jti"]
    DeviceToken.objects.create(user=user, jti=device["jti"], name="laptop",
        created_at=now, expires_at=later, last_used_at=now,
        revoked_at=now if is_revoked else None)
    issued[name] = [str(device), str(refresh), str(refresh.access_token)]
print(json.dumps(issued))
"""
PASSWORD_SCRIPT = """
from claude_tray.server.accounts.models import User
user = User.objects.get(username="ana")
user.set_password("brand new battery staple")
user.save()
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def database_env(request: pytest.FixtureRequest) -> dict[str, str]:
    if request.param == "sqlite":
        return {}
    cluster = request.getfixturevalue("cluster")
    return {"DATABASE_URL": cluster.create_database("upgrade")}


def call(
    server: RunningServer, path: str, token: str = "", body: object = None
) -> requests.Response:
    return requests.request(
        "GET" if body is None else "POST",
        server.url + path,
        json=body,
        headers={"Authorization": f"Bearer {token}"} if token else {},
        timeout=60,
    )


def test_tokens_issued_before_the_upgrade_stay_valid(
    tmp_path: Path, database_env: dict[str, str]
) -> None:
    issued = write_old_database(tmp_path, database_env)
    device, refresh, access = issued["ana"]
    send, stats = "/app/claude-usage/agent-sync/", "/app/claude-usage/stats/"
    with run_server(tmp_path, **database_env) as server:
        sent = [
            call(server, send, device, make_request(machine_id=name))
            for name in ("m1", "m1", "m2")
        ]
        revoked = call(server, send, issued["bob"][0], make_request())
        read = call(server, stats, device)
        old_access = call(server, stats, access)
        exchanged = call(
            server, "/api/token/refresh/", body={"refresh": refresh}
        )
        new_access = exchanged.json()["access"]
        assert call(server, stats, new_access).status_code == 200
        tokens = call(server, "/app/claude-usage/tokens/", new_access).json()
        server.run_command("shell", "-c", PASSWORD_SCRIPT)
        refused = call(
            server, "/api/token/refresh/", body={"refresh": refresh}
        )
        ended = [call(server, stats, one) for one in (access, new_access)]

    assert [response.status_code for response in sent] == [200, 200, 403]
    assert revoked.json()["code"] == "token_revoked"
    assert read.json()["code"] == "token_scope"
    assert old_access.status_code == 200
    scopes = [token["scope"] for token in tokens["tokens"]]
    assert scopes == ["send", "refresh", "refresh"]
    assert tokens["tokens"][0]["machine_id"] == "m1"
    assert tokens["tokens"][0]["name"] == "laptop"
    assert refused.json()["code"] == "password_changed"
    assert [response.status_code for response in ended] == [401, 401]


def write_old_database(home: Path, env: dict[str, str]) -> dict[str, Any]:
    """Write a database of 0.1.0; return the tokens of each user."""
    output = subprocess.run(
        [sys.executable, "-c", OLD_SERVER_SCRIPT],
        env=os.environ | {"CLAUDE_TRAY_HOME": str(home)} | env,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return dict(json.loads(output.splitlines()[-1]))
