from __future__ import annotations

import msgspec
import pytest

from claude_tray.ui.toolkit.user_action import (
    ActionKind,
    AnchorPoint,
    NotificationText,
    UserAction,
)

ACTIONS = (
    *map(UserAction, ActionKind),
    UserAction(ActionKind.OPEN_POPUP, AnchorPoint(3, 4)),
    UserAction(
        ActionKind.CHANGE_SETTINGS,
        changes=(("sync.enabled", True), ("icon.style", "pie")),
    ),
    UserAction(ActionKind.OPEN_SETTINGS, page="sync"),
    UserAction(
        ActionKind.NOTIFY, notification=NotificationText("Title", "Body")
    ),
)


@pytest.mark.parametrize("action", ACTIONS, ids=str)
def test_actions_survive_encoding(action: UserAction) -> None:
    encoded = msgspec.json.encode(action)

    assert msgspec.json.decode(encoded, type=UserAction) == action
