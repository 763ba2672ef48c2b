from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from PIL import Image

from claude_tray.i18n.translator import load_translator
from claude_tray.presentation.context import ViewContext
from claude_tray.presentation.share_card import (
    BAR_COUNT,
    CardBar,
    CardPart,
    CardStat,
    ShareCard,
)
from claude_tray.ui.popup.share_card import (
    CardShape,
    draw_share_card,
    encode_card,
)

CONTEXT = ViewContext(datetime(2026, 3, 10, tzinfo=UTC))
CARD = ShareCard(
    "Feb 9 - Mar 10",
    "180M",
    "tokens in 30 days",
    (CardStat("5", "days in a row"), CardStat("27 of 30", "active days")),
    "Models",
    (CardPart("Opus 4.5", "60%", 0.6), CardPart("Haiku 4.5", "40%", 0.4)),
    tuple(CardBar(n / BAR_COUNT, n > 3) for n in range(BAR_COUNT)),
    "Feb 9",
    "Today",
)
LONG = "WWWWWWWWWW " * 20
SIZES = {CardShape.WIDE: (1200, 630), CardShape.SQUARE: (1080, 1080)}


def find_ink(picture: Image.Image, box: tuple[int, int, int, int]) -> int:
    """Count the pixels of a box that differ from its left column."""
    part = picture.crop(box).convert("RGB")
    width, height = part.size
    return sum(
        part.getpixel((x, y)) != part.getpixel((0, y))
        for y in range(height)
        for x in range(1, width)
    )


@pytest.mark.parametrize("shape", CardShape)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("scale", [1, 2])
def test_a_card_has_the_size_that_networks_show(
    shape: CardShape, theme: str, scale: int
) -> None:
    picture = draw_share_card(
        CARD, CONTEXT, theme=theme, scale=scale, shape=shape
    )

    width, height = SIZES[shape]
    assert picture.size == (width * scale, height * scale)


@pytest.mark.parametrize("shape", CardShape)
@pytest.mark.parametrize("language", ["en", "de"])
def test_long_texts_stay_inside_the_margins(
    shape: CardShape, language: str
) -> None:
    context = CONTEXT._replace(translator=load_translator(language))
    long = CARD._replace(
        figure="≥ 251.688.125.000.000.000,00 IDR",
        label=LONG,
        stats=tuple(CardStat(LONG, LONG) for _ in range(3)),
        parts=tuple(CardPart(LONG, "25%", 0.25) for _ in range(4)),
    )

    picture = draw_share_card(long, context, theme="dark", shape=shape)

    width, height = picture.size
    assert find_ink(picture, (0, 0, 70, height)) == 0
    assert find_ink(picture, (width - 70, 0, width, height)) == 0
    if shape is CardShape.WIDE:
        # Between the number and the models.
        assert find_ink(picture, (694, 100, 764, 420)) == 0


def test_an_empty_card_is_drawn() -> None:
    empty = CARD._replace(
        parts=(), bars=tuple(CardBar(0, is_in_period=True) for _ in range(30))
    )

    picture = draw_share_card(empty, CONTEXT, theme="dark")

    assert find_ink(picture, (768, 146, 1128, 400)) == 0


def test_a_card_is_encoded_as_png() -> None:
    data = encode_card(draw_share_card(CARD, CONTEXT, theme="light"))

    with Image.open(io.BytesIO(data)) as picture:
        assert (picture.format, picture.size) == ("PNG", (1200, 630))
