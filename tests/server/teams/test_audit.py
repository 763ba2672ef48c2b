from __future__ import annotations

from claude_tray.server.teams import audit
from claude_tray.server.teams.audit import Action
from claude_tray.server.teams.models import AuditEntry, Role
from tests.server.teams.roster import add_member, make_roster, make_team
from tests.support.server_api import make_user


def test_an_entry_keeps_who_did_what_to_whom() -> None:
    roster = make_roster()
    admin, member = roster.users["admin1"], roster.users["member1"]

    audit.record(admin, Action.ROLE_CHANGED, member, "lead", team=roster.team)
    audit.record(None, "user.created", "grace")

    newest, older = audit.list_all_entries()[:2]
    assert (newest.actor_name, newest.action, newest.target) == (
        *("", "user.created", "grace"),
    )
    assert (older.actor, older.subject, older.target, older.detail) == (
        *(admin, member, member.username, "lead"),
    )
    assert list(audit.list_team_entries(roster.team)) == [older]


def test_control_characters_and_long_texts_are_stored_safely() -> None:
    audit.record(None, Action.ACCOUNT_NAMED, "\x1b[2J" + "x" * 999, "\0" * 999)

    entry = audit.list_all_entries()[0]
    assert entry.target.startswith("␛[2J")
    assert (len(entry.target), len(entry.detail)) == (255, 500)
    assert "\0" not in entry.detail


def test_a_team_sees_entries_about_the_users_it_manages_only() -> None:
    team, other = make_team(), make_team("Other")
    managed, joined = make_user("managed"), make_user("joined")
    add_member(team, managed, is_managed=True)
    add_member(team, joined, Role.ADMIN)
    audit.record(managed, Action.TOKEN_CREATED, "laptop")
    audit.record(joined, Action.TOKEN_CREATED, "laptop")
    audit.record(None, Action.USER_RENAMED, managed)
    audit.record(managed, Action.MEMBER_JOINED, team=other)

    assert [e.action for e in audit.list_team_entries(team)] == [
        "user.renamed",
        "token.created",
    ]


def test_the_name_of_a_deleted_user_is_forgotten() -> None:
    team, actor, subject = make_team(), make_user("a"), make_user("s")
    audit.record(actor, Action.ROLE_CHANGED, subject, "s: lead", team=team)
    entries = AuditEntry.objects.filter(team=team)

    audit.forget_user(subject)
    subject.delete()
    entry = entries.get()
    assert (entry.actor_name, entry.target, entry.detail) == (
        *(actor.username, "", ""),
    )

    audit.forget_user(actor)
    actor.delete()
    entry = entries.get()
    assert (entry.actor, entry.actor_name) == (None, "")
