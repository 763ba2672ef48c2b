"""
Build the welcome state: what a new user sees instead of zeros.

It has three switches that a click turns, and suggestions that a click accepts.
Surfaces without room for the whole value draw its headline and its sentence.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.setup import FileChange, SetupState, SetupSwitch
from claude_tray.core.status import AccountStatus
from claude_tray.errors import gettext_noop
from claude_tray.text import end_sentence, join_sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claude_tray.core.snapshot import Snapshot
    from claude_tray.i18n.translator import Translator
    from claude_tray.presentation.context import ViewContext


CONNECT_SENTENCE: Final = gettext_noop(
    "Connect the status line to see how much of your limit is left."
)


class SuggestionKey(StrEnum):
    """
    What the button of a suggestion does.

    LIMITS turns on the switch of that name. DEMO starts the demo. FOLDER adds
    a Claude folder to the settings.
    """

    LIMITS = "limits"
    DEMO = "demo"
    FOLDER = "folder"


class WelcomeSwitch(NamedTuple):
    """
    A switch with its texts.

    Attributes:
        key: What it turns.
        label: Its label.
        hint: What it does, in one sentence.
        is_on: Its state.
        problem: Why it could not be turned; empty if it could.
        changes: What turning it on changes in files of other programs; shown
            before the click.
    """

    key: SetupSwitch
    label: str
    hint: str
    is_on: bool
    problem: str = ""
    changes: tuple[FileChange, ...] = ()


class WelcomeSuggestion(NamedTuple):
    """
    A sentence with a button.

    Attributes:
        key: What the button does.
        sentence: What is suggested; empty if the button says it.
        button: Label of the button.
        folder: Folder that is suggested; empty for other keys.
        changes: As `WelcomeSwitch.changes`.
    """

    key: SuggestionKey
    sentence: str
    button: str
    folder: str = ""
    changes: tuple[FileChange, ...] = ()


class Welcome(NamedTuple):
    """
    The welcome state.

    Attributes:
        headline: What claude-tray waits for.
        sentence: What happens next.
        switches: None while their state is unknown.
        suggestions: The demo, and Claude folders that were found.
    """

    headline: str
    sentence: str
    switches: tuple[WelcomeSwitch, ...]
    suggestions: tuple[WelcomeSuggestion, ...]


def is_waiting(snapshot: Snapshot) -> bool:
    """Return whether there is no usage yet, and nothing prevents it."""
    return (
        snapshot.is_waiting
        and not snapshot.problem
        and snapshot.scan_progress is None
    )


def build_welcome(
    snapshot: Snapshot, context: ViewContext, setup: SetupState | None
) -> Welcome | None:
    """
    Build the welcome state; None once there is usage.

    Args:
        snapshot: Snapshot to show.
        context: Translator of the texts.
        setup: State of the switches; None if unknown.
    """
    if not is_waiting(snapshot):
        return None
    gettext = context.translator.gettext
    return Welcome(
        format_waiting_headline(context.translator),
        _format_sentence(setup, context.translator),
        build_switches(setup, context.translator) if setup else (),
        (
            *build_folder_suggestions(snapshot, context.translator),
            WelcomeSuggestion(
                SuggestionKey.DEMO, "", gettext("Try it with sample data")
            ),
        ),
    )


def format_waiting_headline(translator: Translator) -> str:
    """Say what claude-tray waits for, without a period."""
    return translator.gettext("Waiting for your first Claude Code message")


def build_switches(
    setup: SetupState, translator: Translator
) -> tuple[WelcomeSwitch, ...]:
    """Build the switches; one whose state is unknown is left out."""
    gettext = translator.gettext
    texts = {
        SetupSwitch.LIMITS: (
            gettext("Show my real limits"),
            gettext(
                "Adds a status line to Claude Code. If you have one, it keeps"
                " working."
            ),
        ),
        SetupSwitch.AUTOSTART: (
            gettext("Start at login"),
            gettext("Opens no window."),
        ),
        SetupSwitch.NOTIFICATIONS: (
            gettext("Notifications"),
            gettext("Before you reach a limit, and when it resets."),
        ),
    }
    return tuple(
        WelcomeSwitch(
            key,
            *texts[key],
            setup.is_on(key),
            setup.get_problem(key),
            setup.changes if key is SetupSwitch.LIMITS else (),
        )
        for key in SetupSwitch
        if key is not SetupSwitch.AUTOSTART
        or setup.starts_at_login is not None
    )


def build_connect_suggestion(
    snapshot: Snapshot, context: ViewContext, setup: SetupState | None
) -> WelcomeSuggestion | None:
    """Offer to connect the status line if no limit is known without it."""
    is_unknown = context.assess(snapshot).status is AccountStatus.UNKNOWN
    if setup is None or setup.has_limits or not is_unknown:
        return None
    gettext = context.translator.gettext
    return WelcomeSuggestion(
        SuggestionKey.LIMITS,
        gettext(CONNECT_SENTENCE),
        gettext("Connect"),
        changes=setup.changes,
    )


def build_folder_suggestions(
    snapshot: Snapshot, translator: Translator
) -> tuple[WelcomeSuggestion, ...]:
    """Offer to add Claude folders that were found."""
    gettext = translator.gettext
    return tuple(
        WelcomeSuggestion(
            SuggestionKey.FOLDER,
            gettext("Also found sessions in {folder}.", folder=folder),
            gettext("Add it"),
            folder,
        )
        for folder in snapshot.unfollowed_folders
    )


class Greeting(NamedTuple):
    """
    The first notification.

    Attributes:
        title: Its title.
        body: What claude-tray waits for, or what is missing.
        switches: Switches that its buttons turn on.
    """

    title: str
    body: str
    switches: tuple[WelcomeSwitch, ...]


def build_greeting(
    snapshot: Snapshot, context: ViewContext, setup: SetupState
) -> Greeting:
    """Build the notification of the first start."""
    gettext = context.translator.gettext
    switches = {s.key: s for s in build_switches(setup, context.translator)}
    is_new = is_waiting(snapshot)
    limits = switches.pop(SetupSwitch.LIMITS)
    has_limits = context.assess(snapshot).limits
    sentences = []
    if is_new:
        headline = format_waiting_headline(context.translator)
        sentences.append(end_sentence(headline))
    else:
        sentences.append(gettext("Click its icon to see your usage."))
    shown = []
    if limits.changes and not has_limits:
        path = limits.changes[0].path
        sentences.append(
            gettext(
                '"{switch}" adds a status line to {path}.',
                switch=limits.label,
                path=path,
            )
        )
        shown.append(limits)
    autostart = switches.get(SetupSwitch.AUTOSTART)
    if autostart and not autostart.is_on:
        shown.append(autostart)
    return Greeting(
        gettext("claude-tray is running"),
        join_sentences(sentences),
        tuple(shown),
    )


def list_change_lines(
    changes: tuple[FileChange, ...], translator: Translator
) -> tuple[str, ...]:
    """Format changes as lines: the file, then its lines with "-" and "+"."""
    return tuple(_iter_change_lines(changes, translator))


def _iter_change_lines(
    changes: tuple[FileChange, ...], translator: Translator
) -> Iterator[str]:
    for change in changes:
        yield translator.gettext("Changes {path}:", path=change.path)
        yield from (f"- {line.strip()}" for line in change.removed)
        yield from (f"+ {line.strip()}" for line in change.added)


def _format_sentence(setup: SetupState | None, translator: Translator) -> str:
    if setup is None or not setup.transcript_folders:
        return translator.gettext("Send one, and its usage appears here.")
    return translator.gettext(
        "Send one, and its usage appears here. Watching {folders}.",
        folders=translator.join_names(setup.transcript_folders),
    )
