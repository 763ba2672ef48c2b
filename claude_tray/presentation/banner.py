"""Build the banners: what a user can do or should know, one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from claude_tray.presentation.notes import format_deletion_warning
from claude_tray.presentation.welcome import (
    WelcomeSuggestion,
    build_connect_suggestion,
    build_folder_suggestions,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from claude_tray.core.setup import SetupState
    from claude_tray.core.snapshot import Snapshot
    from claude_tray.presentation.context import ViewContext


class Banner(NamedTuple):
    """
    A sentence that can be dismissed.

    Attributes:
        key: Remembered when it is dismissed.
        text: The sentence.
        button: Label of its button; empty without one.
        page: Page of the settings that the button opens; empty for others.
        suggestion: What the button does instead.
    """

    key: str
    text: str
    button: str = ""
    page: str = ""
    suggestion: WelcomeSuggestion | None = None


def find_banner(
    snapshot: Snapshot,
    context: ViewContext,
    setup: SetupState | None,
    dismissed: Collection[str],
) -> Banner | None:
    """Return the first banner that was not dismissed, None without any."""
    banners = list_banners(snapshot, context, setup)
    return next((b for b in banners if b.key not in dismissed), None)


def list_banners(
    snapshot: Snapshot, context: ViewContext, setup: SetupState | None
) -> list[Banner]:
    """Return all banners, those with the most effect first."""
    gettext, translator = context.translator.gettext, context.translator
    connect = build_connect_suggestion(snapshot, context, setup)
    suggestions = [
        *([connect] if connect else []),
        *build_folder_suggestions(snapshot, translator),
    ]
    banners = [
        Banner(
            ":".join(filter(None, (suggestion.key, suggestion.folder))),
            suggestion.sentence,
            suggestion.button,
            suggestion=suggestion,
        )
        for suggestion in suggestions
    ]
    if snapshot.unpriced_models:
        names = translator.join_names(snapshot.unpriced_models)
        text = gettext("No price known for {models}.", models=names)
        key = "prices:" + ",".join(snapshot.unpriced_models)
        button = gettext("Set prices")
        banners.append(Banner(key, text, button, page="costs"))
    if snapshot.retention:
        text = format_deletion_warning(snapshot.retention, context)
        banners.append(Banner("retention", text))
    return banners
