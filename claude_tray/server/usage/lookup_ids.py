"""Look up or create primary keys of projects, sessions and the like."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.usage import PricingTerms, RecordOrigin
from claude_tray.server.usage.bulk_sql import select_matching
from claude_tray.server.usage.models import (
    ClaudeAccount,
    Model,
    Project,
    Session,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from claude_tray.server.accounts.models import User


# The earliest line outside of sidechains determines a session's project, so
# lines of sidechains rank after all others.
_SIDECHAIN_RANK_OFFSET: Final = 1 << 60
_ACCOUNTS_SQL: Final = (
    "SELECT key, id FROM usage_claudeaccount WHERE user_id = %s AND key"
)
_PROJECTS_SQL: Final = (
    "SELECT name, id, path FROM usage_project WHERE user_id = %s AND name"
)
_SESSIONS_SQL: Final = """
    SELECT session.session_id, session.id, project_rank, project.name
    FROM usage_session AS session
        JOIN usage_project AS project ON project.user_id = session.user_id
            AND project.id = session.project_id
    WHERE session.user_id = %s AND session.session_id
"""


class ModelKey(NamedTuple):
    """A model and its pricing terms."""

    name: str
    speed: str
    inference_geo: str
    service_tier: str

    @property
    def terms(self) -> PricingTerms:
        return PricingTerms(self.speed, self.inference_geo, self.service_tier)


class ProjectOrigin(NamedTuple):
    """A line that names a session's project; the lowest rank wins."""

    rank: int
    project: str


def compute_project_origin(origin: RecordOrigin) -> ProjectOrigin:
    """Return the project and the rank of a line."""
    rank = origin.at_ms + _SIDECHAIN_RANK_OFFSET * origin.is_sidechain
    return ProjectOrigin(rank, origin.project)


@lru_cache(maxsize=4096)
def get_model_pk(model_key: ModelKey) -> int:
    """
    Return the primary key of a model; all users share them.

    Call it outside of transactions: a rollback would leave a cached key
    without its row.
    """
    model, _ = Model.objects.get_or_create(**model_key._asdict())
    return int(model.pk)


def get_account_pks(user: User, keys: Iterable[str]) -> dict[str, int]:
    """Return the primary keys of a user's Claude accounts."""
    key_set = set(keys)
    account_pks = dict(select_matching(_ACCOUNTS_SQL, user.pk, key_set))
    for key in sorted(key_set - account_pks.keys()):
        account_pks[key] = ClaudeAccount.objects.create(user=user, key=key).pk
    return account_pks


def get_project_pks(user: User, paths: Mapping[str, str]) -> dict[str, int]:
    """
    Return the primary keys of a user's projects.

    Args:
        user: The user.
        paths: Path of each project by name; replaces the stored one.
    """
    existing = {
        name: (project_pk, path)
        for name, project_pk, path in select_matching(
            _PROJECTS_SQL, user.pk, paths
        )
    }
    new = [
        Project(user=user, name=name, path=path)
        for name, path in paths.items()
        if name not in existing
    ]
    if new:
        for project in Project.objects.bulk_create(new):
            existing[project.name] = (project.pk, project.path)
    for name, path in paths.items():
        project_pk, stored_path = existing[name]
        if path and stored_path != path:
            Project.objects.filter(user=user, pk=project_pk).update(path=path)
    return {name: project_pk for name, (project_pk, _) in existing.items()}


def get_session_pks(
    user: User,
    project_origins: Mapping[str, ProjectOrigin],
    project_pks: Mapping[str, int],
) -> dict[str, int]:
    """
    Return the primary keys of sessions, each assigned to its project.

    Args:
        user: The user.
        project_origins: Earliest line of each session in the batch.
        project_pks: Primary keys of the projects by name.
    """
    existing = {
        name: (session_pk, ProjectOrigin(rank, project))
        for name, session_pk, rank, project in select_matching(
            _SESSIONS_SQL,
            user.pk,
            project_origins,
        )
    }
    new = [
        Session(
            user=user,
            session_id=name,
            project_id=project_pks[origin.project],
            project_rank=origin.rank,
            first_ms=0,
            last_ms=0,
        )
        for name, origin in project_origins.items()
        if name not in existing
    ]
    for name, (session_pk, stored_origin) in existing.items():
        origin = project_origins[name]
        # The same line with another name: the user has renamed the project.
        if origin.rank <= stored_origin.rank and origin != stored_origin:
            Session.objects.filter(user=user, pk=session_pk).update(
                project_id=project_pks[origin.project],
                project_rank=origin.rank,
            )
    session_pks = {
        name: session_pk for name, (session_pk, _) in existing.items()
    }
    if new:
        for session in Session.objects.bulk_create(new):
            session_pks[session.session_id] = session.pk
    return session_pks
