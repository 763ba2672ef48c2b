from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.contrib.auth import authenticate
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from claude_tray.server.accounts.models import RefusedSignIn, SignInRate, User
from claude_tray.server.accounts.password_backend import find_user
from claude_tray.server.accounts.sign_in_limits import (
    SignInRefusedError,
    count_attempt,
)
from tests.server.dashboard.page_client import make_browser
from tests.support.server_api import ApiClient, make_user
from tests.support.server_process import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable


NOW = timezone.now()


def sign_in_by_api(login: str, password: str, address: str) -> int:
    client = ApiClient()
    client.client.defaults["REMOTE_ADDR"] = address
    credentials = {"username": login, "password": password}
    return client.post("/api/token/", credentials).status


def sign_in_by_page(login: str, password: str, address: str) -> int:
    client = make_browser()
    client.defaults["REMOTE_ADDR"] = address
    form = {"username": login, "password": password}
    return client.post("/sign-in/", form).status_code


DOORS = {"api": sign_in_by_api, "page": sign_in_by_page}


@pytest.mark.parametrize("first", DOORS)
@pytest.mark.parametrize("second", DOORS)
def test_both_doors_share_one_rate(first: str, second: str) -> None:
    address = "192.0.2.1"

    spread = [
        DOORS[first](f"v{n}", "Winter2026!!", address) for n in range(10)
    ]
    more = [DOORS[second](f"w{n}", "Winter2026!!", address) for n in range(5)]
    other = DOORS[second]("w", "Winter2026!!", "192.0.2.2")

    assert 429 not in spread
    assert more == [429] * 5
    assert other != 429


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
def test_addresses_of_one_ipv6_network_share_the_rate(
    door: Callable[..., int],
) -> None:
    statuses = [door(f"v{n}", "x", f"2001:db8:5:6::{n:x}") for n in range(12)]
    other = door("v", "x", "2001:db8:5:7::1")

    assert [status == 429 for status in statuses] == [False] * 10 + [True] * 2
    assert other != 429


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
def test_refused_attempts_check_no_password_and_write_nothing(
    ana: User, door: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(10):
        door(f"v{n}", "x", "192.0.2.3")
    checked = []
    monkeypatch.setattr(
        User, "check_password", lambda *given: checked.append(given)
    )

    with CaptureQueriesContext(connections["default"]) as queries:
        status = door(ana.username, PASSWORD, "192.0.2.3")

    assert status == 429
    assert checked == []
    statements = [query["sql"].split()[0] for query in queries]
    assert set(statements) == {"SELECT"}


def test_the_page_says_when_to_try_again() -> None:
    for n in range(10):
        sign_in_by_api(f"v{n}", "x", "127.0.0.1")

    response = make_browser().post(
        "/sign-in/", {"username": "x", "password": "x"}
    )

    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 60
    text = response.content.decode()
    assert re.search(r"Too many failed attempts. Try again in 1m\.", text)


def test_attempts_are_allowed_again_after_a_minute() -> None:
    for _ in range(10):
        count_attempt("a", NOW)
    with pytest.raises(SignInRefusedError) as refused:
        count_attempt("a", NOW + timedelta(seconds=20))
    assert refused.value.wait == 40

    count_attempt("a", NOW + timedelta(seconds=60))

    assert SignInRate.objects.get(network="a").count == 1


def test_attempts_of_other_networks_are_deleted_after_a_minute() -> None:
    for n in range(50):
        count_attempt(f"n{n}", NOW)

    count_attempt("later", NOW + timedelta(minutes=2))

    assert [rate.network for rate in SignInRate.objects.all()] == ["later"]


def test_attempts_at_once_are_counted_exactly() -> None:
    def is_refused(_: int) -> bool:
        try:
            count_attempt("a", NOW)
        except SignInRefusedError:
            return True
        finally:
            connections.close_all()
        return False

    with ThreadPoolExecutor(8) as pool:
        refused = list(pool.map(is_refused, range(40)))

    assert refused.count(False) == 10


def test_the_rate_can_be_turned_off(monkeypatch: pytest.MonkeyPatch) -> None:
    config = settings.ENVIRONMENT._replace(has_rate_limits=False)
    monkeypatch.setattr(settings, "ENVIRONMENT", config)

    statuses = [sign_in_by_api(f"v{n}", "x", "192.0.2.4") for n in range(12)]

    assert statuses == [401] * 12


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
def test_names_and_addresses_sign_in(
    ana: User, door: Callable[..., int]
) -> None:
    wrong = make_user("else").email
    logins = (ana.username, ana.email, ana.email.upper())
    fullwidth = "".join(chr(ord(c) + 0xFEE0) for c in ana.username)

    statuses = [
        door(login, PASSWORD, "192.0.2.5") for login in (*logins, fullwidth)
    ]
    refused = door(wrong, "wrong", "192.0.2.5")

    assert all(status in {200, 302} for status in statuses), statuses
    assert (
        refused
        == {"api": 401, "page": 200}[
            next(name for name, one in DOORS.items() if one is door)
        ]
    )


@pytest.mark.parametrize("key", ["username", "email"])
def test_the_api_takes_an_address_under_both_names(
    ana: User, key: str
) -> None:
    credentials = {key: ana.email, "password": PASSWORD}

    assert ApiClient().post("/api/token/", credentials).status == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"password": PASSWORD},
        {"username": "", "password": PASSWORD},
        {"username": {"a": 1}, "password": PASSWORD},
        {"username": "x"},
        {"email": "x@x.org", "password": None},
    ],
)
def test_incomplete_credentials_are_a_bad_request(body: Any) -> None:
    assert ApiClient().post("/api/token/", body).status == 400


def test_a_lock_counts_name_and_address_of_a_user_together(
    ana: User,
) -> None:
    logins = [ana.username, ana.email, ana.username.upper(), ana.email] * 2

    for login in logins[:5]:
        sign_in_by_api(login, "wrong", "192.0.2.6")

    assert sign_in_by_api(ana.email, PASSWORD, "192.0.2.6") == 429
    assert sign_in_by_api(ana.username, PASSWORD, "192.0.2.7") == 200


def test_a_lock_is_for_an_ipv6_network(ana: User) -> None:
    for n in range(5):
        sign_in_by_api(ana.username, "wrong", f"2001:db8:8:8::{n}")

    status = sign_in_by_api(ana.username, PASSWORD, "2001:db8:8:8::ffff")

    assert status == 429
    lock = RefusedSignIn.objects.get(name=ana.username.lower())
    assert lock.address == "2001:db8:8:8::/64"


def test_nobody_takes_the_address_of_another_as_a_name(ana: User) -> None:
    thief = User.objects.create(username=ana.email, email="thief@x.org")

    assert find_user(ana.email) == thief
    assert sign_in_by_api(ana.email, PASSWORD, "192.0.2.8") == 401


def test_addresses_that_differ_by_case_only_are_distinguished() -> None:
    lower = User.objects.create(username="cases1", email="cases@x.org")
    upper = User.objects.create(username="cases2", email="CASES@x.org")

    assert find_user("cases@x.org") == lower
    assert find_user("CASES@x.org") == upper
    assert find_user("Cases@x.org") is None


def test_code_on_the_server_authenticates_without_a_request(
    ana: User,
) -> None:
    assert authenticate(username=ana.username, password=PASSWORD) == ana
    assert authenticate(username=ana.username, password="wrong") is None
    assert authenticate(username="\0", password="wrong") is None
    assert authenticate(username=ana.username) is None
