"""Find what a user names, and suggest names that are close to it."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from claude_tray.core.display_names import format_model_name
from claude_tray.errors import UsageError, gettext_noop
from claude_tray.store.session_list import list_session_ids
from claude_tray.store.usage_queries import find_session

if TYPE_CHECKING:
    from collections.abc import Iterable

    from claude_tray.store.connection import Reader
    from claude_tray.store.usage_queries import ProjectListing, SessionListing


_MAX_SUGGESTIONS: Final = 3
_SIMILARITY: Final = 0.6
_MIN_PREFIX: Final = 3
_MIN_ID_PREFIX: Final = 4


def find_project(name: str, projects: list[ProjectListing]) -> ProjectListing:
    """
    Find a project by name or path.

    Raises:
        UsageError: No project matches; the hint suggests similar names.
    """
    for project in projects:
        if name in (project.name, project.path):
            return project
    raise not_found_error(
        gettext_noop("There is no project “{name}”."),
        name,
        (project.name for project in projects),
    )


def find_models(name: str, models: Iterable[str]) -> tuple[str, ...]:
    """
    Find the models whose ID or name contains a text.

    Raises:
        UsageError: No model matches.
    """
    wanted = name.casefold()
    known = sorted(models)
    found = tuple(
        model
        for model in known
        if wanted in f"{model}\n{format_model_name(model)}".casefold()
    )
    if found:
        return found
    raise not_found_error(
        gettext_noop("There is no model “{name}”."),
        name,
        map(format_model_name, known),
    )


def find_session_by_prefix(reader: Reader, text: str) -> SessionListing:
    """
    Find a session by its ID, or by the beginning of it.

    Raises:
        UsageError: None or several match; the hint names what is close.
    """
    session = find_session(reader, text)
    if session is None and len(text) >= _MIN_ID_PREFIX:
        matches = list_session_ids(reader, text)
        if len(matches) > 1:
            raise UsageError(
                gettext_noop("Several sessions begin with “{name}”: {ids}."),
                name=text,
                ids=", ".join(matches[:_MAX_SUGGESTIONS]),
            )
        session = find_session(reader, matches[0]) if matches else None
    if session is not None:
        return session
    # As long as what was written: a short ID is compared with short ones.
    known = {i[: len(text)]: i for i in list_session_ids(reader, "")}
    matches = [known[match] for match in suggest_names(text, known)]
    error = not_found_error(
        gettext_noop("There is no session “{name}”."), text, known
    )
    if not matches:
        raise error
    raise error.with_hint(
        gettext_noop("Did you mean {suggestions}?"),
        suggestions=", ".join(matches),
    )


def not_found_error(
    summary: str, name: str, known_names: Iterable[str]
) -> UsageError:
    """Build an error that suggests known names similar to `name`."""
    known = list(known_names)
    matches = suggest_names(name, known)
    hint = ""
    if matches:
        hint = gettext_noop("Did you mean {suggestions}?")
    elif not known:
        hint = gettext_noop("Nothing has been recorded yet.")
    return UsageError(
        summary, hint=hint, name=name, suggestions=", ".join(matches)
    )


def suggest_names(name: str, known: Iterable[str]) -> list[str]:
    """Return the known names that begin like a name or are spelled so."""
    names = list(dict.fromkeys(known))
    start = name.casefold()
    longer = [n for n in names if n.casefold().startswith(start)]
    if len(start) < _MIN_PREFIX:
        longer = []
    close = get_close_matches(
        name, names, n=_MAX_SUGGESTIONS, cutoff=_SIMILARITY
    )
    return list(dict.fromkeys([*sorted(longer), *close]))[:_MAX_SUGGESTIONS]
