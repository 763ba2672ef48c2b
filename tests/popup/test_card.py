from __future__ import annotations

from claude_tray.popup.card import draw_card, shared
from claude_tray.popup.compose import view_of
from tests.support.popups import a_moment


def test_what_is_shared_names_no_project_unless_one_wants_that() -> None:
    view = view_of(a_moment("accounts"))

    plain = shared(view, has_projects=False)
    named = shared(view, has_projects=True)

    for name in ("api-gateway", "private", "Synced"):
        assert name not in str(plain)
    assert [button.action for button in plain.choices.tabs] == [
        "tab:models",
        "tab:days",
    ]
    assert "api-gateway" in str(named)
    assert "private" not in str(named)


def test_what_is_shared_names_no_folder_that_is_in_trouble() -> None:
    view = shared(view_of(a_moment("error")), has_projects=False)

    assert "~/.claude" not in view.headline.sentence


def test_a_card_is_a_picture_with_a_ground_of_its_own() -> None:
    view = view_of(a_moment("pace"))

    for theme in ("light", "dark"):
        card = draw_card(view, theme=theme, scale=1, has_projects=False)

        assert card.width == 400 + 2 * 48
        assert card.getpixel((2, 2)) != card.getpixel((200, 80))
