from __future__ import annotations

from datetime import timedelta

import pytest

from claude_tray.domain.snapshot import ProfileState
from claude_tray.domain.window import Learnt, Rule, Source, Window
from claude_tray.tray.provenance import source_of
from claude_tray.words.tongue import ENGLISH
from tests.support.builders import at

LEARNT = Learnt(Rule.TEN_MINUTES, 14, timedelta(seconds=90))


@pytest.mark.parametrize(
    ("source", "learnt", "said"),
    [
        (Source.OFFICIAL, LEARNT, ""),
        (Source.LEARNT, LEARNT, "Learnt from 14 resets, ±2m"),
        (
            Source.LEARNT,
            LEARNT._replace(resets=1),
            "Learnt from 1 reset, ±2m",
        ),
        (Source.ESTIMATED, None, "Estimated, no reset was told"),
    ],
)
def test_it_is_said_how_sure_a_reset_is(
    source: Source,
    learnt: Learnt | None,
    said: str,
) -> None:
    window = Window(at("10:00"), at("15:00"), source, None)
    state = ProfileState("default", "", window, learnt=learnt)

    assert source_of(window, state, ENGLISH) == said
