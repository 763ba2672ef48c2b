from __future__ import annotations

from claude_tray.errors import DesktopError, SettingsError

GERMAN = {
    "Cannot read {path}: {reason}.": "{path} ist nicht lesbar: {reason}.",
    "Run: chmod 600 {path}": "Ausführen: chmod 600 {path}",
}


def _translate(text: str) -> str:
    # As gettext does for the header of a catalog.
    return GERMAN.get(text, text) if text else "Project-Id-Version: 1"


def test_texts_are_filled_and_translated_where_they_are_shown() -> None:
    error = SettingsError(
        "Cannot read {path}: {reason}.",
        hint="Run: chmod 600 {path}",
        path="/own/.env",
        reason="Permission denied",
    )

    assert str(error) == error.summary
    assert error.describe() == (
        "Cannot read /own/.env: Permission denied. Run: chmod 600 /own/.env"
    )
    assert error.translate(_translate) == (
        "/own/.env ist nicht lesbar: Permission denied.",
        "Ausführen: chmod 600 /own/.env",
    )


def test_braces_of_values_and_of_texts_without_values_survive() -> None:
    plain = DesktopError("The server answered {}.")
    filled = DesktopError("Cannot use {path}.", path="/a{b}c")

    assert plain.describe(_translate) == "The server answered {}."
    assert filled.describe(_translate) == "Cannot use /a{b}c."


def test_another_hint_keeps_the_values() -> None:
    error = SettingsError("{key} is wrong.", key="icon.style")

    other = error.with_hint("Fix it in {path}.", path="/s.toml")

    assert isinstance(other, SettingsError)
    assert other.describe() == "icon.style is wrong. Fix it in /s.toml."
