"""Sync a store to a receiver, with a clock that tests set."""

from __future__ import annotations

from contextlib import ExitStack
from itertools import count
from typing import TYPE_CHECKING, Any, Self

from claude_tray.config.secret import Secret
from claude_tray.core.usage import TokenCounts
from claude_tray.store.connection import Writer, transaction
from claude_tray.store.outbox import (
    Destination,
    QuarantinedRow,
    list_quarantined,
    load_destination,
)
from claude_tray.sync.client import SyncDependencies, SyncRun, SyncStats
from claude_tray.sync.config import (
    PrivacySettings,
    SyncConfig,
    SyncInterval,
    parse_endpoint,
)
from claude_tray.sync.http_client import HttpClient
from claude_tray.sync.http_types import Timeouts
from claude_tray.sync.redaction import RedactingFilter
from tests.support.builders import make_record, ms
from tests.support.fake_receiver import TOKEN, FakeReceiver, FakeReceiverKind
from tests.support.store_records import save_records

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from claude_tray.core.usage import UsageRecord
    from tests.support.fake_receiver import ReceivedRequest


# For servers that never finish a response.
SHORT_TIMEOUTS = Timeouts(total=1.0, connect=60.0, read=0.5)
# For all others: a busy machine must not look like a broken network.
LONG_TIMEOUTS = Timeouts(total=60.0, connect=60.0, read=60.0)
_TOTALS_SQL = """
    SELECT count(*), sum(input), sum(output), sum(cache_5m + cache_1h),
        sum(cache_1h), sum(cache_read)
    FROM message
"""


class SyncHarness:
    """
    Sync from a store, as the tray does.

    Args:
        store: Path of the store.
        writer: Writes to the store.
    """

    def __init__(self, store: Path, writer: Writer) -> None:
        self.store = store
        self.writer = writer
        self.now_ms = int(ms("12:00", 20))
        self.privacy = PrivacySettings(home="/home/ada", key=b"k" * 32)
        self.folders = {"": "/home/ada/.claude"}
        self.url = ""
        self.token = TOKEN
        self.timeouts = LONG_TIMEOUTS
        self._numbers = count()
        self._stack = ExitStack()
        self._sync_run: SyncRun | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def start_receiver(
        self,
        kind: FakeReceiverKind = FakeReceiverKind.OWN_SERVER,
        fault_plan: Callable[[ReceivedRequest], Any] = lambda _: None,
        tls: Path | None = None,
    ) -> FakeReceiver:
        """Start a receiver that runs until the test ends; sync to it."""
        receiver = self._stack.enter_context(
            FakeReceiver(kind, fault_plan, tls)
        )
        self.url = receiver.url
        return receiver

    def add_records(
        self, record_count: int, sessions: int = 5
    ) -> list[UsageRecord]:
        """Add new records; return them."""
        records = [self._build_record(sessions) for _ in range(record_count)]
        save_records(self.writer, *records)
        return records

    def grow_records(self, *records: UsageRecord) -> None:
        """Update records with more output tokens."""
        grown = []
        for record in records:
            tokens = record.tokens
            grown_tokens = tokens._replace(output=tokens.output + 1)
            grown.append(record._replace(tokens=grown_tokens))
        save_records(self.writer, *grown)

    def get_sync_run(self) -> SyncRun:
        """Return the sync run, the same until `restart`."""
        if self._sync_run is None:
            redactor = RedactingFilter()
            config = self.config
            client = HttpClient(
                config.endpoint, config.token, redactor, self.timeouts
            )
            self._stack.callback(client.close)
            self._sync_run = SyncRun(
                config, self.dependencies, client, redactor
            )
        return self._sync_run

    def restart(self) -> None:
        """Forget everything that is not stored."""
        self._sync_run = None

    def sync(self, **options: bool) -> SyncStats:
        return self.get_sync_run().run(**options)

    def sync_until_success(self, max_attempts: int = 60) -> int:
        """Retry after each backoff until a run succeeds; count the failures."""
        from claude_tray.errors import SyncDelayedError  # noqa: PLC0415

        for failures in range(max_attempts):
            try:
                self.sync()
            except SyncDelayedError:
                self.now_ms = max(self.now_ms, self.destination.not_before_ms)
            else:
                return failures
        text = f"no run succeeded: {self.destination}"
        raise AssertionError(text)

    @property
    def config(self) -> SyncConfig:
        return SyncConfig(
            endpoint=parse_endpoint(self.url),
            token=Secret(self.token),
            privacy=self.privacy,
            account_folders=self.folders,
            machine_id="machine",
            machine_name="thinkpad",
            interval=SyncInterval(),
        )

    @property
    def dependencies(self) -> SyncDependencies:
        return SyncDependencies(
            store=self.store,
            run_transaction=self.run_in_transaction,
            as_of=lambda: self.now_ms,
            clock=lambda: self.now_ms,
            jitter=lambda: 1.0,
        )

    def run_in_transaction(self, action: Callable[[Writer], None]) -> None:
        with transaction(self.writer):
            action(self.writer)

    @property
    def destination(self) -> Destination:
        return load_destination(self.writer, self.url)

    @property
    def quarantined(self) -> list[QuarantinedRow]:
        return list_quarantined(self.writer, self.url)

    def totals(self) -> tuple[int, ...]:
        """Sum records, input, output, cache writes, 1-hour ones, cache reads."""
        return tuple(self.writer.execute(_TOTALS_SQL).fetchone())

    def assert_token_not_leaked(self, log: str) -> None:
        """Check that no log and no own file contains the token."""
        assert self.token not in log
        for path in self.store.parent.rglob("*"):
            if path.is_file():
                assert self.token.encode() not in path.read_bytes(), path

    def _build_record(self, sessions: int) -> UsageRecord:
        number = next(self._numbers)
        session = number % sessions
        return make_record(
            f"{number // 60 % 12:02d}:{number % 60:02d}",
            day=1 + number // 720 % 19,
            message=f"msg_{number:06d}",
            session=f"session-{session}",
            project=f"/home/ada/project-{session % 3}",
            tokens=TokenCounts(1 + number % 7, number % 5, 3, 4, 5),
        )
