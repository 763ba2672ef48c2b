"""Load the names of models, machines and accounts by primary key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.server.usage.bulk_sql import build_in_condition, fetch_rows

if TYPE_CHECKING:
    from collections.abc import Iterable


_MODELS_SQL: Final = "SELECT id, name FROM usage_model WHERE id"
_MACHINES_SQL: Final = (
    "SELECT id, machine_id FROM usage_machine WHERE user_id = %s"
)
_ACCOUNTS_SQL: Final = (
    "SELECT id, key FROM usage_claudeaccount WHERE user_id = %s"
)


def load_model_names(pks: Iterable[int]) -> dict[int, str]:
    """Return the names of models."""
    is_within, values = build_in_condition(set(pks))
    return dict(fetch_rows(f"{_MODELS_SQL} {is_within}", [values]))


def load_source_names(user: int) -> tuple[dict[int, str], dict[int, str]]:
    """Return the IDs of a user's machines and the keys of their accounts."""
    return (
        dict(fetch_rows(_MACHINES_SQL, [user])),
        dict(fetch_rows(_ACCOUNTS_SQL, [user])),
    )
