from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from claude_tray.server.accounts.models import User
from claude_tray.server.teams import invitations
from claude_tray.server.teams.models import Membership, Role, Team
from tests.server.teams.roster import add_member, make_team
from tests.server.teams.usage_samples import store_limit, store_usage
from tests.support.server_api import make_user

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.mail_server import MailServer


def run_command(name: str, *args: str) -> str:
    out = io.StringIO()
    call_command(name, *args, stdout=out)
    return out.getvalue().strip()


def test_a_team_is_managed_by_commands() -> None:
    ada, bob = make_user("ada").username, make_user("bob").username
    text = run_command(
        *("team", "create", "Data", "--admin", ada),
        *("--time-zone", "Europe/Berlin"),
    )
    number = re.findall(r"number (\d+)", text)[0]

    assert run_command("team", "add", number, bob) == (
        f"{bob} is member of Data."
    )
    run_command("team", "role", number, bob, "--role", "lead")
    assert run_command("team", "show", number).splitlines() == [
        f"{ada}\tadmin",
        f"{bob}\tlead",
    ]
    assert f"{number}\tData\t2" in run_command("team", "list")
    run_command("team", "remove", number, bob)
    assert run_command("team", "show", number) == f"{ada}\tadmin"
    log = run_command("audit-log".replace("-", "_"), "--team", number)
    assert [line.split("\t")[2] for line in log.splitlines()] == [
        *("member.removed", "role.changed", "member.joined"),
        *("member.joined", "team.created"),
    ]
    run_command("team", "delete", number)
    assert not Team.objects.filter(pk=number).exists()


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["show", "Nowhere"], "no team Nowhere"),
        (["show", "9" * 30], "no team 9"),
        (["show", "Twin"], "Several teams"),
        (["add", "Solo", "nobody"], "no user nobody"),
        (["role", "Solo", "outsider7"], "no member"),
        (["remove", "Solo", "admin7"], "needs an admin"),
        (["create", "", "--admin", "admin7"], "Enter a name"),
        (["invite", "Solo", "--email", "x"], "is not an e-mail address"),
        (["add", "Solo", "admin7", "--role", "king"], "invalid choice"),
        ([], "required"),
    ],
)
def test_mistakes_are_explained(args: list[str], message: str) -> None:
    Team.objects.filter(name__in=("Solo", "Twin")).delete()
    make_team("Twin")
    make_team("Twin")
    for name in ("admin7", "outsider7"):
        User.objects.get_or_create(
            username=name, defaults={"email": f"{name}@example.org"}
        )
    admin = User.objects.get(username="admin7")
    add_member(make_team("Solo"), admin, Role.ADMIN)

    with pytest.raises(CommandError, match=message):
        run_command("team", *args)


def test_an_invitation_is_printed_or_mailed(mail_server: MailServer) -> None:
    team = make_team()
    link = run_command("team", "invite", str(team.pk), "--role", "lead")
    prefix = "https://usage.example.org/join/"
    assert link.startswith(prefix)
    token = link.removeprefix(prefix).rstrip("/")
    assert invitations.find_open_invitation(token, timezone.now())

    text = run_command(
        "team", "invite", str(team.pk), "--email", "eve@example.org"
    )
    assert text == "Mailed the invitation to eve@example.org."
    assert prefix in mail_server.mails[0].text

    mail_server.refuses = True
    text = run_command(
        "team", "invite", str(team.pk), "--email", "eve@example.org"
    )
    assert text.startswith(prefix)


def test_without_an_address_of_the_server_the_path_is_printed() -> None:
    text = run_command("team", "invite", str(make_team().pk))

    assert re.fullmatch(r"/join/[\w-]+/ \(on this server\)", text)


def test_users_are_managed_by_commands(tmp_path: Path) -> None:
    name = make_user("ada").username
    assert f"{name}\t{name}@example.org\tactive\tnever" in run_command(
        "list_users"
    )
    run_command("rename_user", name, f"{name}x")
    run_command("deactivate_user", f"{name}x")
    assert f"{name}x\t" in run_command("list_users", "--inactive")
    run_command("activate_user", f"{name}x")
    assert f"{name}x\t" not in run_command("list_users", "--inactive")
    archive = tmp_path / "data.zip"
    run_command("export_user_data", f"{name}x", str(archive))
    assert zipfile.ZipFile(archive).testzip() is None
    with pytest.raises(CommandError, match="Cannot write"):
        run_command("export_user_data", f"{name}x", str(archive))
    with pytest.raises(CommandError, match="already exists"):
        run_command("rename_user", f"{name}x", make_user("taken").username)
    with pytest.raises(CommandError, match="Add --yes"):
        run_command("delete_user", f"{name}x")
    run_command("delete_user", f"{name}x", "--yes")
    assert not User.objects.filter(username=f"{name}x").exists()
    log = run_command("audit_log", "--count", "1")
    assert log.split("\t")[1:3] == ["-", "user.deleted"]


@pytest.mark.parametrize("answer", ["right", "wrong"])
def test_a_deletion_is_confirmed_with_the_name(
    monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    name = make_user("ada").username
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", terminal)
    text = name if answer == "right" else "no"
    monkeypatch.setattr("builtins.input", lambda _: text)

    if answer == "wrong":
        with pytest.raises(CommandError, match="Nothing was deleted"):
            run_command("delete_user", name)
    else:
        run_command("delete_user", name)
    assert User.objects.filter(username=name).exists() == (answer == "wrong")


def test_alerts_and_reports_are_sent_by_commands(
    mail_server: MailServer,
) -> None:
    Team.objects.all().delete()
    team, ada = make_team(), make_user("ada")
    add_member(team, ada, Role.ADMIN)
    store_usage(ada, timezone.now())
    store_limit(ada, "a", 95)

    assert run_command("check_alerts") == "Sent 1 alerts."
    assert run_command("check_alerts") == "Sent 0 alerts."
    assert run_command("send_reports") == "Reports of 1 teams, 1 mails sent."
    assert run_command("send_reports") == "Reports of 0 teams, 0 mails sent."
    assert len(mail_server.mails) == 2
    assert Membership.objects.filter(team=team).exists()


def test_reports_need_a_mail_server() -> None:
    with pytest.raises(CommandError, match="CLAUDE_TRAY_EMAIL_URL"):
        run_command("send_reports")
