from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageChops, ImageStat

from claude_tray.ui.graphics.fonts import can_shape
from tests.ui.popup.goldens import (
    FINGERPRINTS,
    PICTURES,
    STORED_CASES,
    GoldenCase,
    compute_fingerprint,
    draw_case,
    format_versions,
    list_cases,
)

if TYPE_CHECKING:
    from pathlib import Path


GOLDENS = json.loads(FINGERPRINTS.read_text())
is_other = GOLDENS["versions"] != format_versions()


@pytest.mark.skipif(is_other, reason=f"made with {GOLDENS['versions']}")
@pytest.mark.parametrize("case", list_cases(), ids=lambda case: case.name)
def test_each_picture_is_as_it_was_to_the_pixel(
    case: GoldenCase,
    tmp_path: Path,
) -> None:
    picture = draw_case(case)

    if compute_fingerprint(picture) != GOLDENS["pictures"][case.name]:
        picture.save(tmp_path / "is.png")
        pytest.fail(
            f"Look at {tmp_path / 'is.png'}; if it is better than before,"
            " run `python -m tests.ui.popup.goldens`."
        )


def test_no_picture_is_kept_that_nothing_is_held_against() -> None:
    assert set(GOLDENS["pictures"]) == {case.name for case in list_cases()}
    assert {path.stem for path in PICTURES.iterdir()} == set(STORED_CASES)


@pytest.mark.skipif(
    not can_shape(),
    reason="lacks FriBiDi: letters are set without kerning",
)
@pytest.mark.parametrize(
    "case",
    [case for case in list_cases() if case.name in STORED_CASES],
    ids=lambda case: case.name,
)
def test_the_kept_pictures_look_the_same_with_any_pillow(
    case: GoldenCase,
) -> None:
    stored = Image.open(PICTURES / f"{case.name}.png").convert("RGB")
    picture = draw_case(case)

    assert picture.size == stored.size
    difference = ImageChops.difference(picture, stored)
    assert max(ImageStat.Stat(difference).mean) < 4
