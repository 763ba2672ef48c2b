from __future__ import annotations

import pytest

from claude_tray.config.schema import Settings
from claude_tray.core.notifications.model import KIND_RULES, NotificationKind


def test_every_kind_has_rules() -> None:
    assert set(KIND_RULES) == set(NotificationKind)


@pytest.mark.parametrize("kind", NotificationKind)
def test_rules_name_a_setting_and_supersede_less_severe_kinds(
    kind: NotificationKind,
) -> None:
    rules = kind.rules

    assert not rules.setting or hasattr(
        Settings(), f"notifications_{rules.setting}"
    )
    assert all(other.rank > kind.rank for other in rules.supersedes)
