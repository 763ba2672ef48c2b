"""All that one destination needs, and one who sends at a time."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Final, NamedTuple

from filelock import FileLock, Timeout

from claude_tray.errors import StoreError
from claude_tray.sync.exchange import Exchange
from claude_tray.sync.ship import Shipper
from claude_tray.sync.veil import Veil
from claude_tray.sync.work import Work

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from claude_tray.sync.ledger import Keep
    from claude_tray.sync.plan import Plan
    from claude_tray.sync.work import Tally

_LOCK: Final = "sync.lock"


class Means(NamedTuple):
    """
    What is at hand for sending.

    Attributes:
        store: Where the records are.
        keep: Writes into it.
        as_of: Milliseconds since 1970, up to when transcripts were read.
        told: Called as parcels arrive.
    """

    store: Path
    keep: Keep
    as_of: Callable[[], int]
    told: Callable[[Tally], None] = lambda _: None


class Dispatch:
    """
    Sends by a plan.

    The lock is the kernel's, so that it is free when its holder is killed.

    Args:
        plan: Where to and how.
        means: What is at hand.

    Attributes:
        plan: Where to and how.
    """

    def __init__(self, plan: Plan, means: Means) -> None:
        self.plan = plan
        self._lock = FileLock(means.store.with_name(_LOCK))
        veil = Veil()
        self._exchange = Exchange(plan.address, plan.token, veil)
        work = work_of(plan, means)
        self._shipper = Shipper(work, self._exchange, veil, means.told)

    @property
    def url(self) -> str:
        """What the destination is told by."""
        return self.plan.address.url

    @property
    def fingerprint(self) -> str:
        """Tells the token from others."""
        return self._exchange.fingerprint

    def ship(self, *, is_asked: bool = False, is_alive: bool = False) -> Tally:
        """
        Send all that waits; see `Shipper.ship`.

        Raises:
            BusyError: Another process is sending.
        """
        try:
            with self._lock.acquire(timeout=0):
                return self._shipper.ship(is_asked=is_asked, is_alive=is_alive)
        except Timeout as error:
            raise BusyError from error

    def cut(self) -> None:
        """End what is being sent; from any thread."""
        self._exchange.cut()

    def close(self) -> None:
        """Close the connections."""
        self._exchange.close()


class BusyError(StoreError):
    """Another process is sending just now."""

    def __init__(self) -> None:
        super().__init__("Another claude-tray is sending just now.")


def work_of(plan: Plan, means: Means) -> Work:
    """Return what sending by a plan works with."""
    return Work(
        store=means.store,
        keep=means.keep,
        url=plan.address.url,
        privacy=plan.privacy,
        folders=plan.folders,
        machine_id=plan.machine_id,
        machine_name=plan.machine_name,
        clock=now_ms,
        as_of=means.as_of,
        chance=random.random,
    )


def now_ms() -> int:
    """Return milliseconds since 1970."""
    return time.time_ns() // 1_000_000
