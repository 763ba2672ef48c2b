from __future__ import annotations

from claude_tray.ui.popup.compose import build_view
from claude_tray.ui.popup.render.layout import draw_popup
from claude_tray.ui.popup.share_card import (
    draw_share_card,
    strip_private_details,
)
from claude_tray.ui.toolkit.surface import ViewState
from tests.support.popup_states import make_popup_state


def test_projects_are_shared_only_on_request() -> None:
    view = build_view(*make_popup_state("accounts"))

    plain = strip_private_details(view, has_projects=False)
    named = strip_private_details(view, has_projects=True)
    shown, shown_named = (
        str(card._replace(lists=())) for card in (plain, named)
    )

    for name in ("api-gateway", "private", "Synced", "5f0c0a52"):
        assert name not in shown
    assert "Opus 4.6" in str(plain.usage)
    assert "api-gateway" in shown_named
    assert "private" not in shown_named


def test_a_card_has_no_buttons() -> None:
    card = strip_private_details(
        build_view(*make_popup_state("accounts")), has_projects=True
    )

    names = {r.name for r in draw_popup(card, ViewState()).regions}

    assert not {"pin", "more", "dashboard", "by:model", "session:0"} & names
    assert "period:window" in names


def test_a_card_without_a_window_has_no_chart() -> None:
    view = build_view(*make_popup_state("all"))

    assert strip_private_details(view, has_projects=False).chart is None


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
