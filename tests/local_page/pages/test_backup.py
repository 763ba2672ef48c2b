from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.local_page.site_client import SignedIn


SETTINGS = '# mine\n[icon]\nstyle = "pie"\n'


@pytest.fixture
def client(shared_client: SignedIn) -> SignedIn:
    shared_client.site.sandbox.write_settings(SETTINGS)
    return shared_client


def get_folder(client: SignedIn) -> Path:
    return client.site.sandbox.app_home / "config"


def send(client: SignedIn, path: str, text: str = "") -> tuple[int, str]:
    token = client.find_form_token("/settings/backup")
    response = client.post(path, {"text": text, "form_token": token})
    return response.status, unescape(response.text)


def test_an_export_can_be_imported(client: SignedIn) -> None:
    exported = client.get("/settings/export")
    client.site.sandbox.write_settings("")

    status, page = send(client, "/settings/import", exported.text)

    disposition = exported.headers["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert exported.text == SETTINGS
    assert status == 200
    assert "The settings were imported." in page
    assert (get_folder(client) / "settings.toml").read_text() == SETTINGS


def test_a_file_can_be_uploaded(client: SignedIn) -> None:
    token = client.find_form_token("/settings/backup")
    form_part = (
        f'Content-Disposition: form-data; name="form_token"\r\n\r\n{token}'
    )
    file_part = (
        'Content-Disposition: form-data; name="file"; filename="a.toml"\r\n'
        'Content-Type: application/toml\r\n\r\n[icon]\nstyle = "ring"\n'
    )
    body = f"--edge\r\n{form_part}\r\n--edge\r\n{file_part}\r\n--edge--\r\n"

    response = client.post_body(
        "/settings/import", body, "multipart/form-data; boundary=edge"
    )

    assert response.status == 200, response.text
    folder = get_folder(client)
    assert 'style = "ring"' in (folder / "settings.toml").read_text()
    previous = folder / "settings-before-import.toml"
    assert previous.read_text() == SETTINGS
    assert previous.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" ", "Choose a file or paste its text."),
        ("[icon", "not valid TOML"),
        ('[icon]\nstyle = "square"', "one of meter, ring"),
        ('[icon]\nstile = "pie"', "Unknown setting: icon.stile."),
        ("[sync]\nenabled = true", "Sync needs the address"),
        ("#" * 300_000, "too large"),
        ('[notifications]\ncommand = ["sh"]', "another program to run: sh."),
    ],
)
def test_an_invalid_file_is_refused_and_kept_in_the_form(
    client: SignedIn, text: str, expected: str
) -> None:
    status, page = send(client, "/settings/import", text)

    assert status == 422
    assert expected in page
    assert text.strip() in page
    assert (get_folder(client) / "settings.toml").read_text() == SETTINGS


def test_the_dry_run_of_removing_removes_nothing(client: SignedIn) -> None:
    status, page = send(client, "/settings/removal")

    assert status == 200
    assert f"Kept {get_folder(client) / 'settings.toml'}" in page
    assert (get_folder(client) / "settings.toml").exists()
