from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import pytest
from PIL import Image

from claude_tray.ui.graphics.system_fonts import can_shape
from tests.support.pictures import (
    MAX_TILE_DIFFERENCE,
    TILE_PX,
    compute_tile_means,
    erase,
    measure_difference,
    measure_tile_means,
)
from tests.support.source_code import ROOT
from tests.ui.popup.goldens import (
    PICTURES,
    REFERENCES,
    STORED_CASES,
    GoldenCase,
    compute_fingerprint,
    draw_case,
    format_versions,
    get_picture_path,
    list_cases,
)

if TYPE_CHECKING:
    from pathlib import Path

    from PIL.Image import Image as Picture


DOCUMENT: Final = json.loads(REFERENCES.read_text())
IS_SAME_PILLOW: Final = DOCUMENT["versions"] == format_versions()
CASES: Final = {case.name: case for case in list_cases()}
# Left, top, right and bottom of the parts of "pace dark", in pixels.
REGIONS: Final = {
    "head": (18, 12, 382, 92),
    "chart": (18, 100, 382, 264),
    "limits": (18, 274, 382, 372),
    "live row": (18, 386, 382, 412),
    "periods": (18, 422, 382, 449),
    "sum": (18, 458, 382, 494),
    "groupings": (18, 501, 382, 528),
    "list": (18, 535, 382, 660),
    "a row of the list": (18, 537, 382, 558),
    "footer": (18, 680, 382, 712),
}
needs_shaping = pytest.mark.skipif(
    not can_shape(), reason="lacks FriBiDi: letters are set without kerning"
)


@needs_shaping
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_each_picture_looks_as_before(
    case: GoldenCase, tmp_path: Path
) -> None:
    reference = DOCUMENT["pictures"][case.name]
    picture = draw_case(case)

    if IS_SAME_PILLOW:
        is_equal = compute_fingerprint(picture) == reference["fingerprint"]
    else:
        difference = measure_tile_means(
            picture, reference["tiles"], case.tile_px
        )
        is_equal = difference <= MAX_TILE_DIFFERENCE

    if not is_equal:
        picture.save(tmp_path / "actual.png")
        pytest.fail(
            f"Look at {tmp_path / 'actual.png'}; if it is right, run"
            " `python -m tests.ui.popup.goldens`."
        )


@needs_shaping
@pytest.mark.parametrize("name", STORED_CASES)
def test_stored_pictures_look_the_same_with_any_pillow(name: str) -> None:
    picture = draw_case(CASES[name])

    difference = measure_difference(picture, _open_stored(name))

    assert difference <= MAX_TILE_DIFFERENCE


@pytest.mark.parametrize("region", REGIONS)
def test_a_missing_region_is_noticed(region: str) -> None:
    case = CASES["pace dark 1x en project"]
    stored = _open_stored(case.name)
    means = compute_tile_means(stored, case.tile_px)

    erased = erase(stored, REGIONS[region], (200, 8))

    assert measure_difference(erased, stored) > 3 * MAX_TILE_DIFFERENCE
    assert measure_tile_means(erased, means) > MAX_TILE_DIFFERENCE


@pytest.mark.parametrize("name", STORED_CASES)
def test_a_missing_row_of_tiles_is_noticed(name: str) -> None:
    stored = _open_stored(name)
    for top in range(0, stored.height, TILE_PX):
        bottom = min(top + TILE_PX, stored.height)
        box = (0, top, stored.width, bottom)
        erased = erase(stored, box, (stored.width // 2, 8))

        is_blank = _is_blank(stored.crop(box))
        difference = measure_difference(erased, stored)

        assert is_blank or difference > MAX_TILE_DIFFERENCE, top


def test_every_case_has_a_reference_and_every_reference_a_case() -> None:
    assert set(DOCUMENT["pictures"]) == set(CASES)
    assert set(PICTURES.iterdir()) == set(map(get_picture_path, STORED_CASES))


def test_references_are_made_with_the_pinned_pillow() -> None:
    pins = (ROOT / "requirements" / "test.txt").read_text().splitlines()
    pinned = next(pin for pin in pins if pin.startswith("pillow=="))

    version = pinned.removeprefix("pillow==").split()[0]

    assert DOCUMENT["versions"].startswith(f"Pillow {version},")


def _open_stored(name: str) -> Picture:
    return Image.open(get_picture_path(name)).convert("RGB")


def _is_blank(picture: Picture) -> bool:
    """The picture has hardly any contrast; borders of a pixel count as none."""
    levels = picture.convert("L").reduce(8).tobytes()
    return max(levels) - min(levels) <= 16
