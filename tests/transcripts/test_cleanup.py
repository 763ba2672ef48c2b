from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claude_tray.transcripts.cleanup import USUAL_DAYS, cleanup_days

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ('{"cleanupPeriodDays": 90}', 90),
        ('{"cleanupPeriodDays": 1.0, "model": "x"}', 1),
        ('{"cleanupPeriodDays": 999999999999}', 36_500),
        ('{"cleanupPeriodDays": 1e300}', 36_500),
        ("{}", USUAL_DAYS),
        ('{"cleanupPeriodDays": 0}', USUAL_DAYS),
        ('{"cleanupPeriodDays": true}', USUAL_DAYS),
        ('{"cleanupPeriodDays": "9"}', USUAL_DAYS),
        ("{", None),
        ("[]", None),
    ],
)
def test_the_settings_say_how_long_transcripts_stay(
    tmp_path: Path,
    text: str,
    days: int | None,
) -> None:
    (tmp_path / "settings.json").write_text(text)

    assert cleanup_days(tmp_path) == days


def test_without_settings_they_stay_for_thirty_days(tmp_path: Path) -> None:
    assert cleanup_days(tmp_path) == USUAL_DAYS


def test_settings_that_cannot_be_read_delete_nothing(tmp_path: Path) -> None:
    (tmp_path / "settings.json").mkdir()

    assert cleanup_days(tmp_path) is None
