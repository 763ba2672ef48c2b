from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from claude_tray.core.price_table import PriceTable
from claude_tray.server.accounts.models import ApiToken, User
from claude_tray.server.usage.ingest import store_request
from claude_tray.server.usage.maintenance import reprice_records
from claude_tray.server.usage.models import Session, UsageSnapshot
from claude_tray.server.usage.queries import aggregates
from claude_tray.server.usage.queries.filters import Filters
from tests.support.request_json import make_request, make_row
from tests.support.server_api import (
    ApiClient,
    create_access_token,
    create_device_token,
)
from tests.support.server_process import PASSWORD
from tests.support.server_records import (
    assert_aggregates_match_snapshots,
    decode_request,
)

if TYPE_CHECKING:
    from pathlib import Path


NOW = timezone.now()


def run_command(name: str, *args: str, stdin: str = "", **options: Any) -> str:
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdin", io.StringIO(stdin))
        call_command(name, *args, stdout=out, **options)
    return out.getvalue().strip()


def test_a_user_is_created_with_a_piped_password() -> None:
    run_command(
        "create_user", "grace", "--email", "grace@x.org", stdin=PASSWORD
    )

    user = User.objects.get(username="grace")
    assert user.email == "grace@x.org"
    assert user.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("args", "given", "message"),
    [
        (["lucy"], PASSWORD, "already"),
        (["new1", "--email", "lucy@x.org"], PASSWORD, "already exists"),
        (["new2", "--email", "nonsense"], PASSWORD, "valid email"),
        (["new3"], "short", "too short"),
        (["new4"], "", "No password"),
    ],
)
def test_an_invalid_user_is_rejected_with_a_sentence(
    args: list[str],
    given: str,
    message: str,
) -> None:
    User.objects.get_or_create(
        username="lucy", defaults={"email": "lucy@x.org"}
    )

    with pytest.raises(CommandError, match=message):
        run_command("create_user", *args, stdin=given)


def test_a_token_works_until_it_is_revoked(ana: User) -> None:
    name = ana.username
    token = run_command(
        "create_token", name, "--machine", "laptop", "--days", "30"
    )
    agent = ApiClient(token)

    before = agent.get("agent-sync/")
    run_command("revoke_token", name, "--machine", "laptop")
    after = agent.get("agent-sync/")

    assert before.status == 200
    assert (after.status, after.body["code"]) == (401, "token_revoked")
    with pytest.raises(CommandError, match="no valid token"):
        run_command("revoke_token", name, "--machine", "laptop")
    with pytest.raises(CommandError, match="There is no user"):
        run_command("create_token", "nobody")
    with pytest.raises(CommandError, match="--days"):
        run_command("create_token", name, "--days", "0")


def test_tokens_are_listed_and_revoked_by_id(ana: User) -> None:
    name = ana.username
    reader = run_command(
        "create_token", name, "--scope", "read", "--name", "Grafana"
    )
    run_command("create_token", name)
    api = ApiClient(reader)
    api.get("stats/")
    program = ApiClient(create_access_token(ana))
    program.get("stats/")

    header, *rows = run_command("list_tokens", name).splitlines()
    by_scope = {row.split()[1]: row.split() for row in rows}
    assert header.split()[:2] == ["ID", "SCOPE"]
    assert set(by_scope) == {"send", "read", "refresh"}
    assert by_scope["send"][2] == "never"
    assert by_scope["read"][-1] == "Grafana"
    for scope, client in (("read", api), ("refresh", program)):
        run_command("revoke_token", name, "--id", by_scope[scope][0])
        assert client.get("stats/").body["code"] == "token_revoked"
        with pytest.raises(CommandError, match="no valid token"):
            run_command("revoke_token", name, "--id", by_scope[scope][0])
    assert "read" not in run_command("list_tokens", name)
    again = ApiClient(create_access_token(ana))
    again.get("stats/")
    signed_out = run_command("revoke_token", name, "--programs")
    assert signed_out == "Signed out 1 program(s)."
    assert again.get("stats/").status == 401
    ApiToken.objects.filter(user=ana, scope="send").update(expires_at=NOW)
    everything = run_command("list_tokens", name, "--all")
    assert "revoked" in everything
    assert "expired" in everything
    with pytest.raises(CommandError, match="printable"):
        run_command("create_token", name, "--name", "x" * 256)


def test_a_machine_is_revoked_and_allowed_again(ana: User) -> None:
    name, agent = ana.username, ApiClient(create_device_token(ana))
    body = make_request(make_row(NOW), machine_id="m1")
    agent.post("agent-sync/", body)

    run_command("revoke_machine", name, "m1")
    refused = agent.post("agent-sync/", body)
    run_command("allow_machine", name, "m1")

    assert refused.body["code"] == "machine_revoked"
    assert agent.post("agent-sync/", body).status == 200
    for command in ("revoke_machine", "allow_machine"):
        with pytest.raises(CommandError, match="no machine m2"):
            run_command(command, name, "m2")


def test_exports_contain_every_record(ana: User) -> None:
    rows = [make_row(NOW - timedelta(minutes=n), f"msg_{n}") for n in range(3)]
    store_request(ana, decode_request(make_request(*rows)), NOW)

    table = list(
        csv.DictReader(io.StringIO(run_command("export", ana.username)))
    )
    lines = run_command(
        "export", ana.username, "--format", "json"
    ).splitlines()

    assert [row["timestamp"] for row in table] == sorted(
        json.loads(line)["timestamp"] for line in lines
    )
    assert table[0]["project"] == "shop"
    assert table[0]["cost_usd"] == json.loads(lines[0])["cost_usd"]


def test_repricing_updates_records_and_sums(ana: User) -> None:
    store_request(ana, decode_request(make_request(make_row(NOW))), NOW)
    before = aggregates.compute_total(Filters(ana.pk)).cost

    changed = sum(reprice_records(ana.pk, PriceTable("none", {})))

    assert changed == 1
    assert aggregates.compute_total(Filters(ana.pk)).cost is None
    assert_aggregates_match_snapshots(ana)
    assert "Repriced" in run_command("reprice")
    assert aggregates.compute_total(Filters(ana.pk)).cost == before


def test_pruning_keeps_the_sums_and_rejects_old_records(ana: User) -> None:
    old, new = NOW - timedelta(days=100), NOW - timedelta(days=1)
    request = make_request(make_row(old, "msg_1"), make_row(new, "msg_2"))
    store_request(ana, decode_request(request), NOW)
    before = Session.objects.get(user=ana)

    run_command("prune", "--older-than", "90")
    again = store_request(ana, decode_request(request), NOW)
    store_request(
        ana, decode_request(make_request(make_row(NOW, "msg_3"))), NOW
    )

    after = Session.objects.get(user=ana)
    assert UsageSnapshot.objects.filter(user=ana).count() == 2
    assert (again.created, again.unchanged) == (0, 2)
    assert after.first_ms == before.first_ms
    assert after.messages == 3
    with pytest.raises(CommandError, match="at least 60"):
        run_command("prune", "--older-than", "7")


def test_the_local_folder_is_ingested_incrementally(
    ana: User,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CLAUDE_PATH", str(tmp_path))
    monkeypatch.setenv("CLAUDE_TRAY_HOME", str(tmp_path / "own"))
    with pytest.raises(CommandError, match="no Claude folder"):
        run_command("update_claude_data", "--user", ana.username)
    folder = tmp_path / "projects" / "-home-ana-shop"
    folder.mkdir(parents=True)
    line = make_row(NOW, "msg_1") | {
        "type": "assistant",
        "cwd": "/home/ana/shop",
        "sessionId": "s1",
    }
    transcript = folder / "s1.jsonl"
    transcript.write_text(json.dumps(line) + "\n")

    first = run_command(
        "update_claude_data", "--user", ana.username, verbose=True
    )
    with transcript.open("a") as file:
        file.write(json.dumps(line | make_row(NOW, "msg_2")) + "\n")
    second = run_command("update_claude_data", "--user", ana.username)

    assert "1 messages added" in first
    assert "Read 1 files: 1 messages added" in second
    body = ApiClient(create_access_token(ana)).get("projects/shop/").body
    assert body["path"] == "~/.claude/projects/-home-ana-shop"
    assert body["total_messages"] == 2
    with pytest.raises(CommandError, match="no such user"):
        run_command("update_claude_data", "--user", "nobody")


def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "--check", "--dry-run")
