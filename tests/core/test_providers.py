from __future__ import annotations

import pytest

from claude_tray.core.providers import (
    compute_provider_record_key,
    parse_provider,
    qualify_account,
)
from claude_tray.core.usage import compute_record_key


@pytest.mark.parametrize(
    ("provider", "account", "key"),
    [
        ("claude_code", "", ""),
        ("claude_code", "5a1c-ana", "5a1c-ana"),
        ("acme", "", "acme://"),
        ("acme", "ada", "acme://ada"),
    ],
)
def test_account_keys_name_their_provider(
    provider: str, account: str, key: str
) -> None:
    assert qualify_account(provider, account) == key
    assert parse_provider(key) == provider


def test_record_keys_of_providers_do_not_collide() -> None:
    ids = [("msg_1", "req_1", ""), ("gen-1", "req_1", ""), ("", "", "line-1")]

    keys = {
        compute_provider_record_key(provider, *record_ids)
        for provider in ("claude_code", "acme", "other")
        for record_ids in ids
    }

    assert len(keys) == 9
    assert all(
        compute_provider_record_key("claude_code", *record_ids)
        == compute_record_key(*record_ids)
        for record_ids in ids
    )
