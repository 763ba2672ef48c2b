"""Describe the program: version, license, source and updates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray import __version__

if TYPE_CHECKING:
    from claude_tray.i18n.translator import Translator


SOURCE_URL: Final = "https://github.com/claudetray/claude-tray"
_CHANGELOG_URL: Final = f"{SOURCE_URL}/blob/main/CHANGELOG.md"
_ISSUES_URL: Final = f"{SOURCE_URL}/issues"


class AboutLink(NamedTuple):
    """
    A link to a page of the project.

    Attributes:
        label: Its text.
        url: Its address.
    """

    label: str
    url: str


class About(NamedTuple):
    """
    What the program is.

    Attributes:
        name: Its name.
        version: Its version.
        license: Licenses of the program and of what it contains.
        disclaimer: Whose program it is not.
        links: Source, changelog and issues.
        update: That there is a newer version; empty for none.
        update_check: What the check for updates does, in one sentence.
    """

    name: str
    version: str
    license: str
    disclaimer: str
    links: tuple[AboutLink, ...]
    update: str
    update_check: str


def build_about(
    translator: Translator, update_host: str, newer_version: str = ""
) -> About:
    """
    Build the description of the program.

    Args:
        translator: Language of the texts.
        update_host: The host that the check for updates asks.
        newer_version: Version to update to; empty for none.
    """
    gettext = translator.gettext
    return About(
        name="claude-tray",
        version=__version__,
        license=gettext("MIT; the font Inter: OFL"),
        disclaimer=gettext("Unofficial. Not affiliated with Anthropic."),
        links=(
            AboutLink(gettext("Source code"), SOURCE_URL),
            AboutLink(gettext("Changelog"), _CHANGELOG_URL),
            AboutLink(gettext("Report a problem"), _ISSUES_URL),
        ),
        update=format_update(newer_version, translator)
        if newer_version
        else "",
        update_check=gettext(
            "Asks {host} once a day for the newest version. Nothing about you"
            " is sent.",
            host=update_host,
        ),
    )


def format_update(version: str, translator: Translator) -> str:
    """Say which version the program can be updated to."""
    return translator.gettext("Update to {version}", version=version)
