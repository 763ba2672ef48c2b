"""Test single sign-on with an OpenID Connect provider as a process."""

from __future__ import annotations

import re
import secrets
import subprocess
import sys
import time
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.support.ports import find_free_port
from tests.support.server_process import PASSWORD, run_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.server_process import RunningServer


TIMEOUT_SECONDS = 60
# A provider that anyone may register with, of the library authlib.
PROVIDER = "oidc_provider_mock"
if not all(map(find_spec, (PROVIDER, "mozilla_django_oidc"))):
    pytest.skip("needs claude-tray[sso,test]", allow_module_level=True)
CREATE_USERS_SCRIPT = """
from restAPI.models import CustomUser
for name in ("ana", "bob", "eve", "kim", "lea", "mia", "noa", "pia"):
    CustomUser.objects.create(username=name, email=name + "@example.org")
"""
DEACTIVATE_SCRIPT = """
from claude_tray.server.accounts.models import User
user = User.objects.get(username="{name}")
user.is_active = False
user.save()
"""


class Provider(NamedTuple):
    url: str

    def put_user(self, subject: str, **claims: object) -> None:
        requests.put(
            f"{self.url}/users/{subject}", json=claims, timeout=TIMEOUT_SECONDS
        ).raise_for_status()


class Site(NamedTuple):
    server: RunningServer
    provider: Provider


@contextmanager
def run_provider() -> Iterator[Provider]:
    port = find_free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", PROVIDER, "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    provider = Provider(f"http://127.0.0.1:{port}")
    try:
        end = time.monotonic() + TIMEOUT_SECONDS
        while time.monotonic() < end:
            try:
                requests.get(provider.url, timeout=5)
                break
            except requests.ConnectionError:
                time.sleep(0.1)
        yield provider
    finally:
        process.terminate()
        process.wait(30)


def build_env(issuer: str, **more: str) -> dict[str, str]:
    return {
        "CLAUDE_TRAY_OIDC_ISSUER": issuer,
        "CLAUDE_TRAY_OIDC_CLIENT_ID": "claude-tray",
        "CLAUDE_TRAY_OIDC_CLIENT_SECRET": "client secret",
        "CLAUDE_TRAY_RATE_LIMITS": "off",
    } | more


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server of eight users, without new ones, with two domains."""
    with run_provider() as provider:
        env = build_env(
            provider.url, CLAUDE_TRAY_OIDC_DOMAINS="example.org,example.com"
        )
        home = tmp_path_factory.mktemp("sso")
        with run_server(home, **env) as server:
            server.run_command("shell", "-c", CREATE_USERS_SCRIPT)
            yield Site(server, provider)


@pytest.fixture(scope="module")
def open_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server that creates users."""
    with run_provider() as provider:
        env = build_env(provider.url, CLAUDE_TRAY_SSO_CREATE_USERS="on")
        home = tmp_path_factory.mktemp("open")
        with run_server(home, **env) as server:
            yield Site(server, provider)


def begin(site: Site, browser: requests.Session, next_path: str = "") -> str:
    """Return the provider's address that the sign-in page leads to."""
    query = {"next": next_path} if next_path else {}
    page = browser.get(
        f"{site.server.url}/sign-in/", params=query, timeout=TIMEOUT_SECONDS
    ).text
    link = re.search(r'href="(/sign-in/oidc/[^"]*)"', page)
    assert link
    response = browser.get(
        site.server.url + link[1],
        allow_redirects=False,
        timeout=TIMEOUT_SECONDS,
    )
    assert response.status_code == 302
    return response.headers["Location"]


def authorize(address: str, subject: str, **form: str) -> str:
    """Sign in at the provider; return where it redirects to."""
    response = requests.post(
        address,
        data={"sub": subject} | form,
        allow_redirects=False,
        timeout=TIMEOUT_SECONDS,
    )
    assert response.status_code in {302, 303}, response.text
    return response.headers["Location"]


def sign_in(
    site: Site, subject: str, next_path: str = ""
) -> tuple[requests.Session, requests.Response]:
    browser = requests.Session()
    address = begin(site, browser, next_path)
    callback = authorize(address, subject)
    return browser, browser.get(
        callback, allow_redirects=False, timeout=TIMEOUT_SECONDS
    )


def get_user_name(site: Site, browser: requests.Session) -> str:
    page = browser.get(
        f"{site.server.url}/account/", timeout=TIMEOUT_SECONDS
    ).text
    name = re.search(r"<h1>([^<]+)</h1>", page)
    assert name
    return name[1]


def make_subject(site: Site, **claims: Any) -> str:
    subject = secrets.token_hex(4)
    site.provider.put_user(subject, **claims)
    return subject


def is_refused(response: requests.Response) -> bool:
    return response.headers.get("Location") == "/sign-in/?failed=sso"


def test_a_user_signs_in_by_verified_address(site: Site) -> None:
    subject = make_subject(site, email="Ana@example.org", email_verified=True)

    browser, response = sign_in(site, subject, "/machines/")

    assert response.headers["Location"] == "/machines/"
    assert get_user_name(site, browser) == "ana"


def test_the_request_has_state_nonce_and_pkce(site: Site) -> None:
    query = parse_qs(urlsplit(begin(site, requests.Session())).query)

    assert len(query["state"][0]) >= 32
    assert len(query["nonce"][0]) >= 32
    assert query["code_challenge_method"] == ["S256"]
    assert len(query["code_challenge"][0]) == 43
    assert query["redirect_uri"] == [
        f"{site.server.url}/sign-in/oidc/callback/"
    ]
    assert query["scope"] == ["openid email profile"]


def test_a_user_stays_the_same_with_another_address(site: Site) -> None:
    subject = make_subject(site, email="bob@example.org", email_verified=True)
    sign_in(site, subject)
    site.provider.put_user(
        subject, email="eve@example.org", email_verified=True
    )

    browser, _ = sign_in(site, subject)

    assert get_user_name(site, browser) == "bob"


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "mia@example.org", "email_verified": False},
        {"email": "mia@example.org"},
        {"email": "mia@example.org", "email_verified": "true"},
        {"email_verified": True},
        {"email": "unknown@example.org", "email_verified": True},
        {"email": "mia@other.example", "email_verified": True},
        {"email": "mia@example.org.evil.example", "email_verified": True},
    ],
)
def test_others_are_refused(site: Site, claims: dict[str, Any]) -> None:
    browser, response = sign_in(site, make_subject(site, **claims))

    assert is_refused(response)
    page = browser.get(
        site.server.url + response.headers["Location"],
        timeout=TIMEOUT_SECONDS,
    ).text
    assert "Single sign-on failed." in page


def test_a_deactivated_user_is_refused_and_signed_out(site: Site) -> None:
    subject = make_subject(site, email="kim@example.org", email_verified=True)
    browser, _ = sign_in(site, subject)

    script = DEACTIVATE_SCRIPT.format(name="kim")
    site.server.run_command("shell", "-c", script)

    page = browser.get(
        f"{site.server.url}/account/",
        allow_redirects=False,
        timeout=TIMEOUT_SECONDS,
    )
    assert page.status_code == 302
    assert is_refused(sign_in(site, subject)[1])


def test_a_denied_or_forged_answer_signs_nobody_in_or_out(
    site: Site,
) -> None:
    subject = make_subject(site, email="lea@example.org", email_verified=True)
    browser, _ = sign_in(site, subject)
    callback = f"{site.server.url}/sign-in/oidc/callback/"
    stranger = requests.Session()
    stolen = authorize(begin(site, requests.Session()), subject)
    begin(site, stranger)

    answers = [
        one.get(
            f"{callback}?{query}",
            allow_redirects=False,
            timeout=TIMEOUT_SECONDS,
        )
        for one in (browser, stranger)
        for query in (
            "error=access_denied",
            "error=access_denied&state=x",
            "code=x&state=x",
            "code=x",
            urlsplit(stolen).query,
            "",
        )
    ]

    assert all(map(is_refused, answers))
    assert get_user_name(site, browser) == "lea"
    page = stranger.get(
        f"{site.server.url}/account/",
        allow_redirects=False,
        timeout=TIMEOUT_SECONDS,
    )
    assert page.status_code == 302


def test_a_code_works_once(site: Site) -> None:
    subject = make_subject(site, email="noa@example.org", email_verified=True)
    browser = requests.Session()
    callback = authorize(begin(site, browser), subject)
    first = browser.get(
        callback, allow_redirects=False, timeout=TIMEOUT_SECONDS
    )
    browser.cookies.clear()

    again = browser.get(
        callback, allow_redirects=False, timeout=TIMEOUT_SECONDS
    )

    assert first.headers["Location"] == "/"
    assert is_refused(again)


@pytest.mark.parametrize("next_path", ["https://evil.example/", "//evil.x/"])
def test_sign_in_leads_to_no_other_site(site: Site, next_path: str) -> None:
    subject = make_subject(site, email="pia@example.org", email_verified=True)

    _, response = sign_in(site, subject, next_path)

    assert response.headers["Location"] == "/"


def test_new_users_are_created_with_a_free_name(open_site: Site) -> None:
    open_site.server.create_user("max", "--email", "max@example.org")
    claims = [
        {"email": "max@example.com", "preferred_username": "max"},
        {"email": "zoe@example.com", "preferred_username": "max@example.org"},
        {"email": "ida@example.com"},
    ]

    names = []
    for one in claims:
        subject = make_subject(open_site, email_verified=True, **one)
        for _ in range(2):
            browser, _ = sign_in(open_site, subject)
            names.append(get_user_name(open_site, browser))

    assert names == ["max2", "max2", "max3", "max3", "ida", "ida"]


def test_a_user_without_a_password_signs_in_by_no_password(
    open_site: Site,
) -> None:
    subject = make_subject(
        open_site, email="una@example.org", email_verified=True
    )
    sign_in(open_site, subject)

    for password in ("", "!", PASSWORD):
        response = requests.post(
            f"{open_site.server.url}/api/token/",
            json={"username": "una", "password": password},
            timeout=TIMEOUT_SECONDS,
        )
        assert response.status_code in {400, 401}


def test_without_the_provider_users_sign_in_by_password(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    issuer = f"http://127.0.0.1:{find_free_port()}"
    home = tmp_path_factory.mktemp("down")
    env = build_env(issuer, CLAUDE_TRAY_RATE_LIMITS="on")
    with run_server(home, **env) as server:
        server.create_user("ana")
        tokens, starts = [], []
        for _ in range(6):
            tokens.append(
                requests.post(
                    f"{server.url}/api/token/",
                    json={"username": "ana", "password": PASSWORD},
                    timeout=TIMEOUT_SECONDS,
                ).status_code
            )
            starts.append(
                requests.get(
                    f"{server.url}/sign-in/oidc/",
                    allow_redirects=False,
                    timeout=TIMEOUT_SECONDS,
                ).headers["Location"]
            )
        page = requests.get(
            server.url + starts[-1], timeout=TIMEOUT_SECONDS
        ).text

    # Ten attempts a minute, whichever way: single sign-on is no way around.
    assert tokens == [200] * 5 + [429]
    assert starts == ["/sign-in/?failed=sso"] * 5 + ["/sign-in/?failed=limit"]
    assert "Too many attempts to sign in." in page
