"""A store, a shipper and a clock that is set by hand."""

from __future__ import annotations

from contextlib import ExitStack
from itertools import count
from typing import TYPE_CHECKING, Any, Self

from claude_tray.domain.usage import TokenCounts, UsageRecord
from claude_tray.settings.secret import Secret
from claude_tray.store import destinations
from claude_tray.store.connection import Writer, transaction
from claude_tray.sync.address import address_of
from claude_tray.sync.exchange import Exchange, Times
from claude_tray.sync.naming import Privacy
from claude_tray.sync.ship import Shipper
from claude_tray.sync.veil import Veil
from claude_tray.sync.work import Tally, Work
from tests.support.builders import a_record, ms
from tests.support.keeping import keep
from tests.support.receiver import TOKEN, Make, Receiver

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from claude_tray.store.destinations import Destination, SetAside
    from tests.support.receiver import Asked

QUICK = Times(whole=1.0, connect=1.0, silence=0.5)
_TOTALS = """
    SELECT count(*), sum(input), sum(output), sum(cache_5m + cache_1h),
        sum(cache_1h), sum(cache_read)
    FROM message
"""


class Harbour:
    """
    Where tests send from.

    Args:
        store: The store's file.
        writer: Of it.
    """

    def __init__(self, store: Path, writer: Writer) -> None:
        self.store = store
        self.writer = writer
        self.now_ms = int(ms("12:00", 20))
        self.privacy = Privacy(home="/home/ada", key=b"k" * 32)
        self.folders = {"": "/home/ada/.claude"}
        self.url = ""
        self.token = TOKEN
        self.times = QUICK
        self._numbers = count()
        self._stack = ExitStack()
        self._shipper: Shipper | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def receiver(
        self,
        make: Make = Make.OURS,
        plan: Callable[[Asked], Any] = lambda _: None,
        tls: Path | None = None,
    ) -> Receiver:
        """A receiver that runs until the test ends; it is sent to."""
        receiver = self._stack.enter_context(Receiver(make, plan, tls))
        self.url = receiver.url
        return receiver

    def write(self, many: int, sessions: int = 5) -> list[UsageRecord]:
        """Have new replies; return them."""
        records = [self._record(sessions) for _ in range(many)]
        keep(self.writer, *records)
        return records

    def grow(self, *records: UsageRecord) -> None:
        """Let replies have more output than they had."""
        grown = []
        for record in records:
            tokens = record.tokens
            more = tokens._replace(output=tokens.output + 1)
            grown.append(record._replace(tokens=more))
        keep(self.writer, *grown)

    def shipper(self) -> Shipper:
        """The shipper, as the tray has it: the same until it is replaced."""
        if self._shipper is None:
            veil = Veil()
            address = address_of(self.url)
            token = Secret(self.token)
            exchange = Exchange(address, token, veil, self.times)
            self._stack.callback(exchange.close)
            self._shipper = Shipper(self.work, exchange, veil)
        return self._shipper

    def restart(self) -> None:
        """Let the next one know only what is stored."""
        self._shipper = None

    def ship(self, **how: bool) -> Tally:
        return self.shipper().ship(**how)

    def persist(self, tries: int = 60) -> int:
        """Send until it has worked, waiting as told; return the failures."""
        from claude_tray.errors import SyncDelayedError  # noqa: PLC0415

        for failures in range(tries):
            try:
                self.ship()
            except SyncDelayedError:
                self.now_ms = max(self.now_ms, self.kept.not_before_ms)
            else:
                return failures
        text = f"it never worked: {self.kept}"
        raise AssertionError(text)

    @property
    def work(self) -> Work:
        return Work(
            store=self.store,
            keep=self.keep,
            url=self.url,
            privacy=self.privacy,
            folders=self.folders,
            machine_id="machine",
            machine_name="thinkpad",
            clock=lambda: self.now_ms,
            as_of=lambda: self.now_ms,
            chance=lambda: 1.0,
        )

    def keep(self, work: Callable[[Writer], None]) -> None:
        with transaction(self.writer):
            work(self.writer)

    @property
    def kept(self) -> Destination:
        return destinations.find(self.writer, self.url)

    @property
    def aside(self) -> list[SetAside]:
        return destinations.all_aside(self.writer, self.url)

    def totals(self) -> tuple[int, ...]:
        """Messages, input, output, cache writes, cache read."""
        return tuple(self.writer.execute(_TOTALS).fetchone())

    def told_nobody(self, log: str) -> None:
        """The token stands in no log, no state and no file of ours."""
        assert self.token not in log
        for path in self.store.parent.rglob("*"):
            if path.is_file():
                assert self.token.encode() not in path.read_bytes(), path

    def _record(self, sessions: int) -> UsageRecord:
        number = next(self._numbers)
        session = number % sessions
        return a_record(
            f"{number // 60 % 12:02d}:{number % 60:02d}",
            day=1 + number // 720 % 19,
            message=f"msg_{number:06d}",
            session=f"session-{session}",
            project=f"/home/ada/project-{session % 3}",
            tokens=TokenCounts(1 + number % 7, number % 5, 3, 4, 5),
        )
