from __future__ import annotations

import pytest

from claude_tray.errors import SettingsError
from claude_tray.server.mail_settings import build_mail_settings


def test_without_a_mail_server_nothing_is_sent() -> None:
    assert "dummy" in build_mail_settings("").backend


@pytest.mark.parametrize(
    ("url", "port", "starttls", "tls"),
    [
        ("smtp://mail.example.org", 25, False, False),
        ("smtp://mail.example.org:2525/", 2525, False, False),
        ("smtp+tls://mail.example.org", 587, True, False),
        ("smtps://mail.example.org", 465, False, True),
    ],
)
def test_the_scheme_selects_port_and_encryption(
    url: str, port: int, starttls: object, tls: object
) -> None:
    found = build_mail_settings(url)

    assert (found.host, found.port) == ("mail.example.org", port)
    assert (found.has_starttls, found.has_tls) == (starttls, tls)
    assert found.sender == "claude-tray@mail.example.org"


def test_user_and_password_may_be_percent_encoded_or_separate() -> None:
    url = "smtps://usage%40example.org:p%2Fw@mail.example.org"

    assert build_mail_settings(url).user == "usage@example.org"
    assert build_mail_settings(url).password == "p/w"
    found = build_mail_settings(url, "other/#", "me@example.org")
    assert (found.password, found.sender) == ("other/#", "me@example.org")


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.org",
        "https://mail.example.org",
        "smtp://",
        "smtp://user:hunter2@mail.example.org:port",
        "smtp://user:hunter2@mail.example.org/path",
        "smtp://[::1",
    ],
)
def test_an_invalid_address_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(SettingsError, match="CLAUDE_TRAY_EMAIL_URL") as error:
        build_mail_settings(url)
    assert "hunter2" not in error.value.describe()
    assert error.value.__context__ is None or error.value.__suppress_context__
