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

from claude_tray.domain.price_list import PriceTable
from claude_tray.server.accounts.models import User
from claude_tray.server.usage import reprice
from claude_tray.server.usage.models import Session, UsageSnapshot
from claude_tray.server.usage.queries import sums
from claude_tray.server.usage.queries.filters import Filters
from claude_tray.server.usage.receive import receive
from tests.support.sending import a_request, a_row
from tests.support.sent import (
    assert_sums_are_those_of_the_replies,
    decoded,
)
from tests.support.server import Api, access_of
from tests.support.serving import PASSWORD

if TYPE_CHECKING:
    from pathlib import Path

NOW = timezone.now()


def run(name: str, *words: str, given: str = "", **options: Any) -> str:
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdin", io.StringIO(given))
        call_command(name, *words, stdout=out, **options)
    return out.getvalue().strip()


def test_a_user_is_made_with_a_password_from_a_pipe() -> None:
    run("create_user", "grace", "--email", "grace@x.org", given=PASSWORD)

    user = User.objects.get(username="grace")
    assert user.email == "grace@x.org"
    assert user.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("words", "given", "told"),
    [
        (["taken"], PASSWORD, "already"),
        (["new1", "--email", "taken@x.org"], PASSWORD, "already exists"),
        (["new2", "--email", "nonsense"], PASSWORD, "valid email"),
        (["new3"], "short", "too short"),
        (["new4"], "", "No password"),
    ],
)
def test_a_user_that_cannot_be_is_refused_in_a_sentence(
    words: list[str],
    given: str,
    told: str,
) -> None:
    User.objects.get_or_create(username="taken", email="taken@x.org")

    with pytest.raises(CommandError, match=told):
        run("create_user", *words, given=given)


def test_a_token_works_until_it_is_revoked(ana: User) -> None:
    name = ana.username
    token = run("create_token", name, "--machine", "laptop", "--days", "30")
    agent = Api(token)

    before = agent.get("agent-sync/")
    run("revoke_token", name, "--machine", "laptop")
    after = agent.get("agent-sync/")

    assert before.status == 200
    assert (after.status, after.body["code"]) == (401, "token_revoked")
    with pytest.raises(CommandError, match="no valid token"):
        run("revoke_token", name, "--machine", "laptop")
    with pytest.raises(CommandError, match="There is no user"):
        run("create_token", "nobody")
    with pytest.raises(CommandError, match="--days"):
        run("create_token", name, "--days", "0")


def test_exports_hold_every_reply(ana: User) -> None:
    rows = [a_row(NOW - timedelta(minutes=n), f"msg_{n}") for n in range(3)]
    receive(ana, decoded(a_request(*rows)), NOW)

    table = list(csv.DictReader(io.StringIO(run("export", ana.username))))
    lines = run("export", ana.username, "--format", "json").splitlines()

    assert [row["timestamp"] for row in table] == sorted(
        json.loads(line)["timestamp"] for line in lines
    )
    assert table[0]["project"] == "shop"
    assert table[0]["cost_usd"] == json.loads(lines[0])["cost_usd"]


def test_other_prices_change_the_sums_with_the_replies(ana: User) -> None:
    receive(ana, decoded(a_request(a_row(NOW))), NOW)
    before = sums.total(Filters(ana.pk)).cost

    changed = sum(reprice.steps(ana.pk, PriceTable("none", {})))

    assert changed == 1
    assert sums.total(Filters(ana.pk)).cost is None
    assert_sums_are_those_of_the_replies(ana)
    assert "Repriced" in run("reprice")
    assert sums.total(Filters(ana.pk)).cost == before


def test_pruning_leaves_the_sums_and_takes_nothing_twice(ana: User) -> None:
    old, new = NOW - timedelta(days=100), NOW - timedelta(days=1)
    request = a_request(a_row(old, "msg_1"), a_row(new, "msg_2"))
    receive(ana, decoded(request), NOW)
    before = Session.objects.get(user=ana)

    run("prune", "--older-than", "90")
    again = receive(ana, decoded(request), NOW)
    receive(ana, decoded(a_request(a_row(NOW, "msg_3"))), NOW)

    after = Session.objects.get(user=ana)
    assert UsageSnapshot.objects.filter(user=ana).count() == 2
    assert (again.created, again.unchanged) == (0, 2)
    assert after.first_ms == before.first_ms
    assert after.messages == 3
    with pytest.raises(CommandError, match="at least 60"):
        run("prune", "--older-than", "7")


def test_the_local_folder_is_read_and_read_again(
    ana: User,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CLAUDE_PATH", str(tmp_path))
    monkeypatch.setenv("CLAUDE_TRAY_HOME", str(tmp_path / "own"))
    with pytest.raises(CommandError, match="no Claude folder"):
        run("update_claude_data", "--user", ana.username)
    folder = tmp_path / "projects" / "-home-ana-shop"
    folder.mkdir(parents=True)
    line = a_row(NOW, "msg_1") | {
        "type": "assistant",
        "cwd": "/home/ana/shop",
        "sessionId": "s1",
    }
    transcript = folder / "s1.jsonl"
    transcript.write_text(json.dumps(line) + "\n")

    first = run("update_claude_data", "--user", ana.username, verbose=True)
    with transcript.open("a") as file:
        file.write(json.dumps(line | a_row(NOW, "msg_2")) + "\n")
    second = run("update_claude_data", "--user", ana.username)

    assert "1 messages added" in first
    assert "Read 1 files: 1 messages added" in second
    body = Api(access_of(ana)).get("projects/shop/").body
    assert body["path"] == "~/.claude/projects/-home-ana-shop"
    assert body["total_messages"] == 2
    with pytest.raises(CommandError, match="no such user"):
        run("update_claude_data", "--user", "nobody")
