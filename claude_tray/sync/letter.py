"""A parcel as the request that is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from claude_tray.sync.naming import account_of
from claude_tray.sync.policy import Kind
from claude_tray.wire.agent_sync import Agent, Limit, Project, Request, Session
from claude_tray.wire.timestamps import iso_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from claude_tray.domain.limit import Limit as Told
    from claude_tray.store.destinations import Destination
    from claude_tray.sync.naming import Naming
    from claude_tray.sync.parcel import Packed, Parcel


class Sender(NamedTuple):
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


class Moment(NamedTuple):
    """
    When something is sent, and how far the receiver has come.

    Attributes:
        now_ms: By this machine's clock.
        as_of_ms: Transcripts were read up to then.
        from_seq: What the receiver confirmed.
        limits: What Claude Code told of limits that hold now.
    """

    now_ms: int
    as_of_ms: int
    from_seq: int
    limits: Sequence[Told] = ()


class Place(NamedTuple):
    """Where rows stand in a request."""

    project: str
    folder: str
    session: str
    account: str


class Letter(NamedTuple):
    """
    A request, and what stands in it.

    Attributes:
        request: What is sent.
        rows: The records in the order in which the request has them, by
            which a receiver names those that it rejects.
        names: The projects' names.
        sessions: The sessions' ids.
    """

    request: Request
    rows: tuple[Packed, ...]
    names: frozenset[str]
    sessions: frozenset[str]


def addressed(
    parcel: Parcel,
    naming: Naming,
    sender: Sender,
    moment: Moment,
    to: Destination,
) -> Letter:
    """Return a parcel as the request that is sent to a destination."""
    salted = sender._replace(salt=to.server_id or to.url)
    letter = letter_of(parcel, naming, salted, moment)
    if to.kind == Kind.SESSIONS:
        # Another make has no use for it.
        letter.request.agent = None
    return letter


def letter_of(
    parcel: Parcel,
    naming: Naming,
    sender: Sender,
    moment: Moment,
) -> Letter:
    """Return a parcel as the request that is sent."""
    groups: dict[str, dict[Place, list[Packed]]] = {}
    for place, rows in _placed(parcel, naming):
        held = groups.setdefault(place.project, {}).setdefault(place, [])
        held += rows
    usual = account_of(sender.account, sender.salt)
    projects = [
        Project(
            name,
            next(iter(sessions)).folder,
            [
                _session(place, rows, usual, sender.salt)
                for place, rows in sessions.items()
            ],
        )
        for name, sessions in groups.items()
    ]
    in_order = [s for of in groups.values() for s in of.values()]
    places = [place for of in groups.values() for place in of]
    agent = _agent(parcel, naming, sender, moment)
    return Letter(
        Request(projects, agent),
        tuple(row for rows in in_order for row in rows),
        frozenset(groups),
        frozenset(place.session for place in places),
    )


def _placed(
    parcel: Parcel,
    naming: Naming,
) -> Iterator[tuple[Place, Sequence[Packed]]]:
    for packed in parcel.rows:
        _, record, project, account = packed.unsent
        session = record.session_id
        yield _place(naming, project, session, account), (packed,)
    for load in parcel.loads:
        # One session, one place: a receiver that replaces a session must not
        # get it in two parts.
        account = load.rows[0].unsent.account if load.rows else ""
        place = _place(naming, load.project, load.session.uuid, account)
        yield place, load.rows


def _place(naming: Naming, project: str, session: str, account: str) -> Place:
    return Place(
        naming.name_of(project),
        naming.folder_of(project, account),
        session,
        account,
    )


def _session(
    place: Place,
    rows: Sequence[Packed],
    usual: str,
    salt: str,
) -> Session:
    account = account_of(place.account, salt)
    return Session(
        place.session,
        [packed.row for packed in rows],
        "" if account == usual else account,
    )


def _agent(
    parcel: Parcel,
    naming: Naming,
    sender: Sender,
    moment: Moment,
) -> Agent:
    return Agent(
        machine_id=sender.machine_id,
        machine_name=naming.machine_of(sender.machine_name),
        store_id=sender.store_id,
        from_seq=moment.from_seq,
        to_seq=max(parcel.upto, moment.from_seq),
        sent_at=iso_of(moment.now_ms),
        as_of=iso_of(moment.as_of_ms),
        account=account_of(sender.account, sender.salt),
        version=sender.version,
        limits=[
            Limit(
                told.name,
                told.percent,
                iso_of(told.resets_ms),
                iso_of(told.told_ms),
                account_of(told.account, sender.salt),
            )
            for told in moment.limits
        ],
    )
