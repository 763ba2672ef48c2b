from __future__ import annotations

import pytest

from claude_tray.core.notifications.model import NotificationKind
from claude_tray.core.notifications.samples import build_sample
from claude_tray.core.time import to_epoch_ms
from tests.support.builders import at


@pytest.mark.parametrize("kind", NotificationKind)
def test_there_is_a_sample_of_every_kind(kind: NotificationKind) -> None:
    sample = build_sample(kind, at("12:00"), at("15:00"))

    assert sample.kind is kind
    is_past = kind is NotificationKind.READY
    assert sample.reset_ms == to_epoch_ms(at("12:00" if is_past else "15:00"))


def test_the_last_sync_is_in_the_past() -> None:
    sample = build_sample(
        NotificationKind.NOT_SYNCED, at("12:00", 2), at("15:00", 2)
    )

    assert sample.at_ms == to_epoch_ms(at("12:00"))
