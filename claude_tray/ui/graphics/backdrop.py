"""Create gradients as backgrounds of pictures to share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from PIL.Image import Image as Picture


def create_gradient(
    size: tuple[int, int],
    top_color: tuple[int, int, int],
    bottom_color: tuple[int, int, int],
) -> Picture:
    """Create a vertical gradient between two colors."""
    ramp = Image.linear_gradient("L").resize(size)
    channels = [
        ramp.point([a + (b - a) * v // 255 for v in range(256)])
        for a, b in zip(top_color, bottom_color, strict=True)
    ]
    return Image.merge("RGB", channels)
