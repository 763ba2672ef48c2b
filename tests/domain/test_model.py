from __future__ import annotations

import pytest

from claude_tray.domain.model import model_name


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("claude-opus-4-5-20251101", "Opus 4.5"),
        ("claude-sonnet-4-20250514", "Sonnet 4"),
        ("claude-haiku-4-5", "Haiku 4.5"),
        ("claude-3-5-sonnet-20241022", "Sonnet 3.5"),
        ("claude-3-opus-latest", "Opus 3"),
        ("us.anthropic.claude-opus-4-5-20251101-v1:0", "Opus 4.5"),
        ("claude-sonnet-4-5[1m]", "Sonnet 4.5"),
        ("claude-fictive-preview", "claude-fictive-preview"),
        ("somebody/else", "somebody/else"),
    ],
)
def test_models_are_called_as_people_call_them(model: str, name: str) -> None:
    assert model_name(model) == name
