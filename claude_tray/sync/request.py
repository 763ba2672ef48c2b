"""A parcel as the request that is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from claude_tray.core.providers import parse_provider
from claude_tray.core.time import format_iso_ms
from claude_tray.protocol.agent_sync import (
    AgentPayload,
    AgentSyncRequest,
    LimitPayload,
    ProjectPayload,
    SessionPayload,
)
from claude_tray.sync.privacy import NameAnonymizer, hash_account
from claude_tray.sync.responses import ReceiverKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from claude_tray.core.limits import LimitSample
    from claude_tray.store.outbox import Destination
    from claude_tray.sync.batch import Batch, EncodedRow


class AgentIdentity(NamedTuple):
    """
    Who sends.

    Attributes:
        machine_id: This installation's.
        machine_name: For people.
        store_id: The store's.
        version: The program's.
        account: The Claude account used last.
        salt: The receiver's own, for what stands for accounts.
    """

    machine_id: str
    machine_name: str
    store_id: str
    version: str
    account: str = ""
    salt: str = ""


class SendContext(NamedTuple):
    """
    When something is sent, and how far the receiver has come.

    Attributes:
        now_ms: By this machine's clock.
        as_of_ms: Transcripts were read up to then.
        from_seq: What the receiver confirmed.
        limit_samples: What Claude Code told of limits that hold now.
    """

    now_ms: int
    as_of_ms: int
    from_seq: int
    limit_samples: Sequence[LimitSample] = ()


class RowLocation(NamedTuple):
    """Where rows stand in a request."""

    project: str
    folder: str
    session: str
    account: str


class UploadRequest(NamedTuple):
    """
    A request, and what stands in it.

    Attributes:
        payload: What is sent.
        rows: The records in the order in which the request has them, by
            which a receiver names those that it rejects.
        project_names: The projects' names.
        session_ids: The sessions' ids.
    """

    payload: AgentSyncRequest
    rows: tuple[EncodedRow, ...]
    project_names: frozenset[str]
    session_ids: frozenset[str]


def build_request_for(
    batch: Batch,
    anonymizer: NameAnonymizer,
    identity: AgentIdentity,
    context: SendContext,
    destination: Destination,
) -> UploadRequest:
    """Return a parcel as the request that is sent to a destination."""
    salted = identity._replace(salt=destination.server_id or destination.url)
    request = build_request(batch, anonymizer, salted, context)
    if destination.kind == ReceiverKind.REPLACING:
        # Another make has no use for it.
        request.payload.agent = None
    return request


def build_request(
    batch: Batch,
    anonymizer: NameAnonymizer,
    identity: AgentIdentity,
    context: SendContext,
) -> UploadRequest:
    """Return a parcel as the request that is sent."""
    groups: dict[str, dict[RowLocation, list[EncodedRow]]] = {}
    for location, rows in _locate_rows(batch, anonymizer):
        group = groups.setdefault(location.project, {}).setdefault(
            location, []
        )
        group += rows
    default_account = hash_account(identity.account, identity.salt)
    projects = [
        ProjectPayload(
            name,
            next(iter(sessions)).folder,
            [
                _build_session(location, rows, default_account, identity.salt)
                for location, rows in sessions.items()
            ],
        )
        for name, sessions in groups.items()
    ]
    row_groups = [
        s for by_location in groups.values() for s in by_location.values()
    ]
    locations = [
        location for by_location in groups.values() for location in by_location
    ]
    agent = _build_agent(batch, anonymizer, identity, context)
    return UploadRequest(
        AgentSyncRequest(projects, agent),
        tuple(row for rows in row_groups for row in rows),
        frozenset(groups),
        frozenset(location.session for location in locations),
    )


def _locate_rows(
    batch: Batch,
    anonymizer: NameAnonymizer,
) -> Iterator[tuple[RowLocation, Sequence[EncodedRow]]]:
    for row in batch.rows:
        _, record, project, account = row.unsent
        session = record.session_id
        yield _build_location(anonymizer, project, session, account), (row,)
    for session_batch in batch.sessions:
        # One session, one place: a receiver that replaces a session must not
        # get it in two parts.
        account = (
            session_batch.rows[0].unsent.account if session_batch.rows else ""
        )
        location = _build_location(
            anonymizer,
            session_batch.project,
            session_batch.session.uuid,
            account,
        )
        yield location, session_batch.rows


def _build_location(
    anonymizer: NameAnonymizer, project: str, session: str, account: str
) -> RowLocation:
    return RowLocation(
        anonymizer.project_name(project),
        anonymizer.folder_name(project, account),
        session,
        account,
    )


def _build_session(
    location: RowLocation,
    rows: Sequence[EncodedRow],
    default_account: str,
    salt: str,
) -> SessionPayload:
    account = hash_account(location.account, salt)
    return SessionPayload(
        location.session,
        [row.json for row in rows],
        "" if account == default_account else account,
        parse_provider(location.account),
    )


def _build_agent(
    batch: Batch,
    anonymizer: NameAnonymizer,
    identity: AgentIdentity,
    context: SendContext,
) -> AgentPayload:
    return AgentPayload(
        machine_id=identity.machine_id,
        machine_name=anonymizer.machine_name(identity.machine_name),
        store_id=identity.store_id,
        from_seq=context.from_seq,
        to_seq=max(batch.last_seq, context.from_seq),
        sent_at=format_iso_ms(context.now_ms),
        as_of=format_iso_ms(context.as_of_ms),
        account=hash_account(identity.account, identity.salt),
        version=identity.version,
        limits=[
            LimitPayload(
                sample.name,
                sample.percent,
                format_iso_ms(sample.resets_ms),
                format_iso_ms(sample.observed_at_ms),
                hash_account(sample.account, identity.salt),
            )
            for sample in context.limit_samples
        ],
    )
