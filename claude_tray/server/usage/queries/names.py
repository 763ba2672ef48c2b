"""Load the names of models and accounts by primary key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.server.usage.bulk_sql import build_in_condition, fetch_rows

if TYPE_CHECKING:
    from collections.abc import Iterable


_MODELS_SQL: Final = "SELECT id, name FROM usage_model WHERE id"
_ACCOUNTS_SQL: Final = (
    "SELECT key FROM usage_claudeaccount WHERE user_id = %s ORDER BY key"
)


# Of the process: all users share models, which are never changed or deleted.
_model_names: Final[dict[int, str]] = {}
_MAX_CACHED_MODELS: Final = 4096


def load_model_names(pks: Iterable[int]) -> dict[int, str]:
    """Return the names of models; call it outside of transactions."""
    wanted = set(pks)
    names = {pk: _model_names[pk] for pk in wanted & _model_names.keys()}
    missing = wanted - names.keys()
    if missing:
        is_within, values = build_in_condition(missing)
        names |= (
            found := dict(fetch_rows(f"{_MODELS_SQL} {is_within}", [values]))
        )
        if len(_model_names) + len(found) > _MAX_CACHED_MODELS:
            _model_names.clear()
        _model_names.update(found)
    return names


def load_account_keys(user: int) -> list[str]:
    """Return the keys of a user's Claude accounts, sorted."""
    return [key for (key,) in fetch_rows(_ACCOUNTS_SQL, [user])]
