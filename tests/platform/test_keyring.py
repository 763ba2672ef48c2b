from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

pytest.importorskip("keyring", reason="the extra keyring")

import keyring
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring

from claude_tray.platform.keyring import load_keyring_token, save_keyring_token

if TYPE_CHECKING:
    from collections.abc import Iterator


URL = "https://usage.example"


class InMemoryKeyring(KeyringBackend):
    """Store tokens in memory."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._passwords: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self._passwords.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._passwords[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self._passwords[service, username]


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


def test_tokens_are_stored_by_url() -> None:
    keyring.set_keyring(InMemoryKeyring())

    assert save_keyring_token(URL, "abc")

    assert load_keyring_token(URL) == "abc"
    assert load_keyring_token("https://other.example") == ""


def test_without_a_keyring_there_is_no_token() -> None:
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]

    assert not save_keyring_token(URL, "abc")
    assert load_keyring_token(URL) == ""
