from __future__ import annotations

from claude_tray.core.status import AccountStatus
from claude_tray.ui.graphics.canvas import Rect
from claude_tray.ui.popup.compose import AccountTab, build_view
from claude_tray.ui.popup.render.accounts import draw_accounts
from claude_tray.ui.toolkit.surface import DrawSurface, ViewState
from tests.support.popup_states import make_popup_state

BOUNDS = Rect(18, 14, 364, 27)


def draw(accounts: tuple[AccountTab, ...]) -> DrawSurface:
    surface = DrawSurface((400, 60), ViewState(), is_rtl=False)
    draw_accounts(surface, accounts, BOUNDS)
    return surface


def test_each_account_has_a_chip_with_its_state() -> None:
    accounts = build_view(*make_popup_state("accounts")).accounts

    regions = draw(accounts).regions

    assert [(region.name, region.label) for region in regions] == [
        ("account:0", "private 92% Almost out"),
        ("account:1", "work 38% On pace"),
        ("account:2", "All"),
    ]
    assert regions[0].tooltip == "private\nAlmost out"


def test_many_long_names_share_the_width() -> None:
    accounts = tuple(
        AccountTab(
            name,
            name,
            is_selected=False,
            status=AccountStatus.OK,
            value="100%" if number % 2 else "",
        )
        for number, name in enumerate(
            (
                "a-long-name-of-an-account",
                "another-long-name",
                "third",
                "x" * 40,
            )
        )
    )

    regions = draw(accounts).regions

    assert len(regions) == 4
    assert regions[-1].bounds.right <= BOUNDS.right + 0.01
