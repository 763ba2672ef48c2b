from __future__ import annotations

from claude_tray.ui.popup.compose import build_view
from claude_tray.ui.popup.share_card import (
    draw_share_card,
    strip_private_details,
)
from tests.support.popup_states import make_popup_state


def test_projects_are_shared_only_on_request() -> None:
    view = build_view(*make_popup_state("accounts"))

    plain = strip_private_details(view, has_projects=False)
    named = strip_private_details(view, has_projects=True)

    for name in ("api-gateway", "private", "Synced"):
        assert name not in str(plain)
    assert [button.action for button in plain.controls.tabs] == [
        "tab:models",
        "tab:days",
    ]
    assert "api-gateway" in str(named)
    assert "private" not in str(named)


def test_problems_are_not_shared() -> None:
    view = strip_private_details(
        build_view(*make_popup_state("error")), has_projects=False
    )

    assert "~/.claude" not in view.headline.sentence


def test_a_card_has_a_background() -> None:
    view = build_view(*make_popup_state("pace"))

    for theme in ("light", "dark"):
        card = draw_share_card(view, theme=theme, scale=1, has_projects=False)

        assert card.width == 400 + 2 * 48
        assert card.getpixel((2, 2)) != card.getpixel((200, 80))
