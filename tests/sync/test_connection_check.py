from __future__ import annotations

import pytest

from claude_tray.config.secret import Secret
from claude_tray.errors import (
    SyncDelayedError,
    SyncMisconfiguredError,
    SyncRefusedError,
)
from claude_tray.sync.config import (
    PrivacySettings,
    SyncConfig,
    SyncInterval,
    parse_endpoint,
)
from claude_tray.sync.connection_check import check_connection
from claude_tray.sync.request import ReceiverKind
from tests.support.fake_receiver import (
    TOKEN,
    FakeReceiver,
    FakeReceiverKind,
    build_response,
)


def make_config(url: str, token: str = TOKEN) -> SyncConfig:
    return SyncConfig(
        parse_endpoint(url),
        Secret(token),
        PrivacySettings(),
        {},
        "machine",
        "laptop",
        SyncInterval(),
    )


@pytest.mark.parametrize(
    ("kind", "expected", "has_response"),
    [
        (FakeReceiverKind.OWN_SERVER, ReceiverKind.INCREMENTAL, True),
        (FakeReceiverKind.REPLACING, ReceiverKind.REPLACING, False),
    ],
)
def test_a_server_that_answers_is_found(
    kind: FakeReceiverKind,
    expected: ReceiverKind,
    has_response: bool,  # noqa: FBT001 - a fact of the case
) -> None:
    with FakeReceiver(kind) as receiver:
        result = check_connection(make_config(receiver.url), "store")

    assert result.kind is expected
    assert (result.response is not None) is has_response
    assert [request.method for request in receiver.requests] == ["GET"]


def test_a_refused_token_is_reported() -> None:
    with FakeReceiver() as receiver, pytest.raises(SyncRefusedError):
        check_connection(make_config(receiver.url, "another"), "store")


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (build_response(301, Location="/elsewhere"), SyncMisconfiguredError),
        (build_response(200, b"<html>", "text/html"), SyncDelayedError),
        (build_response(503), SyncDelayedError),
    ],
)
def test_other_servers_are_reported(
    fault: bytes, error: type[Exception]
) -> None:
    with FakeReceiver(fault_plan=lambda _: fault) as receiver:
        config = make_config(receiver.url)
        with pytest.raises(error) as excinfo:
            check_connection(config, "store")

    assert TOKEN not in str(excinfo.value)
