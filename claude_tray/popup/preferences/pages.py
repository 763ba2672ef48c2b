"""All pages of the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.popup.preferences.alert_pages import (
    limits_page,
    notifications_page,
)
from claude_tray.popup.preferences.data_pages import (
    about_page,
    privacy_page,
    sync_page,
)
from claude_tray.popup.preferences.look_pages import general_page, icon_page

if TYPE_CHECKING:
    from claude_tray.popup.preferences.form import Page
    from claude_tray.popup.preferences.standing import Standing

NAMES: Final = (
    "general",
    "icon",
    "limits",
    "notifications",
    "sync",
    "privacy",
    "about",
)


def pages_of(standing: Standing) -> tuple[Page, ...]:
    """Return all pages, in the order of NAMES."""
    return (
        general_page(standing),
        icon_page(standing),
        limits_page(standing),
        notifications_page(standing),
        sync_page(standing),
        privacy_page(standing),
        about_page(standing),
    )
