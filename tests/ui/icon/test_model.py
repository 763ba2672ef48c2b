from __future__ import annotations

import pytest

from claude_tray.ui.icon.colors import choose_colors
from claude_tray.ui.icon.model import (
    ICON_CURRENCIES,
    IconModel,
    format_countdown,
)
from claude_tray.ui.icon.render import draw_icon


@pytest.mark.parametrize(
    ("minutes", "long", "short"),
    [
        (300, "5:00", "5h"),
        (167, "2:47", "2h"),
        (127, "2:07", "2h"),
        (60, "1:00", "1h"),
        (59, "59m", "59"),
        (1, "1m", "1"),
        (-3, "0m", "0"),
        (600, "10h", "10"),
        (47 * 60, "47h", "47"),
        (48 * 60, "2d", "2d"),
        (7 * 24 * 60, "7d", "7d"),
    ],
)
def test_countdown_has_a_long_and_a_short_form(
    minutes: int,
    long: str,
    short: str,
) -> None:
    assert format_countdown(minutes) == long
    assert format_countdown(minutes, is_short=True) == short


@pytest.mark.parametrize(
    ("icon", "long", "short"),
    [
        (IconModel(), "5h", "5h"),
        (IconModel(state="error"), "!", "!"),
        (IconModel(state="reading"), "...", ".."),
        (IconModel(167, 0.376, text_kind="percent"), "38%", "38"),
        (IconModel(167, 1.2, text_kind="percent"), "99%", "99"),
        (IconModel(167, text_kind="percent"), "2:47", "2h"),
    ],
)
def test_icon_text(icon: IconModel, long: str, short: str) -> None:
    assert (icon.format_text(4), icon.format_text(2)) == (long, short)


def test_left_fraction_is_between_0_and_1() -> None:
    assert IconModel().left_fraction == 0
    assert IconModel(150).left_fraction == 0.5
    assert IconModel(900).left_fraction == 1


@pytest.mark.parametrize(
    ("minutes", "texts"),
    [
        (3 * 1440 + 4 * 60, ("3d4h", "3d", "3d")),
        (9 * 1440 + 14 * 60 + 59, ("9d14h", "9d", "9d")),
        (12 * 1440 + 60, ("12d", "12d", "12d")),
        (47 * 60 + 59, ("47h", "47h", "47")),
        (2 * 1440, ("2d0h", "2d", "2d")),
    ],
)
def test_days_have_hours_where_there_is_room(
    minutes: int, texts: tuple[str, str, str]
) -> None:
    icon = IconModel(minutes, 0.41)

    assert tuple(icon.format_text(size) for size in (5, 4, 2)) == texts


@pytest.mark.parametrize(
    ("cents", "text", "short"),
    [
        (0, "$0.0", "$0"),
        (429, "$4.2", "$4"),
        (999, "$9.9", "$9"),
        (1240, "$12", "12"),
        (99_999, "$999", "999"),
        (123_456, "$1k", "1k"),
    ],
)
def test_a_cost_is_shortened(cents: int, text: str, short: str) -> None:
    icon = IconModel(cost_cents=cents)

    assert (icon.format_text(4), icon.format_text(2)) == (text, short)


def test_a_limit_without_an_end_shows_its_share() -> None:
    assert IconModel(None, 0.41).format_text(4) == "41%"
    assert IconModel(None, 0.41).left_fraction == pytest.approx(0.59)
    assert IconModel(None, None, state="limit").format_text(4) == "!"
    assert IconModel(None, None, state="limit").left_fraction == 0


def test_an_outdated_share_is_dimmed_but_not_the_countdown() -> None:
    stale = choose_colors(IconModel(167, 0.38, state="stale"))
    fresh = choose_colors(IconModel(167, 0.38))

    assert stale.alpha == fresh.alpha == fresh.share_alpha
    assert stale.share_alpha < stale.alpha


@pytest.mark.parametrize(
    ("symbol", "cents", "text"),
    [
        ("€", 425, "€4.2"),
        ("£", 4_250, "£42"),
        ("¥", 15_000_000, "¥150k"),
        ("\N{FULLWIDTH YEN SIGN}", 12_345, "¥123"),
        ("kr", 12_345, "123"),
        ("IDR", 20_000_000_000, "200m"),
    ],
)
def test_costs_have_the_symbol_if_the_icon_can_show_it(
    symbol: str, cents: int, text: str
) -> None:
    assert IconModel(cost_cents=cents, currency=symbol).format_text(5) == text


@pytest.mark.parametrize("symbol", ICON_CURRENCIES)
@pytest.mark.parametrize("size", [16, 22, 24, 32, 48])
def test_every_symbol_is_drawn(symbol: str, size: int) -> None:
    icon = IconModel(cost_cents=425, currency=symbol, style="text")
    without = icon._replace(currency="kr")

    assert (
        draw_icon(icon, size).tobytes() != draw_icon(without, size).tobytes()
    )
