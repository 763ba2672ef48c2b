from __future__ import annotations

from claude_tray.core.setup import SetupState
from claude_tray.core.snapshot import Retention
from claude_tray.presentation.banner import find_banner, list_banners
from claude_tray.presentation.welcome import SuggestionKey
from tests.support.popup_states import make_popup_state

STATE = make_popup_state("unknown").change_snapshot(
    unfollowed_folders=("/home/ada/.claude-work",),
    unpriced_models=("house-1",),
    retention=Retention(30, 16, 16),
)
SETUP = SetupState(has_limits=False)


def test_what_has_most_effect_comes_first() -> None:
    banners = list_banners(STATE.data.snapshot, STATE.context, SETUP)

    assert [(banner.key, banner.button) for banner in banners] == [
        ("limits", "Connect"),
        ("folder:/home/ada/.claude-work", "Add it"),
        ("prices:house-1", "Set prices"),
        ("retention", ""),
    ]
    assert banners[0].suggestion is not None
    assert banners[0].suggestion.key is SuggestionKey.LIMITS
    assert banners[2].page == "costs"
    assert banners[3].text == (
        "Claude Code will delete 16 old transcripts soon."
        " Your stats are already saved."
    )


def test_a_dismissed_banner_makes_room_for_the_next_one() -> None:
    shown = [
        find_banner(STATE.data.snapshot, STATE.context, SETUP, dismissed)
        for dismissed in (
            (),
            ("limits", "folder:/home/ada/.claude-work"),
            (
                "limits",
                "folder:/home/ada/.claude-work",
                "prices:house-1",
                "retention",
            ),
        )
    ]

    assert [banner and banner.key for banner in shown] == [
        "limits",
        "prices:house-1",
        None,
    ]


def test_a_connected_account_has_no_banner() -> None:
    state = make_popup_state("pace")
    setup = SetupState(has_limits=True)

    assert list_banners(state.data.snapshot, state.context, setup) == []
