from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_tray.errors import SettingsError
from claude_tray.server.database_config import (
    build_database_settings,
    parse_database_url,
)

if TYPE_CHECKING:
    from pathlib import Path


PRINTABLE = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x2FF), min_size=1
).filter(lambda text: text.strip() == text)


@given(user=PRINTABLE, password=PRINTABLE, name=PRINTABLE)
def test_parts_are_taken_literally(
    user: str, password: str, name: str
) -> None:
    url = parse_database_url(
        {
            "DATABASE_HOST": "database",
            "DATABASE_USER": user,
            "DATABASE_PASSWORD": password,
            "DATABASE_NAME": name,
        }
    )
    settings = build_database_settings(url, None)  # type: ignore[arg-type] # not used

    assert settings["HOST"] == "database"
    assert settings["PORT"] == 5432
    assert settings["USER"] == user
    assert settings["PASSWORD"] == password
    assert settings["NAME"] == name


@pytest.mark.parametrize(
    "host", ["10.1.2.3", "::1", "/var/run/postgresql", "db.example.org"]
)
def test_hosts_are_names_addresses_or_socket_folders(host: str) -> None:
    url = parse_database_url({"DATABASE_HOST": host, "DATABASE_PORT": "6432"})
    settings = build_database_settings(url, None)  # type: ignore[arg-type] # not used

    assert (settings["HOST"], settings["PORT"]) == (host, 6432)
    assert settings["USER"] == settings["NAME"] == "claude_tray"


def test_the_password_may_be_in_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("pass/word#1\n")

    url = parse_database_url(
        {
            "DATABASE_HOST": "db",
            "DATABASE_USER": "usage",
            "DATABASE_PASSWORD_FILE": str(secret),
        }
    )

    assert url == "postgres://usage:pass%2Fword%231@db:5432/usage"


@pytest.mark.parametrize(
    ("variables", "summary"),
    [
        (
            {"DATABASE_URL": "postgres://h/n", "DATABASE_HOST": "h"},
            "DATABASE_URL and DATABASE_HOST are both set.",
        ),
        (
            {"DATABASE_USER": "usage"},
            "DATABASE_USER is set without DATABASE_HOST.",
        ),
        (
            {
                "DATABASE_HOST": "h",
                "DATABASE_PASSWORD": "secret",
                "DATABASE_PASSWORD_FILE": "/file",
            },
            "DATABASE_PASSWORD and DATABASE_PASSWORD_FILE are both set.",
        ),
        (
            {"DATABASE_HOST": "h", "DATABASE_PASSWORD_FILE": "/not/there"},
            "Cannot read DATABASE_PASSWORD_FILE='/not/there'.",
        ),
        (
            {"DATABASE_URL": "postgres://u:sec/ret#1@h:5432/n"},
            "DATABASE_URL is malformed.",
        ),
        ({"DATABASE_URL": "postgres://h:x/n"}, "DATABASE_URL is malformed."),
        (
            {"DATABASE_HOST": "h", "DATABASE_PORT": "x"},
            "DATABASE_URL is malformed.",
        ),
        (
            {"DATABASE_URL": "mysql://u:secret@h/n"},
            "DATABASE_URL is not a PostgreSQL URL.",
        ),
    ],
)
def test_errors_name_the_variable_and_no_secret(
    variables: dict[str, str], summary: str
) -> None:
    with pytest.raises(SettingsError) as excinfo:
        build_database_settings(parse_database_url(variables), None)  # type: ignore[arg-type] # not used

    assert excinfo.value.summary == summary
    assert excinfo.value.hint
    assert "sec" not in excinfo.value.summary + excinfo.value.hint
