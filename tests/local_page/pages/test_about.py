from __future__ import annotations

import json
from typing import TYPE_CHECKING

from claude_tray import __version__
from claude_tray.setup.updates import STATE_FILE

if TYPE_CHECKING:
    from tests.local_page.site_client import LocalSite, SignedIn


def test_about_names_the_version_and_an_update_only_if_asked_for(
    empty_site: LocalSite,
) -> None:
    client = empty_site.follow(empty_site.open())
    state = empty_site.sandbox.app_home / "state" / STATE_FILE
    state.write_text(json.dumps({"checked_at": 1.0, "version": "99.0.0"}))

    off = client.get("/about").text
    empty_site.sandbox.write_settings("[updates]\ncheck = true\n")
    on = client.get("/about").text

    assert f"claude-tray {__version__}" in off
    assert "Unofficial. Not affiliated with Anthropic." in off
    assert "The check for updates is off." in off
    assert "Update to" not in off
    assert "The check for updates is on." in on
    assert "Update to 99.0.0" in on


def test_files_and_privacy_are_named(shared_client: SignedIn) -> None:
    page = shared_client.get("/about").text
    shared_client.site.sandbox.write_settings(
        '[sync]\nenabled = true\nurl = "https://usage.example"\n'
    )

    synced = shared_client.get("/about").text

    assert "~/own/config/settings.toml" in page
    assert "No usage is sent from this computer." in page
    assert "No usage is sent from this computer." not in synced
    assert "to your own server" in synced
