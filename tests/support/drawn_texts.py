"""Record where texts are drawn in a picture, to find what has no room."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import pytest

from claude_tray.ui.graphics import canvas, text_mask

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from claude_tray.ui.graphics.text_mask import FontStyle, TextMask


class DrawnText(NamedTuple):
    """A text, the picture it is in, and its ink in pixels."""

    text: str
    picture: canvas.Picture
    left: int
    top: int
    right: int
    bottom: int

    @property
    def is_inside(self) -> bool:
        width, height = self.picture.size
        return self.left >= 0 and self.right <= width and self.bottom <= height

    def overlaps(self, other: DrawnText) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


@contextmanager
def record_texts() -> Iterator[list[DrawnText]]:
    """Collect the texts that are drawn inside the block, as they are."""
    found: list[DrawnText] = []
    texts: list[str] = []
    paint_mask = canvas.Canvas.paint_mask

    def draw(
        text: str, style: FontStyle, quarter: int, *, is_rtl: bool
    ) -> TextMask:
        texts.append(text)
        return text_mask.draw_text_mask(text, style, quarter, is_rtl=is_rtl)

    def paint(
        self: canvas.Canvas,
        color: str,
        mask: canvas.Picture,
        at: tuple[int, int],
    ) -> None:
        # Text is painted at once; other masks are shapes.
        if texts and (box := mask.getbbox()):
            x, y = at
            ink = (x + box[0], y + box[1], x + box[2], y + box[3])
            found.append(DrawnText(texts.pop(), self.picture, *ink))
        paint_mask(self, color, mask, at)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(f"{canvas.__name__}.draw_text_mask", draw)
        patch.setattr(canvas.Canvas, "paint_mask", paint)
        yield found


def list_misplaced(
    drawn: Sequence[DrawnText], picture: canvas.Picture
) -> list[str]:
    """List texts beyond the edges of a picture, or on one another."""
    texts = [text for text in drawn if text.picture is picture]
    outside = [text.text for text in texts if not text.is_inside]
    return outside + [
        f"{one.text!r} on {other.text!r}"
        for one, other in combinations(texts, 2)
        if one.overlaps(other)
    ]
