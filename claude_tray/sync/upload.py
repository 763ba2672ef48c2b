"""One go of sending: what is done about each answer."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final, NoReturn

from claude_tray.core.time import from_epoch_ms
from claude_tray.sync.batch import Batch, EncodedRow
from claude_tray.sync.destination_state import (
    DestinationState,
    build_rejected_rows,
)
from claude_tray.sync.responses import (
    DestinationStatus,
    HttpResponse,
    Outcome,
    ResponseAction,
    TransportFailure,
)
from claude_tray.sync.retry import backoff_for, error_for, retry_after_seconds
from claude_tray.sync.session import (
    ReceiverCapabilities,
    SyncSession,
    SyncStats,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.protocol.agent_sync_responses import AgentSyncResponse
    from claude_tray.sync.pending_batches import PendingBatches
    from claude_tray.sync.receiver import ReceiverClient, UploadResult


_ROW_ERRORS: Final = (ResponseAction.BAD_ROWS, ResponseAction.SERVER_ERROR)
# So many refused and none taken: it is not the rows.
_MAX_REJECTED: Final = 8


class BisectionAbortedError(Exception):
    """
    Something else came in between.

    Args:
        result: What it was.
    """

    def __init__(self, result: UploadResult) -> None:
        super().__init__(result.outcome.reason)
        self.result = result


class RowBisection:
    """
    Tries halves until the rows stand alone that are refused.

    Args:
        upload: Takes a parcel there.

    Attributes:
        rejected_rows: The rows found.
    """

    def __init__(self, upload: Callable[[Batch], UploadResult]) -> None:
        self._upload = upload
        self._accepted_count = 0
        self.rejected_rows: list[EncodedRow] = []

    @property
    def has_control_group(self) -> bool:
        """The receiver took some, so it is the rows that it does not take."""
        return self._accepted_count > 0

    def bisect_rejected_rows(self, batch: Batch) -> None:
        """
        Look through a parcel that was refused.

        Raises:
            InterruptedHuntError: The receiver cannot be asked any more, or
                takes no row at all.
        """
        if batch.row_count == 1:
            self._confirm_rejection(batch)
            return
        for half in batch.split():
            if not half.row_count:
                continue
            result = self._upload(half)
            action = result.outcome.action
            if action is ResponseAction.ACCEPTED:
                self._accepted_count += half.row_count
                continue
            is_inconclusive = (
                not self.has_control_group
                and len(self.rejected_rows) >= _MAX_REJECTED
            )
            if action not in _ROW_ERRORS or is_inconclusive:
                raise BisectionAbortedError(result)
            self.bisect_rejected_rows(half)

    def _confirm_rejection(self, batch: Batch) -> None:
        """Blame a row only if it is refused twice: it may have been chance."""
        result = self._upload(batch)
        if result.outcome.action is ResponseAction.ACCEPTED:
            self._accepted_count += 1
        elif result.outcome.action in _ROW_ERRORS:
            self.rejected_rows += batch.all_rows
        else:
            raise BisectionAbortedError(result)


_log = logging.getLogger(__name__)

# So often broken in a row: it may be a row that breaks it.
_BISECT_AFTER_ERRORS: Final = 3
# So often in a row, what cannot be made smaller is not taken.
_MAX_ATTEMPTS: Final = 5
_MAX_REWINDS: Final = 3
_TOO_LARGE: Final = "too_large"
_QUARANTINE_CODES: Final = {
    ResponseAction.BAD_ROWS: "rejected",
    ResponseAction.SERVER_ERROR: "server_error",
    ResponseAction.TOO_LARGE: _TOO_LARGE,
}


class Uploader:
    """
    Sends until nothing waits.

    Args:
        session: What it works with.
        receiver: Takes parcels there.
        state: How the destination stands.
        pending: What is to be sent.
        capabilities: What has been learnt of the receiver.
        redact: Covers secrets in what the other side says.

    Attributes:
        stats: What has arrived.
    """

    def __init__(
        self,
        session: SyncSession,
        receiver: ReceiverClient,
        state: DestinationState,
        pending: PendingBatches,
        capabilities: ReceiverCapabilities,
        redact: Callable[[str], str],
    ) -> None:
        self._session = session
        self._receiver = receiver
        self._state = state
        self._pending = pending
        self._capabilities = capabilities
        self._redact = redact
        self._rewinds = 0
        seq = state.destination.acked_seq
        self.stats = SyncStats(pending.count_pending(), seq)

    def handshake(self) -> None:
        """Make the handshake."""
        result, response = self._receiver.handshake()
        if isinstance(result, Outcome):
            self._fail(result, response)
        if self._state.apply_handshake(result):
            _log.warning("The receiver lacks what it had: sending it again")
            self._pending.reload()
        if result.response is not None:
            self._capabilities.batch_limits.apply_receiver_limits(
                result.response
            )
        self._capabilities.is_handshake_done = True

    def send(self, batch: Batch) -> None:
        """
        Send a parcel; what is not taken of it is seen to, or it comes again.

        Raises:
            SyncError: The destination is to be left alone.
        """
        result = self._receiver.upload(batch)
        action, _, receipt = result.outcome
        if action is ResponseAction.ACCEPTED and receipt is not None:
            self._accept(batch, result, receipt)
        elif action is ResponseAction.REWIND:
            self._rewind(result)
        elif action is ResponseAction.SEND_UNCOMPRESSED:
            self._capabilities.accepts_gzip = False
            self._pending.reload()
        elif action is ResponseAction.TOO_LARGE and batch.row_count:
            self._shrink_batch(batch, result)
        elif action is ResponseAction.SERVER_ERROR:
            self._retry_server_error(batch, result)
        elif action is ResponseAction.BAD_ROWS:
            self._isolate_bad_rows(batch, result)
        else:
            if (
                isinstance(result.response, TransportFailure)
                and result.response.is_connection_lost
            ):
                self._capabilities.batch_limits.shrink_if_large(batch)
            self._fail(result.outcome, result.response)

    def _accept(
        self,
        batch: Batch,
        result: UploadResult,
        receipt: AgentSyncResponse,
    ) -> None:
        rows, now_ms = result.request.rows, self._session.clock()
        rejected = build_rejected_rows(receipt, rows, self._redact, now_ms)
        self._state.mark_accepted(batch, receipt, rejected)
        self._capabilities.batch_limits.grow()
        self.stats.add(result.request)

    def _rewind(self, result: UploadResult) -> None:
        receipt = result.outcome.receipt
        seq = receipt.resync_from if receipt else None
        self._rewinds += 1
        if self._rewinds > _MAX_REWINDS or seq is None:
            text = "the server asks again and again for what it was sent"
            self._fail(Outcome(ResponseAction.RETRY, text), result.response)
        _log.warning("The receiver asks for all after change=%d", seq)
        self._state.rewind(max(0, seq))
        self._pending.reload()

    def _shrink_batch(self, batch: Batch, result: UploadResult) -> None:
        if batch.is_indivisible:
            self._quarantine_indivisible(batch, result)
        else:
            self._capabilities.batch_limits.shrink(batch)
            self._pending.reload()

    def _quarantine_indivisible(
        self, batch: Batch, result: UploadResult
    ) -> None:
        """Set aside what cannot be made smaller, if it was no chance."""
        server_errors = self._state.destination.server_error_count + 1
        if server_errors < _MAX_ATTEMPTS or not self._accepts_empty_request():
            retry = result.outcome._replace(action=ResponseAction.RETRY)
            self._fail(retry, result.response, server_errors)
        reason = self._redact(result.outcome.reason)
        self._state.quarantine(batch.all_rows, _TOO_LARGE, reason)
        self._state.skip_sessions([load.session for load in batch.sessions])
        self._pending.reload()

    def _retry_server_error(self, batch: Batch, result: UploadResult) -> None:
        """Wait while a receiver is broken; if that goes on, look for why."""
        server_errors = self._state.destination.server_error_count + 1
        if server_errors < _BISECT_AFTER_ERRORS or not self._is_caused_by_rows(
            batch
        ):
            self._fail(result.outcome, result.response, server_errors)
        self._bisect(batch, result)

    def _isolate_bad_rows(self, batch: Batch, result: UploadResult) -> None:
        """Look for the rows that are not taken, if it is the rows."""
        if not self._is_caused_by_rows(batch):
            self._fail(result.outcome, result.response)
        self._bisect(batch, result)

    def _is_caused_by_rows(self, batch: Batch) -> bool:
        """Tell whether rows may be to blame: without any, all is well."""
        return batch.row_count > 0 and self._accepts_empty_request()

    def _accepts_empty_request(self) -> bool:
        """Tell whether the receiver takes a request without any row."""
        action = self._receiver.upload(Batch()).outcome.action
        return action is ResponseAction.ACCEPTED

    def _bisect(self, batch: Batch, result: UploadResult) -> None:
        bisection = RowBisection(self._receiver.upload)
        try:
            bisection.bisect_rejected_rows(batch)
        except BisectionAbortedError as error:
            if bisection.has_control_group:
                self._quarantine_rows(bisection.rejected_rows, result)
            interruption, server_errors = (
                error.result,
                self._state.destination.server_error_count,
            )
            self._fail(
                interruption.outcome, interruption.response, server_errors
            )
        if bisection.rejected_rows and not bisection.has_control_group:
            self._quarantine_if_persistent(bisection.rejected_rows, result)
        elif bisection.rejected_rows:
            self._quarantine_rows(bisection.rejected_rows, result)
        else:
            # Each half is taken, but not both together.
            self._shrink_batch(batch, result)

    def _quarantine_if_persistent(
        self, rows: list[EncodedRow], result: UploadResult
    ) -> None:
        """Blame rows that came alone only when they are refused for long."""
        server_errors = self._state.destination.server_error_count + 1
        if server_errors < _MAX_ATTEMPTS:
            retry = result.outcome._replace(action=ResponseAction.RETRY)
            self._fail(retry, result.response, server_errors)
        self._quarantine_rows(rows, result)

    def _quarantine_rows(
        self, rows: list[EncodedRow], result: UploadResult
    ) -> None:
        code = _QUARANTINE_CODES[result.outcome.action]
        reason = self._redact(result.outcome.reason)
        self._state.quarantine(rows, code, reason)
        self._pending.reload()

    def _fail(
        self,
        outcome: Outcome,
        response: HttpResponse | TransportFailure,
        server_errors: int = 0,
    ) -> NoReturn:
        if self._receiver.is_aborted:
            raise error_for(DestinationStatus.DELAYED, "the program ends")
        now = from_epoch_ms(self._session.clock())
        headers = (
            response.headers if isinstance(response, HttpResponse) else {}
        )
        decision = backoff_for(
            outcome._replace(reason=self._redact(outcome.reason)),
            self._state.destination.failure_count + 1,
            retry_after_seconds(headers, now),
            self._session.jitter(),
        )
        _log.warning("Could not send: %s", decision.reason)
        self._capabilities.is_handshake_done = False
        is_sign_in_needed = decision.state is DestinationStatus.SIGN_IN
        refused_token = (
            self._receiver.token_fingerprint if is_sign_in_needed else ""
        )
        self._state.mark_failed(
            decision._replace(
                refused_token=refused_token, server_errors=server_errors
            )
        )
        raise error_for(decision.state, decision.reason)
