"""Store the batches that machines send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import transaction

from claude_tray.core.time import to_epoch_ms
from claude_tray.protocol.agent_sync import (
    AgentPayload,
    AgentSyncRequest,
    RejectedRow,
)
from claude_tray.protocol.agent_sync_validation import (
    UnbilledRow,
    ValidatedRow,
    validate_rows,
)
from claude_tray.protocol.agent_validation import SenderReport, validate_agent
from claude_tray.server.pricing import get_price_table
from claude_tray.server.usage import (
    aggregates,
    bulk_sql,
    limits,
    machines,
    maintenance,
    models,
    projects,
    row_mapping,
    user_slots,
)
from claude_tray.server.usage.lookup_ids import (
    ModelKey,
    ProjectOrigin,
    TooManyNamesError,
    compute_project_origin,
    fold_excess_models,
    get_account_pks,
    get_model_pks,
    get_session_pks,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from claude_tray.core.usage import (
        PricingTerms,
        RecordOrigin,
        UsageRecord,
    )
    from claude_tray.server.accounts.models import User
    from claude_tray.server.usage.machines import MachineSyncState


# Maximum of a 32-bit column; sums are stored in 64 bits.
_MAX_COLUMN_VALUE: Final = 2**31 - 1


class ReceivedBatch:
    """
    The rows of a request.

    Args:
        rows: In the order of the request.
        paths: Path of each project that the rows name.
        machine: ID of the sender.

    Attributes:
        received: Number of rows, including rejected ones.
        rejected: Invalid rows.
        rows: Valid rows, merged by record key.
        machine: ID of the sender.
    """

    def __init__(
        self,
        rows: Iterable[ValidatedRow | UnbilledRow | RejectedRow],
        paths: Mapping[str, str],
        machine: str,
    ) -> None:
        self.received = 0
        self.rejected: list[RejectedRow] = []
        self.rows: dict[int, ValidatedRow] = {}
        self._first_origins: dict[str, RecordOrigin] = {}
        self.machine = machine
        self._paths = paths
        for row in rows:
            self.received += 1
            if isinstance(row, ValidatedRow):
                if _exceeds_column_limit(row.record):
                    self.rejected.append(_build_rejection(row))
                else:
                    self._add(row)
            elif isinstance(row, RejectedRow):
                self.rejected.append(row)

    def model_keys(self) -> set[tuple[str, PricingTerms]]:
        """Return the models of the records with their pricing terms."""
        return {
            (row.record.model, row.record.terms) for row in self.rows.values()
        }

    def account_keys(self) -> set[str]:
        return {row.account for row in self.rows.values()}

    @property
    def projects(self) -> dict[str, str]:
        """Path of each project of the sessions."""
        return {
            origin.project: self._paths[origin.project]
            for origin in self._first_origins.values()
        }

    def project_origins(self) -> dict[str, ProjectOrigin]:
        """Return the line that determines each session's project."""
        return {
            name: compute_project_origin(origin)
            for name, origin in self._first_origins.items()
        }

    def build_sent_record(self, row: ValidatedRow) -> row_mapping.SentRecord:
        return row_mapping.SentRecord(row.record, row.account, self.machine)

    def _add(self, row: ValidatedRow) -> None:
        record = row.record
        existing = self.rows.setdefault(record.key, row)
        if existing is not row:
            self.rows[record.key] = self._merge(existing, row)
        first_origin = self._first_origins.get(record.session_id)
        # Most lines are later, and need no value for the comparison.
        if first_origin is None or (
            (record.is_sidechain, record.origin_ms) <= first_origin[:2]
            and record.origin < first_origin
        ):
            self._first_origins[record.session_id] = record.origin

    def _merge(self, left: ValidatedRow, right: ValidatedRow) -> ValidatedRow:
        merged = row_mapping.merge_sent_records(
            self.build_sent_record(left), self.build_sent_record(right)
        )
        return right._replace(account=merged.account, record=merged.record)


def _exceeds_column_limit(record: UsageRecord) -> bool:
    return (
        max(record.tokens) > _MAX_COLUMN_VALUE
        or record.terms.web_searches > _MAX_COLUMN_VALUE
    )


def _build_rejection(row: ValidatedRow) -> RejectedRow:
    session, detail = row.record.session_id, "a count above 2^31 - 1"
    return RejectedRow(row.row_index, session, "invalid", detail)


_KEY_COLUMNS: Final = ("user_id", "key")
_UPDATE_CLAUSE: Final = ", ".join(
    f"{name} = excluded.{name}"
    for name in row_mapping.ROW_COLUMNS
    if name not in _KEY_COLUMNS
)


class StoreResult(NamedTuple):
    """Result of storing a request."""

    batch: ReceivedBatch
    machine_state: MachineSyncState
    report: SenderReport
    created: int = 0
    updated: int = 0

    @property
    def unchanged(self) -> int:
        changed = self.created + self.updated
        return self.batch.received - len(self.batch.rejected) - changed


def store_request(
    user: User, request: AgentSyncRequest, now: datetime
) -> StoreResult:
    """Store a request without waiting; repeating it changes nothing."""
    paths = {project.name: project.path for project in request.projects}
    rows = validate_rows(request, to_epoch_ms(now))
    return store_rows(
        user, request.agent, rows, paths, now, waits_for_others=False
    )


def store_rows(
    user: User,
    agent: AgentPayload | None,
    rows: Iterable[ValidatedRow | UnbilledRow | RejectedRow],
    paths: Mapping[str, str],
    now: datetime,
    *,
    waits_for_others: bool = True,
) -> StoreResult:
    """
    Store rows in one transaction.

    Args:
        user: Owner of the rows.
        agent: Sender; None if it does not identify itself.
        rows: Validated and rejected rows.
        paths: Path of each project that the rows name.
        now: Current time.
        waits_for_others: Wait while another process stores the user's data.

    Raises:
        MachineRevokedError: The machine is revoked.
        TooManyMachinesError: The user has too many.
        UserBusyError: Another process is storing the user's data.
    """
    lock = (
        bulk_sql.lock_user if waits_for_others else user_slots.lock_idle_user
    )
    report = validate_agent(agent, to_epoch_ms(now))
    rows = list(rows)
    while True:
        batch = ReceivedBatch(rows, paths, machines.get_machine_id(agent))
        try:
            return _store_batch(user, agent, batch, report, now, lock)
        except TooManyNamesError as error:
            # Once for each kind of names, as none is too many afterwards.
            rows = [_reject_excess(row, error) for row in rows]
            if error.kind == "accounts":
                report = report.without_accounts(error.names, error.detail)


def _reject_excess(
    row: ValidatedRow | UnbilledRow | RejectedRow, error: TooManyNamesError
) -> ValidatedRow | UnbilledRow | RejectedRow:
    """Reject a row with a name that is too many."""
    if not isinstance(row, ValidatedRow):
        return row
    origin = row.record.origin
    name = {
        "accounts": row.account,
        "projects": origin.project,
        "sessions": origin.session_id,
    }[error.kind]
    if name not in error.names:
        return row
    return RejectedRow(
        row.row_index,
        origin.session_id,
        f"too_many_{error.kind}",
        error.detail,
    )


def _store_batch(
    user: User,
    agent: AgentPayload | None,
    batch: ReceivedBatch,
    report: SenderReport,
    now: datetime,
    lock: Callable[[int], None],
) -> StoreResult:
    """
    Store a batch in one transaction; raises as `store_rows`.

    Raises:
        TooManyNamesError: Names are too many; nothing is stored.
    """
    model_keys = batch.model_keys()
    if fold_excess_models(user.pk, model_keys, batch.rows, to_epoch_ms(now)):
        model_keys = batch.model_keys()
    keys = {key: ModelKey(key[0], *key[1][:3]) for key in model_keys}
    pks = get_model_pks(keys.values())
    model_pks = {key: pks[model_key] for key, model_key in keys.items()}
    with user_slots.take_writer_turn(), transaction.atomic():
        lock(user.pk)
        machine_state = machines.register_sync(user, agent, report, now)
        if machine_state.resync_from is not None:
            return StoreResult(batch, machine_state, report)
        accounts = batch.account_keys()
        accounts.update(sample.account for sample in report.limits)
        account_pks = get_account_pks(user, accounts)
        lookup_ids = _LookupIds(
            user, batch, model_pks, account_pks, machine_state.machine_pk
        )
        counts = _write_rows(user.pk, batch, lookup_ids)
        ignored = limits.save_limit_samples(user, report.limits, account_pks)
    if ignored:
        report = report._replace(ignored=(*report.ignored, *ignored))
    return StoreResult(batch, machine_state, report, *counts)


class _LookupIds:
    """Foreign keys of everything that a batch names."""

    def __init__(
        self,
        user: User,
        batch: ReceivedBatch,
        model_pks: Mapping[tuple[str, PricingTerms], int],
        account_pks: Mapping[str, int],
        machine_pk: int,
    ) -> None:
        project_pks = projects.get_project_pks(user, batch.projects)
        self._user_pk = user.pk
        self._session_pks = get_session_pks(
            user, batch.project_origins(), project_pks
        )
        self._account_pks = account_pks
        self._model_pks = model_pks
        self._machine_key = (batch.machine, machine_pk)
        # Many records share few combinations.
        self._row_ids: dict[
            tuple[str, str, tuple[str, PricingTerms]], row_mapping.RowIds
        ] = {}

    def resolve_row_ids(self, row: ValidatedRow) -> row_mapping.RowIds:
        """Return the foreign keys of a row of this batch."""
        record = row.record
        lookup_key = (
            record.session_id,
            row.account,
            (record.model, record.terms),
        )
        row_ids = self._row_ids.get(lookup_key)
        if row_ids is None:
            session_id, account_key, model_key = lookup_key
            row_ids = self._row_ids[lookup_key] = row_mapping.RowIds(
                self._user_pk,
                self._session_pks[session_id],
                self._machine_key[1],
                self._account_pks[account_key],
                self._model_pks[model_key],
            )
        return row_ids

    def resolve_merged_row_ids(
        self, sent_record: row_mapping.SentRecord, stored: row_mapping.UsageRow
    ) -> row_mapping.RowIds:
        """Return the foreign keys of a merged record; unnamed ones stay."""
        record = sent_record.record
        machine_id, machine_pk = self._machine_key
        return row_mapping.RowIds(
            self._user_pk,
            self._session_pks.get(record.session_id, stored.session_id),
            machine_pk
            if sent_record.machine == machine_id
            else stored.machine_id,
            self._account_pks.get(sent_record.account, stored.account_id),
            self._model_pks.get((record.model, record.terms), stored.model_id),
        )


def _write_rows(
    user_id: int, batch: ReceivedBatch, lookup_ids: _LookupIds
) -> tuple[int, int]:
    """Write new and changed rows; return the number of each."""
    table = get_price_table()
    stored_rows, horizon_ms = (
        row_mapping.load_stored_rows(user_id, batch.rows),
        maintenance.get_horizon_ms(user_id),
    )
    delta = aggregates.UserAggregateDelta(user_id)
    new_rows: list[row_mapping.UsageRow] = []
    differing_rows: list[row_mapping.UsageRow] = []
    for key, sent in batch.rows.items():
        row = row_mapping.build_row(
            sent.record, lookup_ids.resolve_row_ids(sent), table
        )
        if key not in stored_rows:
            if row.at_ms >= horizon_ms:
                new_rows.append(row)
                delta.add(row)
        elif row != stored_rows[key]:
            differing_rows.append(stored_rows[key])
    updated_rows: list[row_mapping.UsageRow] = []
    for key, stored_record in row_mapping.load_stored_records(
        user_id, differing_rows
    ).items():
        sent_record = row_mapping.merge_sent_records(
            stored_record, batch.build_sent_record(batch.rows[key])
        )
        row_ids = lookup_ids.resolve_merged_row_ids(
            sent_record, stored_rows[key]
        )
        row = row_mapping.build_row(sent_record.record, row_ids, table)
        if row != stored_rows[key]:
            updated_rows.append(row)
            delta.subtract(stored_rows[key])
            delta.add(row)
    bulk_sql.upsert(
        models.UsageSnapshot,
        row_mapping.ROW_COLUMNS,
        new_rows + updated_rows,
        ", ".join(_KEY_COLUMNS),
        _UPDATE_CLAUSE,
    )
    delta.apply(horizon_ms)
    return len(new_rows), len(updated_rows)
