"""Send what other users and other web pages could send."""

from __future__ import annotations

import re
import stat
import time
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from claude_tray.app.page_files import PageProcess
from claude_tray.local_page import security

if TYPE_CHECKING:
    from tests.local_page.site_client import LocalSite


def test_a_token_opens_the_page_once(site: LocalSite) -> None:
    token = site.issue_token()
    first = site.request(f"/open?token={token}&next=/history%3Fdays%3D7")
    second = site.request(f"/open?token={token}")

    assert first.status == 303
    assert "Set-Cookie" not in first.headers
    inner = first.headers["Location"]
    assert token not in inner
    opened = site.request(inner)
    prefix, path = opened.headers["Location"].rsplit("/", 1)
    assert path == "history?days=7"
    assert inner.startswith(f"{prefix}/open?token=")
    assert site.request(inner).status == 403
    cookie = opened.headers["Set-Cookie"]
    assert f"Path={prefix};" in f"{cookie};"
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert token not in cookie
    assert second.status == 403
    assert "Set-Cookie" not in second.headers


@pytest.mark.parametrize(
    "address", ["//evil.example/", "https://evil.example/", "/\\evil.example"]
)
def test_the_token_never_leads_to_another_site(
    site: LocalSite, address: str
) -> None:
    path = f"/open?token={site.issue_token()}&next={address}"

    inner = site.request(path).headers["Location"]

    assert re.fullmatch(r"/[\w-]+/open\?token=[\w-]+&next=%2F", inner)
    forged = inner.replace("%2F", quote(address))
    assert re.fullmatch(r"/[\w-]+/", site.request(forged).headers["Location"])


def test_without_a_cookie_a_page_says_how_to_open_it(site: LocalSite) -> None:
    paths = ("/", "/settings", "/static/page.css", "/open", "/nowhere")
    inner = [site.sign_in().place(path) for path in paths]
    for path in (*paths, *inner, inner[0].rstrip("/")):
        response = site.request(path)
        assert response.status == 403
        assert "<code>claude-tray open</code>" in response.text
        assert "shop" not in response.text
    forged = {"Cookie": f"claude_tray_page_{site.process.port}=x"}
    assert site.request(inner[0], headers=forged).status == 403


def test_pages_are_only_below_the_prefix(site: LocalSite) -> None:
    client = site.sign_in()
    headers = {"Cookie": client.cookie}
    for path in (
        "/",
        "/history",
        client.prefix,
        f"{client.prefix}x/",
        f"{client.prefix[:-1]}/",
        f"/x{client.prefix}/",
        client.prefix.swapcase() + "/",
    ):
        response = site.request(path, headers=headers)
        assert response.status == 403, path
        assert client.prefix not in response.text
    assert client.get("/history").status == 200
    assert site.sign_in().prefix == client.prefix


def test_a_browser_keeps_its_session_when_it_opens_the_page_again(
    site: LocalSite,
) -> None:
    client = site.sign_in()
    inner = site.request(f"/open?token={site.issue_token()}")

    again = client.get(inner.headers["Location"])

    assert client.cookie in again.headers["Set-Cookie"]


@pytest.mark.parametrize(
    ("host", "is_answered"),
    [
        ("127.0.0.1:{port}", True),
        ("localhost:{port}", True),
        ("rebound.example:{port}", False),
        ("127.0.0.1", False),
        ("127.0.0.1:1{port}", False),
        ("127.0.0.1:{port}.evil.example", False),
        ("", False),
        (None, False),
    ],
)
def test_only_its_own_host_is_answered(
    site: LocalSite, host: str | None, *, is_answered: bool
) -> None:
    host = host and host.format(port=site.process.port)
    client = site.sign_in()
    headers = {"Host": host, "Cookie": client.cookie}

    response = site.request(client.place("/"), headers=headers)

    assert (response.status == 200) is is_answered


def test_programs_need_the_key_of_the_address_file(site: LocalSite) -> None:
    for headers in (
        {},
        {"Authorization": "Bearer x"},
        {"Authorization": f"Bearer {site.process.key}é"},
    ):
        assert site.request("/-/token", "POST", headers).status == 403
        assert site.request("/-/stop", "POST", headers).status == 403
    key = {"Authorization": f"Bearer {site.process.key}"}
    assert site.request("/-/token", "GET", key).status == 403


def test_other_users_of_the_machine_cannot_read_the_key(
    site: LocalSite,
) -> None:
    file = site.files.address_file

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(site.files.lock_file.stat().st_mode) == 0o600


def test_every_response_forbids_what_a_page_does_not_need(
    site: LocalSite,
) -> None:
    client = site.sign_in()
    for response in (
        client.get("/"),
        client.get("/nowhere"),
        site.request("/"),
        site.request(f"/open?token={site.issue_token()}"),
    ):
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "*" not in policy
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "Server" not in response.headers


def test_the_token_is_written_nowhere(site: LocalSite) -> None:
    token = site.issue_token()
    site.request(f"/open?token={token}")

    assert token not in site.sandbox.read_log()
    assert site.process.key not in site.sandbox.read_log()


def test_a_token_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = security.Gate(PageProcess(1, "key"))
    token = gate.issue_token()
    started = time.monotonic()
    monkeypatch.setattr(
        time,
        "monotonic",
        lambda: started + security.TOKEN_SECONDS + 1,
    )

    assert gate.start_session(token) is None
