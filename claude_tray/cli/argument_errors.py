"""Translate what argparse says about arguments."""

from __future__ import annotations

import argparse
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from claude_tray.errors import gettext_noop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claude_tray.i18n.translator import Translator


def ngettext_noop(singular: str, plural: str) -> tuple[str, str]:
    """Mark msgids of a count that are translated elsewhere."""
    return singular, plural


# Messages of argparse to users, of Python 3.11 to 3.14. Its msgids have no
# translations in Python.
ARGPARSE_MESSAGES: Final = (
    gettext_noop("usage: "),
    gettext_noop("%(prog)s: error: %(message)s\n"),
    gettext_noop("argument %(argument_name)s: %(message)s"),
    gettext_noop("unrecognized arguments: %s"),
    gettext_noop("the following arguments are required: %s"),
    gettext_noop("one of the arguments %s is required"),
    gettext_noop("not allowed with argument %s"),
    gettext_noop("ambiguous option: %(option)s could match %(matches)s"),
    gettext_noop("expected one argument"),
    gettext_noop("expected at most one argument"),
    gettext_noop("expected at least one argument"),
    gettext_noop("ignored explicit argument %r"),
    gettext_noop("unexpected option string: %s"),
    gettext_noop("invalid %(type)s value: %(value)r"),
    gettext_noop("invalid choice: %(value)r (choose from %(choices)s)"),
)
ARGPARSE_COUNTS: Final = (
    ngettext_noop("expected %s argument", "expected %s arguments"),
)


@contextmanager
def translate_messages() -> Iterator[None]:
    """
    Translate the messages of argparse inside the block.

    argparse asks the process-wide gettext, which follows the environment
    alone; the language may also be set in the settings.
    """
    names = vars(argparse)
    before = {name: names[name] for name in ("_", "ngettext")}
    names.update(_=_translate, ngettext=_translate_count)
    try:
        yield
    finally:
        names.update(before)


def _translate(text: str) -> str:
    return load_translator().catalog.gettext(text)


def _translate_count(singular: str, plural: str, count: int) -> str:
    return load_translator().catalog.ngettext(singular, plural, count)


def load_translator() -> Translator:
    """Load the translations of the user's language."""
    # Late: commands get theirs with the context.
    from claude_tray.app import context

    return context.load_translator()
