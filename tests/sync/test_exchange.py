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
from claude_tray.sync.address import address_of
from claude_tray.sync.answer import Answer, NoAnswer
from claude_tray.sync.exchange import Exchange, Times
from claude_tray.sync.veil import Veil
from tests.support.receiver import TOKEN, Make, Receiver, answer
from tests.sync.test_token import a_jwt

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.receiver import Asked
    from tests.support.shipping import Harbour

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
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


def _asked(
    receiver: Receiver,
    times: Times = Times(1.0, 1.0, 0.5),  # noqa: B008 - never changed
    token: str = TOKEN,
) -> Answer | NoAnswer:
    exchange = Exchange(address_of(receiver.url), token, Veil(), times)
    try:
        return exchange.get({"machine_id": "m", "store_id": "s"})
    finally:
        exchange.close()


@needs_openssl
def test_a_certificate_that_nobody_vouches_for_is_not_taken(
    harbour: Harbour,
    certificate: Path,
) -> None:
    receiver = harbour.receiver(tls=certificate)
    harbour.write(3)

    with pytest.raises(SyncMisconfiguredError, match="certificate"):
        harbour.ship()

    assert receiver.asked == []


@needs_openssl
def test_a_companys_own_certificates_can_be_given(
    harbour: Harbour,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    receiver = harbour.receiver(tls=certificate)
    harbour.write(3)

    harbour.ship()

    assert receiver.totals() == harbour.totals()


def test_a_netrc_does_not_replace_the_token(
    harbour: Harbour,
    tmp_path: Path,
) -> None:
    receiver = harbour.receiver()
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login ada password not-the-token\n")
    netrc.chmod(0o600)
    harbour.write(3)

    harbour.ship()

    told = {asked.headers["authorization"] for asked in receiver.asked}
    assert told == {f"Bearer {TOKEN}"}


def test_this_machine_is_not_reached_through_a_proxy(
    harbour: Harbour,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    receiver = harbour.receiver()
    harbour.write(3)
    with Receiver(Make.MERGING) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)

        harbour.ship()

        assert proxy.asked == []
    assert receiver.totals() == harbour.totals()


def test_a_proxy_to_elsewhere_never_sees_the_token(
    harbour: Harbour,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    harbour.url = "https://usage.invalid"
    harbour.write(3)
    with Receiver(Make.MERGING) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)

        with pytest.raises(SyncDelayedError, match="proxy"):
            harbour.ship()

        assert [asked.method for asked in proxy.asked] == ["CONNECT"]
        assert TOKEN not in str(proxy.asked)


def test_where_nobody_listens_it_says_so(harbour: Harbour) -> None:
    with Receiver() as receiver:
        harbour.url = receiver.url
    harbour.write(3)

    with pytest.raises(SyncDelayedError, match="cannot be reached"):
        harbour.ship()


@pytest.mark.parametrize("fault", ["drip head", "drip body", "endless"])
def test_no_exchange_outlasts_its_deadline(
    receiver: Receiver,
    fault: str,
) -> None:
    receiver.plan = lambda _: fault
    started = time.monotonic()

    came = _asked(receiver, Times(0.5, 1.0, 10.0))

    assert isinstance(came, NoAnswer)
    assert time.monotonic() - started < 5


def test_silence_is_noticed_sooner(receiver: Receiver) -> None:
    receiver.plan = lambda _: "black hole"

    came = _asked(receiver, Times(20.0, 1.0, 0.3))

    assert came == NoAnswer("no answer came in time")


def test_an_exchange_is_cut_from_another_thread(receiver: Receiver) -> None:
    waits = threading.Event()

    def plan(_: Asked) -> str:
        waits.set()
        return "black hole"

    receiver.plan = plan
    exchange = Exchange(address_of(receiver.url), TOKEN, Veil(), Times())
    came: list[Answer | NoAnswer] = []
    thread = threading.Thread(target=lambda: came.append(exchange.get({})))
    thread.start()
    assert waits.wait(10)

    started = time.monotonic()
    exchange.cut()
    thread.join(10)

    assert time.monotonic() - started < 1
    assert isinstance(came[0], NoAnswer)
    assert exchange.get({}) == NoAnswer("the program ends")
    exchange.close()


def test_an_answer_of_megabytes_is_dropped(receiver: Receiver) -> None:
    receiver.plan = lambda _: answer(200, b" " * (2 << 20))

    came = _asked(receiver, Times(20.0, 1.0, 5.0))

    assert came == NoAnswer("the answer is longer than 1 MiB")


def test_a_cookie_is_not_kept(receiver: Receiver) -> None:
    receiver.plan = lambda _: answer(503, Set_Cookie="a=b")
    exchange = Exchange(address_of(receiver.url), TOKEN, Veil())
    exchange.get({})
    exchange.get({})
    exchange.close()

    assert "cookie" not in receiver.asked[1].headers


def test_an_answer_that_cannot_be_read_is_none(receiver: Receiver) -> None:
    receiver.plan = lambda _: (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot a number\r\n"
    )

    came = _asked(receiver, Times(20.0, 1.0, 1.0))

    assert isinstance(came, NoAnswer)


def test_what_may_go_wrong_is_told_without_what_was_sent() -> None:
    from claude_tray.sync.line import (  # noqa: PLC0415
        Authorization,
        reason_of,
    )

    assert TOKEN not in repr(Authorization(f"Bearer {TOKEN}"))
    told = reason_of(ValueError(f"bad header Bearer {TOKEN}"))
    assert told == NoAnswer("the answer is no HTTP")


def test_what_never_began_can_be_cut_and_closed() -> None:
    exchange = Exchange(address_of("https://usage.example"), TOKEN, Veil())

    exchange.cut()
    exchange.close()

    assert exchange.has_ended


class Tokens:
    """A receiver that gives out access tokens for a refresh token."""

    def __init__(self, receiver: Receiver, *, lasts: float = 900.0) -> None:
        self.refresh = a_jwt(token_type="refresh", exp=2e9)
        self.given = 0
        self.revoked = False
        self._lasts = lasts
        self._receiver = receiver
        receiver.plan = self.plan

    def plan(self, asked: Asked) -> Any:
        if not asked.path.endswith("/token/refresh/"):
            return None
        if "authorization" in asked.headers or self.revoked:
            return answer(401, {"code": "token_not_valid", "detail": "no"})
        assert json.loads(asked.body) == {"refresh": self.refresh}
        self.given += 1
        end = time.time() + self._lasts
        access = a_jwt(token_type="access", exp=end, number=self.given)
        self._receiver.token = f"Bearer {access}"
        return answer(200, {"access": access})


def test_a_refresh_token_is_exchanged_once_while_it_lasts(
    harbour: Harbour,
) -> None:
    receiver = harbour.receiver()
    tokens = Tokens(receiver)
    harbour.token = tokens.refresh
    harbour.write(1500)

    harbour.ship()

    assert tokens.given == 1
    assert receiver.totals() == harbour.totals()


def test_it_is_exchanged_again_before_the_access_ends(
    harbour: Harbour,
) -> None:
    receiver = harbour.receiver()
    tokens = Tokens(receiver, lasts=30)
    harbour.token = tokens.refresh
    harbour.write(3)

    harbour.ship()

    assert tokens.given == 2


def test_it_is_exchanged_again_when_the_access_is_refused(
    harbour: Harbour,
) -> None:
    receiver = harbour.receiver()
    tokens = Tokens(receiver)
    harbour.token = tokens.refresh
    harbour.write(3)
    harbour.ship()

    receiver.token = "Bearer another"
    harbour.write(3)
    harbour.ship()

    assert tokens.given == 2
    assert receiver.totals() == harbour.totals()


def test_a_refresh_token_that_is_revoked_asks_to_sign_in(
    harbour: Harbour,
) -> None:
    tokens = Tokens(harbour.receiver())
    tokens.revoked = True
    harbour.token = tokens.refresh
    harbour.write(3)

    with pytest.raises(SyncRefusedError):
        harbour.ship()


def test_an_access_that_is_no_answer_is_asked_for_later(
    harbour: Harbour,
) -> None:
    receiver = harbour.receiver(plan=lambda _: answer(200, {"token": "x"}))
    harbour.token = a_jwt(token_type="refresh")
    harbour.write(3)

    with pytest.raises(SyncDelayedError, match="no token came"):
        harbour.ship()
    assert len(receiver.asked) == 1


def test_requests_is_not_imported_until_something_is_asked() -> None:
    code = (
        "import sys\n"
        "import claude_tray.sync.ship, claude_tray.sync.exchange\n"
        "sys.exit('requests' in sys.modules or 'urllib3' in sys.modules)"
    )

    assert (
        subprocess.run([sys.executable, "-c", code], check=False).returncode
        == 0
    )
