"""Look up or create primary keys of projects, sessions and the like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import connection

from claude_tray.core.bounds import MAX_MODELS, OTHER_MODELS
from claude_tray.core.cost import compute_request_cost
from claude_tray.core.usage import PricingTerms, RecordOrigin, TokenCounts
from claude_tray.server.pricing import get_price_table
from claude_tray.server.usage.bulk_sql import select_matching
from claude_tray.server.usage.models import (
    ClaudeAccount,
    Model,
    Session,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from claude_tray.protocol.agent_sync_validation import ValidatedRow
    from claude_tray.server.accounts.models import User


# The earliest line outside of sidechains determines a session's project, so
# lines of sidechains rank after all others.
_SIDECHAIN_RANK_OFFSET: Final = 1 << 60
_ACCOUNTS_SQL: Final = (
    "SELECT key, id FROM usage_claudeaccount WHERE user_id = %s AND key"
)
_SESSIONS_SQL: Final = """
    SELECT session_id, id, project_rank, project_id FROM usage_session
    WHERE user_id = %s AND session_id
"""


_MOVE_SESSION_SQL: Final = """
    UPDATE usage_session SET project_id = %s, project_rank = %s
    WHERE user_id = %s AND id = %s
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


# Of the process; filled outside of transactions only, because a rollback would
# leave a key without its row.
_model_pks: Final[dict[ModelKey, int]] = {}
_MAX_CACHED_MODELS: Final = 4096


def get_model_pks(model_keys: Iterable[ModelKey]) -> dict[ModelKey, int]:
    """
    Return the primary keys of models; all users share them.

    Call it outside of transactions.
    """
    wanted = set(model_keys)
    missing = wanted - _model_pks.keys()
    if missing:
        if len(_model_pks) + len(missing) > _MAX_CACHED_MODELS:
            _model_pks.clear()
            missing = wanted
        _model_pks.update(_find_model_pks(missing))
        new = sorted(missing - _model_pks.keys())
        Model.objects.bulk_create(
            [Model(**key._asdict()) for key in new], ignore_conflicts=True
        )
        _model_pks.update(_find_model_pks(new))
    return {key: _model_pks[key] for key in wanted}


def _find_model_pks(
    model_keys: Iterable[ModelKey],
) -> dict[ModelKey, int]:
    names = {key.name for key in model_keys}
    if not names:
        return {}
    rows = Model.objects.filter(name__in=names)
    return {
        ModelKey(*key): pk
        for pk, *key in rows.values_list("pk", *ModelKey._fields)
    }


def load_model_keys(user_id: int) -> set[ModelKey]:
    """Return all models of a user; takes a scan of the user's sums."""
    with connection.cursor() as cursor:
        cursor.execute(_MODELS_SQL, [user_id])
        return {ModelKey(*row) for row in cursor.fetchall()}


_MODELS_SQL: Final = f"""
    SELECT {", ".join(ModelKey._fields)} FROM usage_model WHERE id IN (
        SELECT DISTINCT model_id FROM usage_usagecell WHERE user_id = %s)
"""

# Of the process: models without a known price that a user may have.
_allowed_models: Final[dict[int, frozenset[ModelKey]]] = {}
_MAX_CACHED_USERS: Final = 1_000


def fold_excess_models(
    user_id: int,
    models: Collection[tuple[str, PricingTerms]],
    rows: dict[int, ValidatedRow],
    now_ms: int,
) -> bool:
    """
    Count further models without a price as one, as the tray does.

    Args:
        user_id: Primary key of the user.
        models: Models of the rows with their pricing terms.
        rows: Rows by key; those of further models are replaced.
        now_ms: Time of the price table.

    Returns:
        Whether a row was replaced.
    """
    unpriced = {
        ModelKey(name, *terms[:3])
        for name, terms in models
        if not _is_priced(name, terms._replace(web_searches=0), now_ms)
    }
    allowed = _allowed_models.get(user_id, frozenset())
    if unpriced <= allowed:
        return False
    known = load_model_keys(user_id)
    new = sorted(unpriced - known)
    excess = set(new[max(0, MAX_MODELS - len(known)) :])
    if len(_allowed_models) >= _MAX_CACHED_USERS:
        _allowed_models.clear()
    _allowed_models[user_id] = frozenset(allowed | unpriced) - excess
    for key, row in rows.items():
        record = row.record
        if ModelKey(record.model, *record.terms[:3]) in excess:
            terms = PricingTerms(web_searches=record.terms.web_searches)
            folded = record._replace(model=OTHER_MODELS, terms=terms)
            rows[key] = row._replace(record=folded)
    return bool(excess)


def _is_priced(name: str, terms: PricingTerms, now_ms: int) -> bool:
    cost = compute_request_cost(
        TokenCounts(1), name, terms, now_ms, get_price_table()
    )
    return cost is not None


# Far beyond what anybody has; they bound what lists, pages and sums cost.
MAX_ACCOUNTS: Final = 100
MAX_PROJECTS: Final = 10_000
MAX_SESSIONS: Final = 1_000_000
_COUNT_SQL: Final = "SELECT count(*) FROM {} WHERE user_id = %s"


class TooManyNamesError(Exception):
    """
    A user would have too many accounts, projects or sessions.

    Args:
        kind: "accounts", "projects" or "sessions".
        names: The names that are too many.
        maximum: How many a user may have.
    """

    def __init__(self, kind: str, names: Iterable[str], maximum: int) -> None:
        super().__init__(kind)
        self.kind = kind
        self.names = frozenset(names)
        self.detail = f"a user may have {maximum:,} {kind}"


def check_maximum(
    user: User, kind: str, new_names: Sequence[str], maximum: int
) -> None:
    """
    Check how many names a user has.

    Raises:
        TooManyNamesError: Some of the new ones are too many.
    """
    if not new_names:
        return
    table = f"usage_{_TABLE_BY_KIND[kind]}"
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_SQL.format(table), [user.pk])
        (count,) = cursor.fetchone()
    excess = new_names[max(0, maximum - count) :]
    if excess:
        raise TooManyNamesError(kind, excess, maximum)


_TABLE_BY_KIND: Final = {
    "accounts": "claudeaccount",
    "projects": "project",
    "sessions": "session",
}


def get_account_pks(user: User, keys: Iterable[str]) -> dict[str, int]:
    """
    Return the primary keys of a user's Claude accounts.

    Raises:
        TooManyNamesError: The user would have too many.
    """
    key_set = set(keys)
    account_pks = dict(select_matching(_ACCOUNTS_SQL, user.pk, key_set))
    new_keys = sorted(key_set - account_pks.keys())
    check_maximum(user, "accounts", new_keys, MAX_ACCOUNTS)
    if new_keys:
        for account in ClaudeAccount.objects.bulk_create(
            [ClaudeAccount(user=user, key=key) for key in new_keys]
        ):
            account_pks[account.key] = account.pk
    return account_pks


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

    Raises:
        TooManyNamesError: The user would have too many.
    """
    existing = {
        name: (session_pk, (rank, project_pk))
        for name, session_pk, rank, project_pk in select_matching(
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
    check_maximum(
        user, "sessions", [session.session_id for session in new], MAX_SESSIONS
    )
    _move_sessions(user, existing, project_origins, project_pks)
    session_pks = {
        name: session_pk for name, (session_pk, _) in existing.items()
    }
    if new:
        for session in Session.objects.bulk_create(new):
            session_pks[session.session_id] = session.pk
    return session_pks


def _move_sessions(
    user: User,
    existing: Mapping[str, tuple[int, tuple[int, int]]],
    project_origins: Mapping[str, ProjectOrigin],
    project_pks: Mapping[str, int],
) -> None:
    """Assign stored sessions to the projects of earlier lines."""
    moves = []
    for name, (session_pk, stored) in existing.items():
        origin = project_origins[name]
        sent = (origin.rank, project_pks[origin.project])
        # The same line with another name: the user has renamed the project.
        if origin.rank <= stored[0] and sent != stored:
            moves.append((sent[1], origin.rank, user.pk, session_pk))
    if moves:
        with connection.cursor() as cursor:
            cursor.executemany(_MOVE_SESSION_SQL, moves)
