from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from claude_tray.server.teams import audit, data_export
from claude_tray.server.teams.audit import Action
from claude_tray.server.teams.models import Role
from tests.server.teams.roster import add_member, make_team
from tests.server.teams.usage_samples import store_usage
from tests.support.server_api import create_device_token, make_user

if TYPE_CHECKING:
    import pytest


NOW = timezone.now()


def test_the_archive_has_all_of_a_user_and_nothing_of_others() -> None:
    ada, bob = make_user("ada"), make_user("bob")
    team = make_team("Platform")
    for user in (ada, bob):
        add_member(team, user, Role.LEAD)
        create_device_token(user, f"laptop of {user.username}")
        audit.record(user, Action.TOKEN_CREATED, "laptop", team=team)
    store_usage(ada, NOW, project="=HYPERLINK(1)", input_tokens=11)
    store_usage(ada, NOW - timedelta(days=1), input_tokens=22)
    store_usage(bob, NOW, project="secret", input_tokens=33)

    data = b"".join(data_export.iter_archive(ada))

    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.testzip() is None
    account = json.loads(archive.read("account.json"))
    assert account["email"] == ada.email
    assert account["teams"][0]["role"] == "lead"
    assert [token["name"] for token in account["tokens"]] == [
        f"laptop of {ada.username}"
    ]
    assert [machine["machine_id"] for machine in account["machines"]]
    assert {entry["action"] for entry in account["log"]} == {"token.created"}
    usage = archive.read("usage.csv").decode()
    rows = list(csv.DictReader(io.StringIO(usage)))
    assert [row["input_tokens"] for row in rows] == ["22", "11"]
    assert rows[1]["project"] == "'=HYPERLINK(1)"
    days = csv.DictReader(io.StringIO(archive.read("days.csv").decode()))
    assert [row["messages"] for row in days] == ["1", "1"]
    assert bob.username not in data.decode("latin-1")
    assert "secret" not in usage


def test_a_large_archive_is_yielded_in_chunks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(data_export, "_CHUNK_BYTES", 100)
    ada = make_user("ada")
    for number in range(30):
        store_usage(ada, NOW, project=f"{number}" * 120)

    chunks = list(data_export.iter_archive(ada))

    assert len(chunks) > 1
    archive = zipfile.ZipFile(io.BytesIO(b"".join(chunks)))
    assert archive.read("usage.csv").count(b"\n") == 31
