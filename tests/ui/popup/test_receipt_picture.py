from __future__ import annotations

import io

from PIL import Image

from claude_tray.core.receipt_parts import Dimension
from claude_tray.i18n.translator import ENGLISH
from claude_tray.presentation.receipt import (
    ReceiptRow,
    ReceiptSection,
    ReceiptView,
)
from claude_tray.ui.popup.receipt_picture import (
    draw_receipt_picture,
    encode_receipt_picture,
)


def make_row(label: str, fraction: float = 0.5) -> ReceiptRow:
    return ReceiptRow("", label, "12.5", "50%", fraction, "$1.00")


def make_view(project: str = "shop", model: str = "Opus") -> ReceiptView:
    sections = (
        (Dimension.PROJECT, "Projects", project),
        (Dimension.MODEL, "Models", model),
        (Dimension.CAUSE, "Causes", "Context below 50K"),
    )
    return ReceiptView(
        limit="5-hour limit",
        period="2026-03-01 12:00\N{EN DASH}17:00",
        amount="25%",
        sentence="25 points of the 5-hour limit until 16:43",
        sums=(make_row("This computer"), make_row("Elsewhere")),
        sections=tuple(
            ReceiptSection(dimension, title, (make_row(label),) * 8)
            for dimension, title, label in sections
        ),
        notes=(),
        has_points=True,
    )


def draw(view: ReceiptView, *, has_projects: bool) -> bytes:
    return draw_receipt_picture(
        view, ENGLISH, theme="dark", has_projects=has_projects
    ).tobytes()


def test_projects_are_named_only_on_request() -> None:
    plain, other = make_view(), make_view(project="secret")

    assert draw(plain, has_projects=False) == draw(other, has_projects=False)
    assert draw(plain, has_projects=True) != draw(other, has_projects=True)
    changed = make_view(model="Haiku")
    assert draw(plain, has_projects=False) != draw(changed, has_projects=False)


def test_long_texts_stay_within_their_columns() -> None:
    """The margins and the gap between the columns stay empty."""
    view = make_view(project="long-name-of-a-project " * 9)

    picture = draw_receipt_picture(
        view, ENGLISH, theme="light", has_projects=True
    )

    background = picture.getpixel((2, 2))
    assert picture.size == (1200, 630)
    for box in ((0, 0, 70, 630), (1132, 0, 1200, 630), (575, 370, 620, 610)):
        assert picture.crop(box).getcolors() == [
            ((box[2] - box[0]) * (box[3] - box[1]), background)
        ]


def test_a_receipt_without_parts_is_drawn_too() -> None:
    empty = make_view()._replace(sums=(), sections=(), amount="$0.00")

    data = encode_receipt_picture(
        empty, ENGLISH, theme="light", has_projects=True
    )

    with Image.open(io.BytesIO(data)) as picture:
        assert (picture.format, picture.size) == ("PNG", (1200, 630))
