"""Change teams, users and one's own data on the pages."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from claude_tray.server.accounts.models import ApiToken, User
from claude_tray.server.teams import audit, invitations
from claude_tray.server.teams.models import (
    Budget,
    Invitation,
    Membership,
    NamedAccount,
    Role,
    Team,
)
from tests.server.dashboard.page_client import fetch_text, make_browser
from tests.server.teams.roster import (
    Roster,
    add_member,
    make_roster,
    make_team,
)
from tests.server.teams.usage_samples import store_usage
from tests.support.server_api import create_device_token, make_user
from tests.support.server_process import PASSWORD

if TYPE_CHECKING:
    from django.test import Client

    from tests.support.mail_server import MailServer


@pytest.fixture
def roster() -> Roster:
    return make_roster()


def send(client: Client, path: str, **data: str) -> str:
    """Send a form; return the page that follows."""
    response = client.post(path, data, follow=True)
    assert response.status_code == 200, path
    return response.content.decode()


def test_an_invitation_is_shown_once_and_accepted_by_a_new_user(
    roster: Roster,
) -> None:
    admin = make_browser(roster.users["admin1"])
    people = f"/team/{roster.team.pk}/people/"
    text = send(
        admin, f"/team/{roster.team.pk}/invite/", role="lead", email="e@x.org"
    )
    link = re.findall(r"http://localhost(/join/[\w-]+/)", text)[0]
    assert link not in fetch_text(admin, people)
    assert "e@x.org" in fetch_text(admin, people)

    guest = make_browser()
    page = fetch_text(guest, link)
    assert "Join Platform" in page
    assert 'value="e@x.org"' in page
    text = send(guest, link, username="", email="no", password="short")
    assert text.count('role="alert"') == 2
    assert Invitation.objects.get(team=roster.team).accepted_at is None
    name = f"grace{roster.team.pk}"
    response = guest.post(
        link,
        {"username": name, "email": f"{name}@x.org", "password": PASSWORD},
    )
    assert response.headers["Location"] == f"/team/{roster.team.pk}/"
    assert guest.get(response.headers["Location"]).status_code == 200
    member = Membership.objects.get(user__username=name)
    assert (member.role, member.is_managed) == ("lead", True)
    assert guest.get(link).status_code == 404
    assert make_browser().post(link).status_code == 404


def test_a_signed_in_user_joins_with_one_click(roster: Roster) -> None:
    token = invitations.create_invitation(
        None, roster.team, Role.MEMBER, timezone.now()
    )
    outsider = make_browser(roster.users["outsider"])
    page = fetch_text(outsider, f"/join/{token}/")
    assert f"Join as {roster.users['outsider'].username}" in page

    text = send(outsider, f"/join/{token}/")

    assert "Platform" in text
    assert roster.get_membership("outsider").is_managed is False


def test_a_member_cannot_use_up_an_invitation(roster: Roster) -> None:
    token = invitations.create_invitation(
        None, roster.team, Role.ADMIN, timezone.now()
    )
    text = send(make_browser(roster.users["member1"]), f"/join/{token}/")

    assert "already a member" in text


def test_the_link_is_not_sent_to_other_sites_as_referrer(
    roster: Roster,
) -> None:
    token = invitations.create_invitation(
        None, roster.team, Role.ADMIN, timezone.now()
    )
    response = make_browser().get(f"/join/{token}/")

    assert response.headers["Referrer-Policy"] == "same-origin"
    form = {"username": "a\0", "email": "a@x.org", "password": PASSWORD}
    assert make_browser().post(f"/join/{token}/", form).status_code == 404


def test_an_invitation_is_mailed(
    roster: Roster, mail_server: MailServer
) -> None:
    admin = make_browser(roster.users["admin1"])
    text = send(
        admin,
        f"/team/{roster.team.pk}/invite/",
        role="member",
        email="e@x.org",
    )

    assert "was sent to e@x.org" in text
    assert "/join/" not in text
    (mail,) = mail_server.mails
    assert mail.recipient == "e@x.org"
    assert "http://localhost/join/" in mail.text
    invitation = Invitation.objects.get(team=roster.team)
    text = send(
        admin, f"/team/{roster.team.pk}/invitations/{invitation.pk}/revoke/"
    )
    assert "The invitation is revoked." in text


def test_roles_and_memberships_are_changed(roster: Roster) -> None:
    admin = make_browser(roster.users["admin1"])
    base = f"/team/{roster.team.pk}/people"
    member, other = roster.users["member1"], roster.users["admin2"]
    send(admin, f"{base}/{member.pk}/role/", role="lead")
    assert roster.get_membership("member1").role == "lead"
    assert (
        admin.post(f"{base}/{member.pk}/role/", {"role": "king"}).status_code
        == 404
    )
    send(admin, f"{base}/{other.pk}/remove/")
    text = send(admin, f"/team/{roster.team.pk}/leave/")
    assert "The team needs an admin." in text
    text = send(make_browser(member), f"/team/{roster.team.pk}/leave/")
    assert "You are in no team" in text


def test_budgets_and_names_are_set(roster: Roster) -> None:
    lead = make_browser(roster.users["lead1"])
    member = roster.users["member1"]
    store_usage(member, timezone.now(), account="acc1", project="shop")
    base, url = f"/team/{roster.team.pk}", f"/team/{roster.team.pk}/budgets/"
    send(lead, f"{base}/accounts/name/", key="acc1", name="Seat 1")
    for target, label in (
        ("team:", "Weekly budget of the team"),
        (f"member:{member.pk}", f"Weekly budget of {member.username}"),
        ("project:shop", "Weekly budget of project shop"),
        ("account:acc1", "Weekly budget of Seat 1"),
    ):
        text = send(
            lead,
            f"{base}/budgets/set/",
            target=target,
            amount="2.50",
            unit="usd",
            period="week",
        )
        assert label in text
        assert "$2.50" in text
    budget = Budget.objects.filter(team=roster.team).first()
    assert budget is not None
    send(lead, f"{base}/budgets/{budget.pk}/delete/")
    assert Budget.objects.filter(team=roster.team).count() == 3
    text = send(
        lead,
        f"{base}/budgets/set/",
        target="team:",
        amount="lots",
        unit="usd",
        period="week",
    )
    assert "lots is not a valid budget" in text
    for wrong in (
        {"target": "team:", "unit": "eur", "period": "week"},
        {"target": "x", "unit": "usd", "period": "week"},
        {"target": "member:9" + "9" * 30, "unit": "usd", "period": "day"},
        {"target": "team:", "unit": "usd", "period": ""},
    ):
        form = {"amount": "1", **wrong}
        assert lead.post(f"{base}/budgets/set/", form).status_code == 404
    send(lead, f"{base}/accounts/name/", key="acc1", name="")
    assert not NamedAccount.objects.filter(team=roster.team).exists()
    for key in ("unknown", "", "a\0"):
        text = send(lead, f"{base}/accounts/name/", key=key, name="x")
        assert "No member of this team uses that account." in text
    assert fetch_text(lead, url)


def test_settings_are_changed_and_the_webhook_gets_a_new_secret(
    roster: Roster,
) -> None:
    admin = make_browser(roster.users["admin1"])
    url = f"/team/{roster.team.pk}/settings/change/"
    form = {
        "name": "Infra",
        "time_zone": "Europe/Berlin",
        "language": "de",
        "webhook_url": "https://hooks.example.org/x",
    }
    assert "Saved." in send(admin, url, **form)
    team = Team.objects.get(pk=roster.team.pk)
    assert (team.name, team.has_limit_alerts) == ("Infra", False)
    first = team.webhook_secret
    assert len(first) >= 32
    send(admin, url, **form)
    team.refresh_from_db()
    assert team.webhook_secret == first
    send(admin, url, **form | {"webhook_url": "https://hooks.example.org/y"})
    team.refresh_from_db()
    assert team.webhook_secret not in ("", first)
    text = send(admin, url, **form | {"webhook_url": "http://10.0.0.1/"})
    assert "Webhooks cannot be sent to http://10.0.0.1/." in text
    text = send(admin, url, **form | {"time_zone": "Mars"})
    assert "There is no time zone Mars." in text
    send(admin, url, **form | {"webhook_url": ""})
    team.refresh_from_db()
    assert team.webhook_secret == ""


def test_a_team_is_deleted_after_its_name_is_entered(roster: Roster) -> None:
    admin = make_browser(roster.users["admin1"])
    url = f"/team/{roster.team.pk}/delete/"
    assert "nothing was deleted" in send(admin, url, name="platform")
    assert "The team is deleted." in send(admin, url, name="Platform")
    assert not Team.objects.filter(pk=roster.team.pk).exists()


def test_the_log_shows_who_did_what(roster: Roster) -> None:
    admin = make_browser(roster.users["admin1"])
    member = roster.users["member1"]
    send(
        admin,
        f"/team/{roster.team.pk}/people/{member.pk}/role/",
        role="lead",
    )
    text = fetch_text(admin, f"/team/{roster.team.pk}/log/")

    assert "role.changed" in text
    assert member.username in text


USER_PATHS = ["", "rename/", "active/", "delete/", "tokens/x/revoke/"]


@pytest.mark.parametrize("path", USER_PATHS)
@pytest.mark.parametrize(
    "actor", ["member1", "lead1", "admin1", "outsider", "other"]
)
def test_users_are_managed_by_nobody_else(
    roster: Roster, path: str, actor: str
) -> None:
    """The subject has joined with an account that the team does not own."""
    other = make_team("Other")
    roster.users["other"] = make_user("other")
    add_member(other, roster.users["other"], Role.ADMIN)
    subject = roster.users["member2"]
    client = make_browser(roster.users[actor])

    url = f"/users/{subject.pk}/{path}"
    response = client.post(url, {"confirm": subject.username, "name": "x"})
    assert response.status_code in (404, 405)
    assert client.get(url).status_code in (404, 405)
    assert User.objects.get(pk=subject.pk).is_active
    assert client.get("/users/").status_code == 403


@pytest.mark.parametrize("actor", ["admin1", "staff"])
def test_a_managed_user_is_renamed_deactivated_and_deleted(
    roster: Roster, actor: str
) -> None:
    roster.users["staff"] = make_user("staff", is_staff=True)
    subject = make_user("subject")
    add_member(roster.team, subject, is_managed=True)
    create_device_token(subject, "laptop of subject")
    client, base = make_browser(roster.users[actor]), f"/users/{subject.pk}/"
    name = f"{subject.username}-new"

    users = fetch_text(client, f"/users/?q={subject.username}")
    assert f'href="/users/{subject.pk}/"' in users
    assert "No results." in fetch_text(client, "/users/?q=nobody-there")
    assert "laptop of subject" in fetch_text(client, base)
    assert name in send(client, f"{base}rename/", name=name)
    assert "Enter a valid username" in send(
        client, f"{base}rename/", name="two words"
    )
    token = ApiToken.objects.get(user=subject)
    text = send(client, f"{base}tokens/{token.jti}/revoke/")
    assert "no longer works" in text
    assert "deactivated" in send(client, f"{base}active/", active="0")
    assert not User.objects.get(pk=subject.pk).is_active
    send(client, f"{base}active/", active="1")
    assert User.objects.get(pk=subject.pk).is_active
    assert "nothing was deleted" in send(client, f"{base}delete/", confirm="x")
    send(client, f"{base}delete/", confirm=name)
    assert not User.objects.filter(pk=subject.pk).exists()
    actions = {e.action for e in audit.list_all_entries()[:10]}
    assert actions >= {
        *("user.renamed", "token.revoked", "user.deactivated"),
        *("user.activated", "user.deleted"),
    }


def test_staff_do_not_lock_themselves_out() -> None:
    staff = make_user("staff", is_staff=True)
    client = make_browser(staff)
    text = send(client, f"/users/{staff.pk}/active/", active="0")

    assert "You cannot deactivate yourself." in text
    assert User.objects.get(pk=staff.pk).is_active


def test_one_exports_and_deletes_ones_own_data() -> None:
    ada = make_user("ada")
    store_usage(ada, timezone.now(), project="shop")
    client = make_browser(ada)
    assert "Export my data" in fetch_text(client, "/my-data/")
    response = client.post("/my-data/export/")
    archive = zipfile.ZipFile(io.BytesIO(response.getvalue()))
    assert b"shop" in archive.read("usage.csv")
    assert client.get("/my-data/export/").status_code == 405

    text = send(client, "/my-data/delete/", confirm="somebody")
    assert "nothing was deleted" in text
    response = client.post("/my-data/delete/", {"confirm": ada.username})
    assert response.headers["Location"] == "/sign-in/"
    assert not User.objects.filter(pk=ada.pk).exists()
    assert client.get("/my-data/").status_code == 302


@pytest.mark.parametrize(
    "path", ["/team/", "/users/", "/my-data/", "/users/1/", "/team/1/"]
)
def test_pages_need_a_sign_in(path: str) -> None:
    response = make_browser().get(path)

    assert response.headers["Location"].startswith("/sign-in/")
