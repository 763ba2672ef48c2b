"""Build account keys and record keys that are unique across providers."""

from __future__ import annotations

from typing import Final

from claude_tray.core.usage import compute_record_key

CLAUDE_CODE_KEY: Final = "claude_code"
_PROVIDER_SEPARATOR: Final = "://"


def qualify_account(provider: str, account: str) -> str:
    """
    Return the key of a provider's account in the store.

    Keys of Claude Code have no prefix: stores contained them before there
    were other providers. Those of another one look like "acme://ada".
    """
    if provider == CLAUDE_CODE_KEY:
        return account
    return f"{provider}{_PROVIDER_SEPARATOR}{account}"


def parse_provider(account_key: str) -> str:
    """Return the key of the provider that an account belongs to."""
    provider, separator, _ = account_key.partition(_PROVIDER_SEPARATOR)
    return provider if separator else CLAUDE_CODE_KEY


def compute_provider_record_key(
    provider: str, message_id: str, request_id: str, line_id: str
) -> int:
    """
    Return the key of a response of any provider as a signed 64-bit number.

    Ids are only unique within a provider. Keys of Claude Code are those of
    `compute_record_key`, so that stores keep theirs.
    """
    if provider == CLAUDE_CODE_KEY:
        return compute_record_key(message_id, request_id, line_id)
    own_id = message_id or f"\0{line_id}"
    return compute_record_key("", "", f"{provider}\0{own_id}\0{request_id}")
