from __future__ import annotations

from claude_tray import __version__
from claude_tray.i18n.translator import ENGLISH
from claude_tray.presentation.about import build_about


def test_the_program_names_version_license_and_pages() -> None:
    about = build_about(ENGLISH, "api.github.com")

    assert (about.name, about.version) == ("claude-tray", __version__)
    assert about.license.startswith("MIT")
    assert about.disclaimer == "Unofficial. Not affiliated with Anthropic."
    assert [link.label for link in about.links] == [
        "Source code",
        "Changelog",
        "Report a problem",
    ]
    assert all(link.url.startswith("https://") for link in about.links)
    assert about.update == ""
    assert "api.github.com once a day" in about.update_check


def test_a_newer_version_is_named() -> None:
    about = build_about(ENGLISH, "api.github.com", "0.2.0")

    assert about.update == "Update to 0.2.0"
