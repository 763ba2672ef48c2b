from __future__ import annotations

import sys
import tomllib
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.local_page.pages.icon_previews import SIZES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.local_page.site_client import SignedIn


@pytest.fixture
def client(shared_client: SignedIn) -> SignedIn:
    shared_client.site.sandbox.write_settings(
        '# mine\n[icon]\nstyle = "pie"\n'
    )
    return shared_client


def read_settings(client: SignedIn) -> dict[str, Any]:
    path = client.site.sandbox.app_home / "config" / "settings.toml"
    return tomllib.loads(path.read_text())


def send(
    client: SignedIn, path: str, fields: Mapping[str, str]
) -> tuple[int, str]:
    form = path.removesuffix("/test")
    token = {"form_token": client.find_form_token(form)}
    response = client.post(path, {**fields, **token})
    return response.status, unescape(response.text)


ICON = {
    "icon.style": "ring",
    "icon.number": "time",
    "icon.panel": "auto",
    "icon.colour": "status",
    "icon.week_bar": "on",
}


def test_a_changed_form_is_saved_and_the_rest_of_the_file_stays(
    client: SignedIn,
) -> None:
    status, _ = send(client, "/settings/icon", ICON)
    page = client.get("/settings/icon?saved=1").text

    assert status == 303
    assert read_settings(client) == {"icon": {"style": "ring"}}
    path = client.site.sandbox.app_home / "config" / "settings.toml"
    assert path.read_text().startswith("# mine\n")
    assert "Saved. The changes apply now." in page
    assert 'value="ring" checked' in page


def test_a_refused_form_saves_nothing_and_keeps_what_was_entered(
    client: SignedIn,
) -> None:
    fields = {
        "limits.plan": "max",
        "window.rule": "auto",
        "limits.daily_budget_usd": "fifty",
        "cost.table": "anthropic",
        "prices.model": "my-*",
        "prices.input": "3",
    }

    status, page = send(client, "/settings/costs", fields)

    assert status == 422
    assert "Nothing was saved. Correct what is marked below." in page
    assert "The setting “Daily budget” must be 0 or more dollars." in page
    assert 'The setting prices."my-*" must have output.' in page
    assert 'value="fifty"' in page
    assert 'value="my-*"' in page
    assert '<option value="max" selected>' in page
    assert read_settings(client) == {"icon": {"style": "pie"}}


def test_prices_hours_and_folders_are_saved(client: SignedIn) -> None:
    costs = {
        "cost.billing_day": "20",
        "limits.plan": "auto",
        "window.rule": "auto",
        "limits.daily_budget_usd": "50",
        "cost.table": "anthropic",
        "prices.model": "my-*",
        "prices.input": "3",
        "prices.output": "15",
    }
    hours = {
        "notifications.enabled": "on",
        "notifications.warn_percent": "75",
        "notifications.warn_again_percent": "90",
        "notifications.week_percent": "80",
        "notifications.cold_cache_minutes": "3",
        "notifications.quiet_hours.from": "22:00",
        "notifications.quiet_hours.to": "07:30",
    }

    assert send(client, "/settings/costs", costs)[0] == 303
    assert send(client, "/settings/notifications", hours)[0] == 303

    saved = read_settings(client)
    assert saved["limits"] == {"daily_budget_usd": 50}
    assert saved["prices"] == {"my-*": {"input": 3, "output": 15}}
    notifications = saved["notifications"]
    assert notifications.pop("quiet_hours") == "22:00-07:30"
    assert set(notifications) == {
        "budget",
        "limit",
        "reset",
        "run_out",
        "week",
    }
    assert not any(notifications.values())


def test_a_variable_makes_a_field_read_only(client: SignedIn) -> None:
    page = client.get("/settings/folders").text
    name = {"profiles.folder": "~/x", "profiles.name": "Work"}

    status, _ = send(client, "/settings/folders", name)

    assert "Set by CLAUDE_PATH." in page
    assert status == 303
    assert read_settings(client)["profiles"] == {"~/x": {"name": "Work"}}
    assert "claude_paths" not in read_settings(client)


def test_a_refused_start_at_login_is_explained_beside_its_switch(
    client: SignedIn,
) -> None:
    fields = {
        "autostart": "on",
        "general.theme": "dark",
        "general.language": "system",
        "general.clock": "system",
        "general.show": "used",
        "general.look_every_seconds": "60",
    }
    # A file stands where the folder of the entry would be.
    (client.site.sandbox.folder / ".config").write_text("")

    status, page = send(client, "/settings", fields)

    assert status == 422
    assert 'id="autostart-error"' in page
    assert "tart at login" in page.partition('id="autostart-error"')[2][:90]
    assert '<option value="dark" selected>' in page
    assert "general" not in read_settings(client)


def test_an_invalid_file_is_not_overwritten(client: SignedIn) -> None:
    client.site.sandbox.write_settings("[icon\n")

    status, page = send(client, "/settings/icon", ICON)

    assert status == 422
    assert "not valid TOML" in page
    path = client.site.sandbox.app_home / "config" / "settings.toml"
    assert path.read_text() == "[icon\n"


def test_unknown_sections_and_pictures_are_not_found(
    client: SignedIn,
) -> None:
    assert client.get("/settings/nothing").status == 404
    assert client.get("/settings/icon/square/22.png").status == 404
    assert client.get("/settings/icon/pie/5000.png").status == 404


@pytest.mark.parametrize("panel", ["auto", "dark", "light", "tile"])
def test_icons_are_drawn_at_their_true_size(
    client: SignedIn, panel: str
) -> None:
    client.site.sandbox.write_settings(f'[icon]\npanel = "{panel}"\n')

    for size in SIZES:
        picture = client.get(f"/settings/icon/ring/{size}.png")
        assert picture.headers["Content-Type"] == "image/png"
        # Width and height follow the header of a PNG.
        assert picture.body[16:24] == size.to_bytes(4, "big") * 2


NOTIFICATIONS = {
    "notifications.enabled": "on",
    "notifications.warn_percent": "75",
    "notifications.warn_again_percent": "90",
    "notifications.week_percent": "80",
    "notifications.cold_cache_minutes": "3",
}


def test_a_command_is_saved_and_can_be_tried(client: SignedIn) -> None:
    command = f"{sys.executable}\r\n-c\r\nraise SystemExit({{status}})"
    path, test = "/settings/notifications", "/settings/notifications/command"
    for status, expected in ((0, "was successful"), (5, "with status 5.")):
        text = command.format(status=status)
        fields = {**NOTIFICATIONS, "notifications.command": text}
        assert send(client, path, fields)[0] == 303
        token = {"form_token": client.find_form_token(path)}
        page = client.post(test, token)
        assert page.status == 200
        assert expected in unescape(page.text)

    saved = read_settings(client)["notifications"]["command"]
    assert saved == [sys.executable, "-c", "raise SystemExit(5)"]
    assert "Run the command with a test" in client.get(path).text


def test_a_program_that_does_not_exist_is_not_saved(client: SignedIn) -> None:
    fields = {**NOTIFICATIONS, "notifications.command": "/gone/notify"}

    status, page = send(client, "/settings/notifications", fields)

    assert status == 422
    assert "There is no program “/gone/notify”." in page
    assert "/gone/notify</textarea>" in page
    assert "notifications" not in read_settings(client)


def test_a_test_notification_needs_a_tray(client: SignedIn) -> None:
    status, page = send(client, "/settings/notifications/test", {})

    assert status == 200
    assert "claude-tray is not running." in page
