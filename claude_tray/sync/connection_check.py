"""Check that a server accepts an address and a token, without sending."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from claude_tray.sync import http_client, receiver, redaction, retry

if TYPE_CHECKING:
    from claude_tray.sync.config import SyncConfig


def check_connection(
    config: SyncConfig, store_id: str
) -> receiver.HandshakeResult:
    """
    Exchange a handshake with the server; nothing is sent or stored.

    Args:
        config: Where to, and with which token.
        store_id: Identifies the store.

    Returns:
        What the server accepts. One without the handshake has not seen the
        token.

    Raises:
        SyncError: The server is not reachable, refuses the token, or is not
            a sync server.
    """
    redactor = redaction.RedactingFilter()
    with closing(
        http_client.HttpClient(config.endpoint, config.token, redactor)
    ) as client:
        result = receiver.ReceiverClient(client).handshake(
            config.machine_id, store_id
        )
    if isinstance(result, receiver.HandshakeResult):
        return result
    decision = retry.decide_backoff(result, 1, None, 0.0)
    raise retry.build_error(decision.status, redactor.redact(decision.reason))
