"""Nothing more leaves because settings are invalid or an address changes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from claude_tray.config.schema import OPTIONS
from tests.support.builders import make_line
from tests.support.fake_receiver import TOKEN, FakeReceiver

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cli.conftest import Terminal

HIDDEN = '[sync]\nprojects = "hidden"\n'
INVALID_FILES = {
    "not TOML": "[sync\n",
    "not UTF-8": b"\xff\xfe\x00",
    "too large": "#" * (2 << 20),
    "nested": "a = " + "[" * 5_000,
}


@pytest.fixture
def receiver(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FakeReceiver]:
    terminal.claude.append(make_line("09:00", "msg_1", cwd="/home/ada/secret"))
    with FakeReceiver() as receiver:
        monkeypatch.setenv("CLAUDE_USAGE_API_URL", receiver.url)
        monkeypatch.setenv("CLAUDE_USAGE_API_TOKEN", TOKEN)
        yield receiver


def _list_names(receiver: FakeReceiver) -> str:
    return " ".join(json.dumps(post.json) for post in receiver.posts)


@pytest.mark.parametrize("text", INVALID_FILES.values(), ids=INVALID_FILES)
@pytest.mark.parametrize("was_valid", [True, False], ids=["later", "always"])
def test_an_unusable_settings_file_stops_sync(
    terminal: Terminal,
    receiver: FakeReceiver,
    text: str | bytes,
    was_valid: bool,  # noqa: FBT001 - a column of the table
) -> None:
    path = terminal.app_home / "config" / "settings.toml"
    if was_valid:
        terminal.write_settings(HIDDEN)
        terminal.run("refresh")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())

    result = terminal.run("sync")

    assert result.status == 78
    assert receiver.requests == []
    assert "Nothing is sent until this is fixed" in result.err


@pytest.mark.parametrize(
    "name", [option.name for option in OPTIONS if "." in option.name]
)
def test_one_bad_value_never_widens_what_leaves(
    terminal: Terminal, receiver: FakeReceiver, name: str
) -> None:
    table, _, key = name.partition(".")
    lines = {"sync.projects": '"hidden"', name: "{}"}
    terminal.write_settings(
        "".join(f"{key} = {value}\n" for key, value in lines.items())
    )

    result = terminal.run("sync")

    assert "secret" not in _list_names(receiver)
    if table == "sync":
        assert result.status == 78
        assert receiver.requests == []
    else:
        assert result.status == 0, key


@pytest.mark.parametrize("extra", ["prices = 1", "profiles = 1", "zzz = 1"])
def test_a_bad_table_never_widens_what_leaves(
    terminal: Terminal, receiver: FakeReceiver, extra: str
) -> None:
    terminal.write_settings(f"{extra}\n{HIDDEN}")

    terminal.run("sync")

    assert "secret" not in _list_names(receiver)


def test_a_token_is_not_sent_to_another_server(
    terminal: Terminal,
    receiver: FakeReceiver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert terminal.run("sync").status == 0
    monkeypatch.delenv("CLAUDE_USAGE_API_URL")
    with FakeReceiver() as other:
        terminal.write_settings(f'[sync]\nurl = "{other.url}"\n')

        result = terminal.run("sync")

        assert result.status == 78
        assert other.requests == []
        assert receiver.url in result.err
        assert "--save-token" in result.err
        bindings = terminal.app_home / "state" / "token-servers.json"
        assert TOKEN not in bindings.read_text()
        assert bindings.stat().st_mode & 0o077 == 0


def test_an_unreadable_binding_stops_sync(
    terminal: Terminal, receiver: FakeReceiver
) -> None:
    bindings = terminal.app_home / "state" / "token-servers.json"
    bindings.parent.mkdir(parents=True)
    bindings.write_text("[1]")

    result = terminal.run("sync")

    assert result.status == 78
    assert receiver.requests == []


def test_the_doctor_shows_no_part_of_an_address_that_may_be_secret(
    terminal: Terminal,
) -> None:
    terminal.write_settings(
        "[sync]\nenabled = true\n"
        'url = "https://u:PASSW0RD@usage.example/?token=QQQ"\n'
    )

    for arguments in (("doctor",), ("doctor", "--json")):
        result = terminal.run(*arguments)

        assert "PASSW0RD" not in result.out + result.err
        assert "QQQ" not in result.out + result.err
