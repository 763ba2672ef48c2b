"""Numbers for names: projects, sessions, accounts, machines, models."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.domain.usage import Terms
from claude_tray.server.usage.bulk import found
from claude_tray.server.usage.models import (
    ClaudeAccount,
    Model,
    Project,
    Session,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from claude_tray.domain.usage import Origin
    from claude_tray.server.accounts.models import User

# A session's project is that of its earliest line that is no sidechain's.
_SIDECHAIN: Final = 1 << 60
_ACCOUNTS: Final = (
    "SELECT key, id FROM usage_claudeaccount WHERE user_id = %s AND key"
)
_PROJECTS: Final = (
    "SELECT name, id, path FROM usage_project WHERE user_id = %s AND name"
)
_SESSIONS: Final = """
    SELECT session.session_id, session.id, project_rank, project.name
    FROM usage_session AS session
        JOIN usage_project AS project ON project.id = session.project_id
    WHERE session.user_id = %s AND session.session_id
"""


class ModelName(NamedTuple):
    """A model and the terms of its price."""

    name: str
    speed: str
    inference_geo: str
    service_tier: str

    @property
    def terms(self) -> Terms:
        return Terms(self.speed, self.inference_geo, self.service_tier)


class Beginning(NamedTuple):
    """What a session's project is taken from: the least holds."""

    rank: int
    project: str


def beginning(origin: Origin) -> Beginning:
    """Return what a line says of its session's project."""
    rank = origin.at_ms + _SIDECHAIN * origin.is_sidechain
    return Beginning(rank, origin.project)


@lru_cache(maxsize=4096)
def model_number(name: ModelName) -> int:
    """
    Return the number of a model; they are the same for all people.

    Not to be asked for within a transaction, which may be taken back.
    """
    model, _ = Model.objects.get_or_create(**name._asdict())
    return int(model.pk)


def account_numbers(user: User, keys: Iterable[str]) -> dict[str, int]:
    """Return the numbers of a person's Claude accounts."""
    wanted = set(keys)
    numbers = dict(found(_ACCOUNTS, user.pk, wanted))
    for key in sorted(wanted - numbers.keys()):
        numbers[key] = ClaudeAccount.objects.create(user=user, key=key).pk
    return numbers


def project_numbers(user: User, paths: Mapping[str, str]) -> dict[str, int]:
    """
    Return the numbers of a person's projects.

    Args:
        user: The person.
        paths: The path of each, as it was sent; the newest is kept.
    """
    known = {
        name: (number, path)
        for name, number, path in found(_PROJECTS, user.pk, paths)
    }
    new = [
        Project(user=user, name=name, path=path)
        for name, path in paths.items()
        if name not in known
    ]
    if new:
        for project in Project.objects.bulk_create(new):
            known[project.name] = (project.pk, project.path)
    for name, path in paths.items():
        number, held = known[name]
        if path and held != path:
            Project.objects.filter(pk=number).update(path=path)
    return {name: number for name, (number, _) in known.items()}


def session_numbers(
    user: User,
    beginnings: Mapping[str, Beginning],
    projects: Mapping[str, int],
) -> dict[str, int]:
    """
    Return the numbers of sessions, each in its project.

    Args:
        user: The person.
        beginnings: The earliest line that was sent of each.
        projects: The projects' numbers.
    """
    known = {
        name: (number, Beginning(rank, project))
        for name, number, rank, project in found(
            _SESSIONS,
            user.pk,
            beginnings,
        )
    }
    new = [
        Session(
            user=user,
            session_id=name,
            project_id=projects[start.project],
            project_rank=start.rank,
            first_ms=0,
            last_ms=0,
        )
        for name, start in beginnings.items()
        if name not in known
    ]
    for name, (number, held) in known.items():
        start = beginnings[name]
        # The same line under another name: the person calls it so now.
        if start.rank <= held.rank and start != held:
            Session.objects.filter(pk=number).update(
                project_id=projects[start.project],
                project_rank=start.rank,
            )
    numbers = {name: number for name, (number, _) in known.items()}
    if new:
        for session in Session.objects.bulk_create(new):
            numbers[session.session_id] = session.pk
    return numbers
