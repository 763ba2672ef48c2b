from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from claude_tray.domain.window import Learnt, Rule, Source
from claude_tray.server.dashboard.notes import notes_of
from tests.server.dashboard.made import VIEWER, a_state, a_window


def test_what_was_told_needs_no_note() -> None:
    assert notes_of(a_state(), VIEWER) == ()


def test_a_machine_that_is_behind_is_told_of() -> None:
    state = replace(a_state(), is_provisional=True)
    idle = replace(state, window=None)

    assert notes_of(state, VIEWER) == (
        "A machine is behind; the window may begin earlier.",
    )
    assert notes_of(idle, VIEWER) == (
        "A machine is behind; a window may be open already.",
    )


def test_a_learnt_reset_says_how_far_it_may_be_off() -> None:
    state = replace(
        a_state(window=a_window(source=Source.LEARNT)),
        learnt=Learnt(Rule.TEN_MINUTES, 9, timedelta(minutes=2)),
    )

    assert notes_of(state, VIEWER) == (
        "The reset is learnt from earlier ones, within 2m.",
    )
