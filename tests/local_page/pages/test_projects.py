from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.presentation.page_paths import link_project
from tests.local_page.test_same_figures import read_rows

if TYPE_CHECKING:
    from tests.local_page.site_client import LocalSite


def test_a_project_has_its_days_models_and_sessions(site: LocalSite) -> None:
    client = site.sign_in()
    page = client.get(f"{link_project('/home/ada/api')}?days=90").text

    sessions = read_rows(page, "Sessions")
    days = read_rows(page, "Tokens and cost, newest first")
    models = read_rows(page, "Usage by model")
    assert "<h1>api</h1>" in page
    assert len(sessions) == 20
    messages = sum(int(row[3]) for row in sessions)
    assert sum(int(row[1]) for row in days) == messages
    assert sum(int(row[2]) for row in models) == messages


def test_projects_are_found_by_their_path(site: LocalSite) -> None:
    client = site.sign_in()

    found = read_rows(client.get("/projects?q=ADA/sh").text, "Projects")

    assert [row[0] for row in found] == ["shop"]
    assert "No results." in client.get("/projects?q=nothing").text
    assert client.get("/projects/0123456789ab").status == 404


def test_projects_are_sorted(site: LocalSite) -> None:
    client = site.sign_in()

    by_use = read_rows(client.get("/projects?sort=used").text, "Projects")
    by_name = read_rows(client.get("/projects?sort=-name").text, "Projects")

    assert by_use[0][0] == "shop"
    assert [row[0] for row in by_name] == ["shop", "notes", "api"]
