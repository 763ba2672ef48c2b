"""The reset of a used-up limit is announced once, whatever the clock does."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from claude_tray.core.notifications.model import (
    EvaluationContext,
    NotificationKind,
    NotificationSettings,
    NotificationState,
)
from claude_tray.core.notifications.policy import next_notification
from claude_tray.core.notifications.state_data import (
    parse_state,
    serialize_state,
)
from claude_tray.core.snapshot import Snapshot
from tests.core.notifications.simulation import RESET, make_state
from tests.support.builders import at

SETTINGS = NotificationSettings(
    kinds=frozenset({NotificationKind.READY, NotificationKind.LIMIT})
)
# Minutes until the next evaluation: waking minutes, naps, and a clock that
# the user or a time server sets back or forth.
STEPS = st.lists(
    st.tuples(
        st.one_of(
            st.just(1),
            st.integers(2, 20),
            st.integers(-90, -1),
            st.integers(20, 150),
        ),
        st.booleans(),
    ),
    max_size=40,
)


class Computer:
    """A computer that was used until 14:00, when the limit was reached."""

    def __init__(self) -> None:
        self.now = at("14:00")
        self.state = NotificationState()
        self.announced = 0

    def evaluate(self) -> None:
        account = make_state(100, last_record_at=at("13:59"))
        if self.now >= RESET:
            account = replace(account, window=None, limits=())
        context = EvaluationContext(
            Snapshot(self.now, accounts=(account,)),
            self.now,
            self.now.hour * 60 + self.now.minute,
            at("00:00", 2),
        )
        self.state, notification = next_notification(
            self.state, context, SETTINGS
        )
        if notification and notification.kind is NotificationKind.READY:
            self.announced += 1

    def restart(self) -> None:
        """Keep only what the state file keeps."""
        text = json.dumps(serialize_state(self.state))
        self.state = parse_state(json.loads(text))


@settings(deadline=None)
@given(STEPS)
def test_the_reset_is_announced_exactly_once(
    steps: list[tuple[int, bool]],
) -> None:
    computer = Computer()
    computer.evaluate()
    for minutes, is_restarted in steps:
        moved = computer.now + timedelta(minutes=minutes)
        computer.now = min(max(moved, at("14:00")), at("17:00"))
        if is_restarted:
            computer.restart()
        computer.evaluate()
    # Long enough for the ten minutes between two notifications.
    for minute in range(15):
        computer.now = at("17:05") + timedelta(minutes=minute)
        computer.evaluate()

    assert computer.announced == 1


@settings(deadline=None)
@given(st.integers(1, 299), st.booleans())
def test_it_is_announced_after_sleep(minutes: int, is_restarted: bool) -> None:  # noqa: FBT001
    computer = Computer()
    computer.evaluate()
    computer.now = RESET + timedelta(minutes=minutes)
    if is_restarted:
        computer.restart()

    computer.evaluate()

    assert computer.announced == 1
