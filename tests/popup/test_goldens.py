from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageChops, ImageStat

from claude_tray.drawing.fonts import can_shape
from tests.popup.goldens import (
    FINGERPRINTS,
    KEPT,
    PICTURES,
    Case,
    cases,
    draw,
    fingerprint,
    versions,
)

if TYPE_CHECKING:
    from pathlib import Path

GOLDENS = json.loads(FINGERPRINTS.read_text())
is_other = GOLDENS["versions"] != versions()


@pytest.mark.skipif(is_other, reason=f"made with {GOLDENS['versions']}")
@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_each_picture_is_as_it_was_to_the_pixel(
    case: Case,
    tmp_path: Path,
) -> None:
    picture = draw(case)

    if fingerprint(picture) != GOLDENS["pictures"][case.name]:
        picture.save(tmp_path / "is.png")
        pytest.fail(
            f"Look at {tmp_path / 'is.png'}; if it is better than before,"
            " run `python -m tests.popup.goldens`."
        )


def test_no_picture_is_kept_that_nothing_is_held_against() -> None:
    assert set(GOLDENS["pictures"]) == {case.name for case in cases()}
    assert {path.stem for path in PICTURES.iterdir()} == set(KEPT)


@pytest.mark.skipif(
    not can_shape(),
    reason="lacks FriBiDi: letters are set without kerning",
)
@pytest.mark.parametrize(
    "case",
    [case for case in cases() if case.name in KEPT],
    ids=lambda case: case.name,
)
def test_the_kept_pictures_look_the_same_with_any_pillow(case: Case) -> None:
    kept = Image.open(PICTURES / f"{case.name}.png").convert("RGB")
    picture = draw(case)

    assert picture.size == kept.size
    difference = ImageChops.difference(picture, kept)
    assert max(ImageStat.Stat(difference).mean) < 4
