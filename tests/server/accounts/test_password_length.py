from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from claude_tray.i18n.translator import list_languages, load_translator
from claude_tray.server.dashboard.views.base import translate_django


@pytest.mark.parametrize("language", list_languages())
def test_a_short_password_is_refused_in_every_language(language: str) -> None:
    with (
        translate_django(load_translator(language)),
        pytest.raises(ValidationError) as caught,
    ):
        validate_password("x7-qk")

    (text,) = caught.value.messages
    assert "10" in text
    assert text.startswith("This password") == (language == "en")


def test_a_long_password_is_accepted() -> None:
    validate_password("the engine of 1843")
