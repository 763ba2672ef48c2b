"""The same folder is one project, whatever its senders call it."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claude_tray.server.usage.ingest import store_request
from claude_tray.server.usage.models import (
    Project,
    ProjectPath,
    RetiredName,
    Session,
)
from claude_tray.server.usage.projects import join_projects
from tests.support.request_json import make_request, make_row
from tests.support.server_api import ApiClient, create_access_token, make_user
from tests.support.server_records import (
    assert_aggregates_match_snapshots,
    decode_request,
)

if TYPE_CHECKING:
    from claude_tray.server.accounts.models import User


NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
FOLDER = "-home-dev-work-proj0"
PATH = f"~/.claude/projects/{FOLDER}"
_numbers = itertools.count()


def _send(user: User, *names: tuple[str, str], session: str = "") -> None:
    """Send one row of each project, as (name, path)."""
    projects: list[Any] = []
    for name, path in names:
        number = next(_numbers)
        row = make_row(NOW - timedelta(seconds=number), f"msg_{number}")
        body = make_request(row, project=name, session=session or f"s{number}")
        body["projects"][0]["path"] = path
        projects += body["projects"]
    store_request(user, decode_request({"projects": projects}), NOW)


def _list_projects(user: User) -> dict[str, int]:
    """Return the number of messages by project, as the API lists them."""
    body = ApiClient(create_access_token(user)).get("projects/").body
    return {
        project["name"]: project["total_messages"]
        for project in body["projects"]
    }


LABEL = ("proj0", PATH)
LONG_LABEL = ("work \N{MIDDLE DOT} proj0", PATH)
FOLDER_NAME = (FOLDER, PATH)
OTHER_FOLDER = (FOLDER, f"/home/dev/.claude/projects/{FOLDER}")
REAL_PATH = ("proj0", "/home/dev/work/proj0")
WORKTREE = ("fix", f"{PATH}--claude-worktrees-fix")
RAW_WORKTREE = (f"{FOLDER}--worktrees-fix", f"{PATH}--worktrees-fix")
SAME = (
    LABEL,
    FOLDER_NAME,
    OTHER_FOLDER,
    REAL_PATH,
    WORKTREE,
    RAW_WORKTREE,
)


@pytest.mark.parametrize("order", list(itertools.permutations(SAME, 3))[::5])
def test_the_same_folder_is_one_project_in_any_order(
    ana: User, order: tuple[tuple[str, str], ...]
) -> None:
    for sent in order:
        _send(ana, sent)

    has_label = {LABEL, REAL_PATH} & set(order)
    assert _list_projects(ana) == {"proj0" if has_label else FOLDER: 3}
    assert_aggregates_match_snapshots(ana)


def test_one_request_may_name_a_folder_twice(ana: User) -> None:
    _send(ana, FOLDER_NAME, LABEL, WORKTREE)

    assert _list_projects(ana) == {"proj0": 3}
    assert Project.objects.filter(user=ana).count() == 1


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_labels_of_a_folder_are_one_project(
    ana: User, order: tuple[int, int]
) -> None:
    labels = [LABEL, LONG_LABEL]
    for index in order:
        _send(ana, labels[index])

    assert _list_projects(ana) == {labels[order[0]][0]: 2}


def test_one_name_is_one_project_on_all_machines(ana: User) -> None:
    mac = ("proj0", "~/.claude/projects/-Users-dev-proj0")
    for sent in (LABEL, mac, FOLDER_NAME, ("-Users-dev-proj0", mac[1])):
        _send(ana, sent)

    assert _list_projects(ana) == {"proj0": 4}
    assert ProjectPath.objects.filter(user=ana).count() == 2


def test_a_folder_joins_the_project_that_has_its_label(ana: User) -> None:
    """The label is known from another machine before it is sent here."""
    _send(ana, FOLDER_NAME)
    _send(ana, ("proj0", "~/.claude/projects/-Users-dev-proj0"))
    _send(ana, LABEL)

    assert _list_projects(ana) == {"proj0": 3}


def test_addresses_with_an_earlier_name_lead_to_the_project(
    ana: User, bob: User
) -> None:
    """By a label that arrives, and by two projects that become one."""
    other_name = ("-Users-dev-proj0", "~/.claude/projects/-Users-dev-proj0")
    for sent in (FOLDER_NAME, other_name, LABEL, ("proj0", other_name[1])):
        _send(ana, sent)
    api = ApiClient(create_access_token(ana))
    api.client.force_login(ana)

    assert _list_projects(ana) == {"proj0": 4}
    for old in (FOLDER, other_name[0]):
        project = api.get(f"projects/{old}/").body
        assert (project["name"], project["total_messages"]) == ("proj0", 4)
        assert [model["messages"] for model in project["models"]] == [4]
        assert api.get(f"projects/{old}/sessions/").body["count"] == 4
        page = api.client.get(f"/projects/{old}/?days=7")
        assert page.status_code == 302
        assert page.headers["Location"] == "/projects/proj0/?days=7"
        other = ApiClient(create_access_token(bob))
        assert other.get(f"projects/{old}/").status == 404
    assert api.get("projects/never/").status == 404
    assert api.client.get("/projects/never/").status_code == 404
    empty = {"since": "2030-01-01T00:00:00Z"}
    assert api.get(f"projects/{FOLDER}/", **empty).status == (
        api.get("projects/proj0/", **empty).status
    )


def test_a_project_that_takes_a_retired_name_has_it(ana: User) -> None:
    _send(ana, LABEL)
    RetiredName.objects.create(
        user=ana, name="old", project=Project.objects.get(user=ana)
    )
    api = ApiClient(create_access_token(ana))
    assert api.get("projects/old/").body["name"] == "proj0"

    _send(ana, ("old", "~/.claude/projects/-h-b-old"))

    assert api.get("projects/old/").body["name"] == "old"


def test_different_folders_stay_apart(ana: User) -> None:
    _send(ana, ("a \N{MIDDLE DOT} shop", "~/.claude/projects/-h-a-shop"))
    _send(ana, ("b \N{MIDDLE DOT} shop", "~/.claude/projects/-h-b-shop"))
    _send(ana, ("p-1", ""), ("p-2", ""))
    _send(ana, ("one", "/same/path"), ("two", "/same/path"))

    assert len(_list_projects(ana)) == 6


def test_a_session_stays_in_the_project_of_its_folder(ana: User) -> None:
    _send(ana, LABEL, session="s")
    _send(ana, FOLDER_NAME, session="s")

    assert _list_projects(ana) == {"proj0": 2}
    assert Session.objects.get(user=ana).project.name == "proj0"


def test_projects_of_other_users_are_not_joined(ana: User) -> None:
    bob = make_user("bob")
    _send(ana, FOLDER_NAME)
    _send(bob, LABEL)

    assert _list_projects(ana) == {FOLDER: 1}
    assert _list_projects(bob) == {"proj0": 1}


def test_known_projects_take_no_further_query(ana: User) -> None:
    counts = []
    for _ in range(3):
        with CaptureQueriesContext(connection) as queries:
            _send(ana, LABEL, WORKTREE)
        counts.append(len(queries))

    assert counts[2] <= counts[1] + 1


@pytest.mark.parametrize("order", [SAME, SAME[::-1]])
def test_stored_projects_of_a_folder_are_joined(
    ana: User, order: tuple[tuple[str, str], ...]
) -> None:
    for name, path in order:
        project, _ = Project.objects.get_or_create(
            user=ana, name=name, defaults={"path": path}
        )
        _send(ana, (f"sent {project.pk}", ""))
        sessions = Session.objects.filter(
            project__name=f"sent {project.pk}", user=ana
        )
        sessions.update(project=project)
    Project.objects.filter(user=ana, name__startswith="sent").delete()

    join_projects(ana)
    join_projects(ana)

    assert _list_projects(ana) == {"proj0": len(SAME)}
    _send(ana, FOLDER_NAME)
    assert _list_projects(ana) == {"proj0": len(SAME) + 1}
    assert_aggregates_match_snapshots(ana)
