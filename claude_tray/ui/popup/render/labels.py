"""Place labels so that none covers another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from claude_tray.ui.graphics.canvas import Rect


def place_labels(
    candidates: Sequence[Sequence[Rect]],
    area: Rect,
    avoided: Sequence[Rect] = (),
) -> list[Rect | None]:
    """
    Choose a place for each label.

    Labels are placed in order, so the important ones come first.

    Args:
        candidates: For each label the places it may have, the best one first.
        area: Places must be within it.
        avoided: Boxes that labels cover only where there is no other place.

    Returns:
        The place of each label; None where all places are taken, so that the
        label is left out.
    """
    placed: list[Rect | None] = []
    for places in candidates:
        taken = [place for place in placed if place is not None]
        inside = [place for place in places if is_inside(place, area)]
        placed.append(
            _find_free(inside, [*taken, *avoided]) or _find_free(inside, taken)
        )
    return placed


def is_inside(place: Rect, area: Rect) -> bool:
    """Return whether a place is completely within an area."""
    return (
        area.x <= place.x
        and place.right <= area.right
        and area.y <= place.y
        and place.bottom <= area.bottom
    )


def overlaps(place: Rect, other: Rect) -> bool:
    """Return whether two places have a point in common."""
    return (
        place.x < other.right
        and other.x < place.right
        and place.y < other.bottom
        and other.y < place.bottom
    )


def _find_free(places: Iterable[Rect], taken: Sequence[Rect]) -> Rect | None:
    return next(
        (
            place
            for place in places
            if not any(overlaps(place, other) for other in taken)
        ),
        None,
    )
