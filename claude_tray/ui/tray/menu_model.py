"""Define the entries of the tray menu."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.config.schema import Settings
from claude_tray.core.desktop_style import LINUX_STYLE, DesktopStyle
from claude_tray.i18n.translator import ENGLISH, Translator
from claude_tray.presentation.context import ViewContext
from claude_tray.ui.toolkit.messages import ActionKind, UserAction

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from claude_tray.core.setup import SetupState
    from claude_tray.core.snapshot import AccountSnapshot


class ToggleKind(Enum):
    """Kind of an entry that can be on or off."""

    CHECK = auto()
    RADIO = auto()


class MenuEntry(NamedTuple):
    """
    One entry; None in its place is a separator.

    Attributes:
        label: Text of the entry.
        action: Action of the entry; ignored if it has a submenu.
        toggle: Kind of toggle; None if it is none.
        is_on: The toggle is on.
        is_default: A left click on the icon chooses the entry.
        entries: Submenu; empty for none.
    """

    label: str
    action: UserAction = UserAction(ActionKind.OPEN_POPUP)
    toggle: ToggleKind | None = None
    is_on: bool = False
    is_default: bool = False
    entries: tuple[MenuEntry | None, ...] = ()


# Words that title case leaves in lower case, by the guidelines of GNOME and
# Apple.
_LOWERCASE_WORDS: Final = frozenset(
    {
        "a",
        "an",
        "and",
        "at",
        "by",
        "for",
        "in",
        "of",
        "on",
        "or",
        "the",
        "to",
        "claude-tray",
    },
)


class ViewOptions(NamedTuple):
    """
    Options that shape the tray, besides the snapshot.

    Attributes:
        settings: The user's settings.
        translator: Language of the menu and the tooltip.
        style: UI conventions of the desktop.
        is_dark: Whether the panel is dark; None if unknown.
        starts_at_login: Whether autostart is on; None if unknown.
        is_muted: Notifications are muted until the reset.
        available_version: Newer version of the program; empty for none.
        is_replaced: The program was updated since it started.
        setup: State of the setup switches; None if unknown.
        phase: Frame of the sync animation, 0 to 7; None without animation.
    """

    settings: Settings = Settings()
    translator: Translator = ENGLISH
    style: DesktopStyle = LINUX_STYLE
    is_dark: bool | None = None
    starts_at_login: bool | None = None
    is_muted: bool = False
    available_version: str = ""
    is_replaced: bool = False
    setup: SetupState | None = None
    phase: int | None = None

    def build_context(
        self,
        account: AccountSnapshot | None,
        now: datetime,
        zone: tzinfo | None,
    ) -> ViewContext:
        """Return the view context of an account."""
        return ViewContext(
            now,
            account,
            zone,
            self.translator,
            shows_remaining=self.settings.general_show == "left",
        )

    def format_label(self, text: str) -> str:
        """
        Apply the capitalization of the desktop to a menu entry.

        Args:
            text: Translated label in sentence case, such as "Show stats".
        """
        is_english = self.translator.language == "en"
        if not (is_english and self.style.has_title_case_menus):
            return text
        first, *others = text.split(" ")
        return " ".join([first, *map(_capitalize, others)])


def _capitalize(word: str) -> str:
    return word if word in _LOWERCASE_WORDS else word[:1].upper() + word[1:]
