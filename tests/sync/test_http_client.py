from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.errors import (
    SyncDelayedError,
    SyncMisconfiguredError,
    SyncRefusedError,
)
from claude_tray.sync.config import parse_endpoint
from claude_tray.sync.http_client import HttpClient, TokenAuth
from claude_tray.sync.http_types import (
    HttpResponse,
    Timeouts,
    TransportFailure,
)
from claude_tray.sync.redaction import RedactingFilter
from tests.support.fake_receiver import (
    TOKEN,
    FakeReceiver,
    FakeReceiverKind,
    build_response,
)
from tests.support.sync_harness import LONG_TIMEOUTS
from tests.sync.test_config import make_jwt

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.fake_receiver import ReceivedRequest
    from tests.support.sync_harness import SyncHarness


CERTIFICATE = [
    *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes"),
    *("-days", "2", "-subj", "/CN=receiver", "-addext"),
    "subjectAltName=IP:127.0.0.1",
]
needs_openssl = pytest.mark.skipif(
    shutil.which("openssl") is None,
    reason="openssl makes the certificate",
)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    key, both = folder / "key.pem", folder / "both.pem"
    command = [*CERTIFICATE, "-keyout", str(key), "-out", str(both)]
    subprocess.run(command, check=True, capture_output=True)
    both.write_bytes(both.read_bytes() + key.read_bytes())
    return both


@pytest.fixture
def receiver() -> Iterator[FakeReceiver]:
    with FakeReceiver() as receiver:
        yield receiver


def _send_handshake(
    receiver: FakeReceiver,
    timeouts: Timeouts = LONG_TIMEOUTS,
    token: str = TOKEN,
) -> HttpResponse | TransportFailure:
    client = HttpClient(
        parse_endpoint(receiver.url), token, RedactingFilter(), timeouts
    )
    try:
        return client.get({"machine_id": "m", "store_id": "s"})
    finally:
        client.close()


@needs_openssl
def test_an_untrusted_certificate_is_rejected(
    harness: SyncHarness,
    certificate: Path,
) -> None:
    receiver = harness.start_receiver(tls=certificate)
    harness.add_records(3)

    with pytest.raises(SyncMisconfiguredError, match="certificate"):
        harness.sync()

    assert receiver.requests == []


@needs_openssl
def test_a_private_certificate_authority_can_be_set(
    harness: SyncHarness,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    receiver = harness.start_receiver(tls=certificate)
    harness.add_records(3)

    harness.sync()

    assert receiver.totals() == harness.totals()


def test_a_netrc_does_not_replace_the_token(
    harness: SyncHarness,
    tmp_path: Path,
) -> None:
    receiver = harness.start_receiver()
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login ada password not-the-token\n")
    netrc.chmod(0o600)
    harness.add_records(3)

    harness.sync()

    headers = {
        request.headers["authorization"] for request in receiver.requests
    }
    assert headers == {f"Bearer {TOKEN}"}


def test_a_loopback_server_is_reached_without_a_proxy(
    harness: SyncHarness,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    receiver = harness.start_receiver()
    harness.add_records(3)
    with FakeReceiver(FakeReceiverKind.MERGING) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)

        harness.sync()

        assert proxy.requests == []
    assert receiver.totals() == harness.totals()


def test_a_proxy_never_receives_the_token(
    harness: SyncHarness,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    harness.url = "https://usage.invalid"
    harness.add_records(3)
    with FakeReceiver(FakeReceiverKind.MERGING) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)

        with pytest.raises(SyncDelayedError, match="proxy"):
            harness.sync()

        assert [request.method for request in proxy.requests] == ["CONNECT"]
        assert TOKEN not in str(proxy.requests)


def test_an_unreachable_server_is_reported(harness: SyncHarness) -> None:
    with FakeReceiver() as receiver:
        harness.url = receiver.url
    harness.add_records(3)

    with pytest.raises(SyncDelayedError, match="cannot be reached"):
        harness.sync()


@pytest.mark.parametrize("fault", ["drip head", "drip body", "endless"])
def test_no_request_outlasts_its_deadline(
    receiver: FakeReceiver,
    fault: str,
) -> None:
    receiver.fault_plan = lambda _: fault

    # The server keeps sending while the connection is open.
    came = _send_handshake(receiver, Timeouts(0.5, 60.0, 60.0))

    assert isinstance(came, TransportFailure)


def test_the_read_timeout_applies_between_packets(
    receiver: FakeReceiver,
) -> None:
    receiver.fault_plan = lambda _: "black hole"

    came = _send_handshake(receiver, Timeouts(60.0, 60.0, 0.3))

    assert came == TransportFailure("the server did not respond in time")


def test_a_request_is_aborted_from_another_thread(
    receiver: FakeReceiver,
) -> None:
    waits = threading.Event()

    def plan(_: ReceivedRequest) -> str:
        waits.set()
        return "black hole"

    receiver.fault_plan = plan
    client = HttpClient(
        parse_endpoint(receiver.url), TOKEN, RedactingFilter(), Timeouts()
    )
    came: list[HttpResponse | TransportFailure] = []
    thread = threading.Thread(target=lambda: came.append(client.get({})))
    thread.start()
    assert waits.wait(60)

    client.abort()
    thread.join(30)

    assert isinstance(came[0], TransportFailure)
    assert client.get({}) == TransportFailure("claude-tray is shutting down")
    client.close()


def test_a_response_of_megabytes_is_dropped(receiver: FakeReceiver) -> None:
    receiver.fault_plan = lambda _: build_response(200, b" " * (2 << 20))

    came = _send_handshake(receiver, LONG_TIMEOUTS)

    assert came == TransportFailure("the response is larger than 1 MiB")


def test_cookies_are_not_stored(receiver: FakeReceiver) -> None:
    receiver.fault_plan = lambda _: build_response(503, Set_Cookie="a=b")
    client = HttpClient(parse_endpoint(receiver.url), TOKEN, RedactingFilter())
    client.get({})
    client.get({})
    client.close()

    assert "cookie" not in receiver.requests[1].headers


def test_an_invalid_response_is_a_failure(receiver: FakeReceiver) -> None:
    receiver.fault_plan = lambda _: (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot a number\r\n"
    )

    came = _send_handshake(receiver, LONG_TIMEOUTS)

    assert isinstance(came, TransportFailure)


def test_failures_do_not_reveal_the_request() -> None:
    from claude_tray.sync.http_transport import classify_error  # noqa: PLC0415

    assert TOKEN not in repr(TokenAuth(f"Bearer {TOKEN}"))
    reason = classify_error(ValueError(f"bad header Bearer {TOKEN}"))
    assert reason == TransportFailure("the response is not valid HTTP")


def test_an_unused_client_can_be_aborted_and_closed() -> None:
    client = HttpClient(
        parse_endpoint("https://usage.example"), TOKEN, RedactingFilter()
    )

    client.abort()
    client.close()

    assert client.is_aborted


class TokenIssuer:
    """Exchange refresh tokens for access tokens."""

    def __init__(
        self, receiver: FakeReceiver, *, lifetime: float = 900.0
    ) -> None:
        self.refresh = make_jwt(token_type="refresh", exp=2e9)
        self.issued = 0
        self.revoked = False
        self._lifetime = lifetime
        self._receiver = receiver
        receiver.fault_plan = self.choose_response

    def choose_response(self, request: ReceivedRequest) -> Any:
        if not request.path.endswith("/token/refresh/"):
            return None
        if "authorization" in request.headers or self.revoked:
            return build_response(
                401, {"code": "token_not_valid", "detail": "no"}
            )
        assert json.loads(request.body) == {"refresh": self.refresh}
        self.issued += 1
        end = time.time() + self._lifetime
        access = make_jwt(token_type="access", exp=end, number=self.issued)
        self._receiver.token = f"Bearer {access}"
        return build_response(200, {"access": access})


def test_an_access_token_is_reused(
    harness: SyncHarness,
) -> None:
    receiver = harness.start_receiver()
    tokens = TokenIssuer(receiver)
    harness.token = tokens.refresh
    harness.add_records(1500)

    harness.sync()

    assert tokens.issued == 1
    assert receiver.totals() == harness.totals()


def test_an_expiring_access_token_is_refreshed(
    harness: SyncHarness,
) -> None:
    receiver = harness.start_receiver()
    tokens = TokenIssuer(receiver, lifetime=30)
    harness.token = tokens.refresh
    harness.add_records(3)

    harness.sync()

    assert tokens.issued == 2


def test_a_refused_access_token_is_refreshed(
    harness: SyncHarness,
) -> None:
    receiver = harness.start_receiver()
    tokens = TokenIssuer(receiver)
    harness.token = tokens.refresh
    harness.add_records(3)
    harness.sync()

    receiver.token = "Bearer another"
    harness.add_records(3)
    harness.sync()

    assert tokens.issued == 2
    assert receiver.totals() == harness.totals()


def test_a_revoked_refresh_token_requires_sign_in(
    harness: SyncHarness,
) -> None:
    tokens = TokenIssuer(harness.start_receiver())
    tokens.revoked = True
    harness.token = tokens.refresh
    harness.add_records(3)

    with pytest.raises(SyncRefusedError):
        harness.sync()


def test_an_invalid_refresh_response_is_retried(
    harness: SyncHarness,
) -> None:
    receiver = harness.start_receiver(
        fault_plan=lambda _: build_response(200, {"token": "x"})
    )
    harness.token = make_jwt(token_type="refresh")
    harness.add_records(3)

    with pytest.raises(SyncDelayedError, match="sent no access token"):
        harness.sync()
    assert len(receiver.requests) == 1


def test_requests_is_imported_with_the_first_request() -> None:
    code = (
        "import sys\n"
        "import claude_tray.sync.client, claude_tray.sync.http_client\n"
        "sys.exit('requests' in sys.modules or 'urllib3' in sys.modules)"
    )

    assert (
        subprocess.run([sys.executable, "-c", code], check=False).returncode
        == 0
    )
