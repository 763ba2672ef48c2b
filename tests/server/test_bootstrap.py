from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.support.server_process import run_server

MANAGE = Path(__file__).parents[2] / "packaging" / "server" / "manage.py"
# The first description's recipe, word for word.
RECIPE = """
from restAPI.models import CustomUser
from rest_framework_simplejwt.tokens import RefreshToken
user = CustomUser.objects.get(email="ana@example.org")
refresh = RefreshToken.for_user(user)
print(f"Access Token: {refresh.access_token}")
print(f"Refresh Token: {refresh}")
"""


def test_an_own_secret_key_needs_no_existing_folder(tmp_path: Path) -> None:
    home = tmp_path / "not" / "there"

    with run_server(home, CLAUDE_TRAY_SECRET_KEY="k" * 60) as live_server:
        response = requests.get(f"{live_server.url}/readyz", timeout=30)

    assert response.status_code == 200
    assert not list(home.rglob("server-secret-key"))


@pytest.mark.parametrize(
    "command",
    [
        [str(MANAGE), "shell"],
        ["-m", "claude_tray.server", "shell"],
        ["-m", "claude_tray", "server", "shell"],
    ],
    ids=["manage.py", "claude_tray.server", "claude-tray server"],
)
def test_the_recipe_of_the_first_description_works(
    tmp_path: Path, command: list[str]
) -> None:
    with run_server(tmp_path) as server:
        server.create_user("ana", "--email", "ana@example.org")
        output = subprocess.run(
            [sys.executable, *command],
            input=RECIPE,
            env=os.environ | {"CLAUDE_TRAY_HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        tokens = dict(
            line.removeprefix(">>> ").split(" Token: ")
            for line in output.splitlines()
            if " Token: " in line
        )
        stats = requests.get(
            f"{server.url}/app/claude-usage/stats/",
            headers={"Authorization": f"Bearer {tokens['Access']}"},
            timeout=30,
        )
        refreshed = requests.post(
            f"{server.url}/api/token/refresh/",
            json={"refresh": tokens["Refresh"]},
            timeout=30,
        )

    assert stats.status_code == 200
    assert refreshed.status_code == 200
