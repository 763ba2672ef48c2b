"""Decide what to do after a failed upload: shrink, bisect, quarantine or wait."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final, NoReturn

from claude_tray.core.time import from_epoch_ms
from claude_tray.sync.receiver import (
    REPEATED_REQUESTS,
    SHUTTING_DOWN,
    DestinationStatus,
    Outcome,
    ReceiverClient,
    ResponseAction,
)
from claude_tray.sync.request import Batch, EncodedRow
from claude_tray.sync.retry import (
    build_error,
    decide_backoff,
    retry_after_seconds,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.sync.destination_state import DestinationState
    from claude_tray.sync.pending_batches import PendingBatches


_log = logging.getLogger(__name__)

_ROW_ERRORS: Final = (ResponseAction.BAD_ROWS, ResponseAction.SERVER_ERROR)
# So many rejected rows and none accepted: the rows are not the cause.
_MAX_REJECTED: Final = 8
# After so many server errors in a row a single row may be the cause.
_BISECT_AFTER_ERRORS: Final = 3
# So many attempts before an indivisible batch is quarantined.
_MAX_ATTEMPTS: Final = 5
_MAX_REWINDS: Final = 3
_TOO_LARGE: Final = "too_large"
_QUARANTINE_CODES: Final = {
    ResponseAction.BAD_ROWS: "rejected",
    ResponseAction.SERVER_ERROR: "server_error",
    ResponseAction.TOO_LARGE: _TOO_LARGE,
}


class BisectionAbortedError(Exception):
    """
    Another failure interrupted a bisection.

    Args:
        outcome: The failure.
    """

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.reason)
        self.outcome = outcome


class RowBisection:
    """
    Find the rows that a receiver rejects by halving batches.

    Args:
        upload: Sends a batch.

    Attributes:
        rejected_rows: The rows found.
    """

    def __init__(self, upload: Callable[[Batch], Outcome]) -> None:
        self._upload = upload
        self._accepted_count = 0
        self.rejected_rows: list[EncodedRow] = []

    @property
    def has_control_group(self) -> bool:
        """Other rows were accepted, so the rejected ones are the cause."""
        return self._accepted_count > 0

    def bisect_rejected_rows(self, batch: Batch) -> None:
        """
        Isolate the rejected rows of a batch.

        Raises:
            BisectionAbortedError: A half failed for another reason, or the
                receiver accepts no row at all.
        """
        if batch.row_count == 1:
            self._confirm_rejection(batch)
            return
        for half in _split_batch(batch):
            if not half.row_count:
                continue
            outcome = self._upload(half)
            if outcome.action is ResponseAction.ACCEPTED:
                self._accepted_count += half.row_count
                continue
            is_inconclusive = (
                not self.has_control_group
                and len(self.rejected_rows) >= _MAX_REJECTED
            )
            if outcome.action not in _ROW_ERRORS or is_inconclusive:
                raise BisectionAbortedError(outcome)
            self.bisect_rejected_rows(half)

    def _confirm_rejection(self, batch: Batch) -> None:
        """Send a single row again: the first failure may be temporary."""
        outcome = self._upload(batch)
        if outcome.action is ResponseAction.ACCEPTED:
            self._accepted_count += 1
        elif outcome.action in _ROW_ERRORS:
            self.rejected_rows += batch.all_rows
        else:
            raise BisectionAbortedError(outcome)


def _split_batch(batch: Batch) -> tuple[Batch, Batch]:
    """
    Split a batch in halves; a single session is split by its rows.

    The halves have no `last_seq`: sent alone, neither proves how far the
    receiver is.
    """
    if len(batch.sessions) > 1:
        half = len(batch.sessions) // 2
        return (
            Batch(sessions=batch.sessions[:half]),
            Batch(sessions=batch.sessions[half:]),
        )
    if batch.sessions:
        (session,) = batch.sessions
        half = len(session.rows) // 2
        first, second = session.rows[:half], session.rows[half:]
        return (
            Batch(sessions=(session._replace(rows=first),)),
            Batch(sessions=(session._replace(rows=second),)),
        )
    half = len(batch.rows) // 2
    return Batch(batch.rows[:half]), Batch(batch.rows[half:])


class FailureHandler:
    """
    Handle the failures of one run.

    Each method either changes what is sent next or raises a SyncError.

    Args:
        upload: Sends a batch.
        receiver: The receiver.
        state: State of the destination.
        pending: What is sent next.
        redact: Removes secrets from text of the receiver.
        jitter: Returns a random number in [0, 1).
    """

    def __init__(
        self,
        upload: Callable[[Batch], Outcome],
        receiver: ReceiverClient,
        state: DestinationState,
        pending: PendingBatches,
        redact: Callable[[str], str],
        jitter: Callable[[], float],
    ) -> None:
        self._upload = upload
        self._receiver = receiver
        self._state = state
        self._pending = pending
        self._redact = redact
        self._jitter = jitter
        self._rewind_count = 0

    def handle(self, batch: Batch, outcome: Outcome) -> None:
        """
        Handle a failed upload.

        Raises:
            SyncError: Nothing can be sent for now.
        """
        action = outcome.action
        if action is ResponseAction.REWIND:
            self._rewind(outcome)
        elif action is ResponseAction.SEND_UNCOMPRESSED:
            self._receiver.accepts_gzip = False
            self._pending.reload()
        elif action is ResponseAction.TOO_LARGE and batch.row_count:
            self._shrink_batch(batch, outcome)
        elif action is ResponseAction.SERVER_ERROR:
            self._retry_server_error(batch, outcome)
        elif action is ResponseAction.BAD_ROWS:
            self._isolate_bad_rows(batch, outcome)
        else:
            if outcome.is_connection_lost:
                self._pending.limits.shrink_if_large(batch)
            self.fail(outcome)

    def fail(self, outcome: Outcome, server_errors: int = 0) -> NoReturn:
        """
        Record a failure and raise it.

        Args:
            outcome: The failure.
            server_errors: Number of successive server errors.

        Raises:
            SyncError: Always.
        """
        if self._receiver.is_aborted:
            raise build_error(
                DestinationStatus.DELAYED,
                SHUTTING_DOWN,
            )
        now = from_epoch_ms(self._state.clock())
        decision = decide_backoff(
            outcome._replace(reason=self._redact(outcome.reason)),
            self._state.destination.failure_count + 1,
            retry_after_seconds(outcome.headers, now),
            self._jitter(),
        )
        _log.warning("Sync failed: %s", decision.reason)
        self._receiver.is_handshake_done = False
        is_token_refused = decision.status is DestinationStatus.SIGN_IN
        self._state.mark_failed(
            decision,
            server_errors,
            self._receiver.token_fingerprint if is_token_refused else "",
        )
        raise build_error(decision.status, decision.reason)

    def _rewind(self, outcome: Outcome) -> None:
        seq = outcome.receipt.resync_from if outcome.receipt else None
        self._rewind_count += 1
        if self._rewind_count > _MAX_REWINDS or seq is None:
            text = REPEATED_REQUESTS
            self.fail(
                outcome._replace(action=ResponseAction.RETRY, reason=text)
            )
        _log.warning("Receiver requests all changes after seq=%d", seq)
        self._state.rewind(max(0, seq))
        self._pending.reload()

    def _shrink_batch(self, batch: Batch, outcome: Outcome) -> None:
        if batch.is_indivisible:
            self._quarantine_indivisible(batch, outcome)
        else:
            self._pending.limits.shrink(batch)
            self._pending.reload()

    def _quarantine_indivisible(self, batch: Batch, outcome: Outcome) -> None:
        """Quarantine a single row or session that is too large."""
        server_errors = self._state.destination.server_error_count + 1
        if server_errors < _MAX_ATTEMPTS or not self._accepts_empty_request():
            self._retry(outcome, server_errors)
        reason = self._redact(outcome.reason)
        self._state.quarantine(batch.all_rows, _TOO_LARGE, reason)
        self._state.skip_sessions([s.session for s in batch.sessions])
        self._pending.reload()

    def _retry_server_error(self, batch: Batch, outcome: Outcome) -> None:
        """Wait after a server error; bisect if it persists."""
        server_errors = self._state.destination.server_error_count + 1
        if server_errors < _BISECT_AFTER_ERRORS or not self._is_caused_by_rows(
            batch
        ):
            self.fail(outcome, server_errors)
        self._bisect(batch, outcome)

    def _isolate_bad_rows(self, batch: Batch, outcome: Outcome) -> None:
        """Bisect a batch, unless the receiver rejects every request."""
        if not self._is_caused_by_rows(batch):
            self.fail(outcome)
        self._bisect(batch, outcome)

    def _is_caused_by_rows(self, batch: Batch) -> bool:
        """Check whether the receiver accepts a request without rows."""
        return batch.row_count > 0 and self._accepts_empty_request()

    def _accepts_empty_request(self) -> bool:
        return self._upload(Batch()).action is ResponseAction.ACCEPTED

    def _bisect(self, batch: Batch, outcome: Outcome) -> None:
        bisection = RowBisection(self._upload)
        try:
            bisection.bisect_rejected_rows(batch)
        except BisectionAbortedError as error:
            if bisection.has_control_group:
                self._quarantine_rows(bisection.rejected_rows, outcome)
            self.fail(
                error.outcome, self._state.destination.server_error_count
            )
        if bisection.rejected_rows and not bisection.has_control_group:
            self._quarantine_if_persistent(bisection.rejected_rows, outcome)
        elif bisection.rejected_rows:
            self._quarantine_rows(bisection.rejected_rows, outcome)
        else:
            # Both halves are accepted, but not together.
            self._shrink_batch(batch, outcome)

    def _quarantine_if_persistent(
        self, rows: list[EncodedRow], outcome: Outcome
    ) -> None:
        """Quarantine rows without a control group after several attempts."""
        server_errors = self._state.destination.server_error_count + 1
        if server_errors < _MAX_ATTEMPTS:
            self._retry(outcome, server_errors)
        self._quarantine_rows(rows, outcome)

    def _quarantine_rows(
        self, rows: list[EncodedRow], outcome: Outcome
    ) -> None:
        code = _QUARANTINE_CODES[outcome.action]
        self._state.quarantine(rows, code, self._redact(outcome.reason))
        self._pending.reload()

    def _retry(self, outcome: Outcome, server_errors: int) -> NoReturn:
        self.fail(outcome._replace(action=ResponseAction.RETRY), server_errors)
