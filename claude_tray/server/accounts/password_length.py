"""Require a length of passwords, and say so in every language."""

from __future__ import annotations

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import get_language

from claude_tray.i18n.translator import load_translator


class PasswordLengthValidator(MinimumLengthValidator):
    """As Django's, whose sentence lacks translations (Django 5.2)."""

    def get_error_message(self) -> str:
        translator = load_translator(get_language() or "en")
        return translator.gettext(
            "This password is too short. It needs at least {count}"
            " characters.",
            count=self.min_length,
        )
