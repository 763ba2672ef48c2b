"""
Convert values of options from and to one line of text.

Terminals and forms enter text; the settings file has typed values. Both use
these functions, so that they accept the same words.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any, Final

from claude_tray.config.option import OptionKind
from claude_tray.config.schema import OPTIONS_BY_NAME
from claude_tray.config.settings import unknown_key_error
from claude_tray.errors import SettingsError, gettext_noop

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from claude_tray.config.option import Option


# Tables whose keys are models or folders: `prices.MODEL`, `profiles.FOLDER`.
_PRICES: Final = "prices"
_PROFILES: Final = "profiles"
_WORDS: Final = {
    **dict.fromkeys(("true", "on", "yes", "1"), True),
    **dict.fromkeys(("false", "off", "no", "0"), False),
}
_SEPARATOR: Final = ","


def find_option(name: str) -> tuple[Option, str]:
    """
    Find an option by its key, or the table that an entry belongs to.

    Args:
        name: Dotted key, `prices.MODEL` or `profiles.FOLDER`; model and
            folder may be quoted as in TOML.

    Returns:
        The option, and the model or folder; "" for a whole option.

    Raises:
        SettingsError: There is no such option.
    """
    option = OPTIONS_BY_NAME.get(name)
    if option is not None:
        return option, ""
    table, _, entry = name.partition(".")
    entry = _unquote(entry.strip())
    if table not in (_PRICES, _PROFILES) or not entry:
        raise unknown_key_error(name)
    return OPTIONS_BY_NAME[table], entry


def parse_option_text(
    name: str, words: Sequence[str], choices: Sequence[str] = ()
) -> tuple[tuple[str, ...], object]:
    """
    Convert words to a value for the settings file, and check it.

    Args:
        name: Key, as of `find_option`.
        words: A list has one or several, each also separated by commas; a
            command has its program and each argument; prices are
            `input=3 output=15`. Any other option has one.
        choices: Accepted values, if the option alone does not limit them.

    Returns:
        The keys that lead to the value in the file, and the value.

    Raises:
        SettingsError: There is no such option, or it refuses the value.
    """
    option, entry = find_option(name)
    if entry:
        table = _parse_entry(option.name, words)
        option.parse(option.name, {entry: table})
        return (option.name, entry), table
    if option.name in (_PRICES, _PROFILES):
        raise SettingsError(
            gettext_noop("The setting {key} has several entries."),
            hint=gettext_noop("Name one: {key}.{entry}"),
            key=name,
            entry="MODEL" if name == _PRICES else "FOLDER",
        )
    value = _parse_words(option, words)
    option.parse(name, value)
    if choices and value not in choices:
        raise SettingsError(
            gettext_noop("The setting {key} must be one of {values}."),
            key=name,
            values=", ".join(choices),
        )
    return tuple(name.split(".")), value


def _parse_words(option: Option, words: Sequence[str]) -> object:
    """Convert words to the type of an option's default, else to a string."""
    if option.kind is OptionKind.COMMAND:
        # An argument may contain commas.
        return list(words)
    if isinstance(option.default, tuple):
        return split_list(words)
    if len(words) > 1:
        raise SettingsError(
            gettext_noop("The setting {key} takes one value."),
            hint=gettext_noop("Put a value with spaces in quotes."),
            key=option.name,
        )
    return parse_scalar(option.default, words[0])


def parse_scalar(default: object, text: str) -> object:
    """
    Convert text to the type of a default.

    Text that is not of that type is returned as it is: the option's own
    parser then names what it accepts.
    """
    text = text.strip()
    if isinstance(default, bool):
        return _WORDS.get(text.lower(), text)
    if isinstance(default, int | float):
        return _parse_number(text.removeprefix("$").removesuffix("%"))
    return text


def _parse_number(text: str) -> object:
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    return text


def split_list(words: Sequence[str]) -> list[str]:
    """Split words at commas; drop empty parts."""
    parts = [part for word in words for part in word.split(_SEPARATOR)]
    return [part.strip() for part in parts if part.strip()]


def _parse_entry(table: str, words: Sequence[str]) -> dict[str, object]:
    """Convert `input=3 output=15`, or the name of an account, to a table."""
    if table == _PROFILES:
        return {"name": " ".join(words)}
    pairs = split_list(" ".join(words).split())
    return parse_price(dict(map(_split_pair, pairs)))


def parse_price(texts: Mapping[str, str]) -> dict[str, object]:
    """Convert the amounts of a price from text, by kind of token."""
    return {
        name: _parse_number(text.strip().removeprefix("$"))
        for name, text in texts.items()
    }


def _split_pair(text: str) -> tuple[str, str]:
    name, _, amount = text.partition("=")
    return name.strip(), amount


def _unquote(text: str) -> str:
    for quote in ("'", '"'):
        if text.startswith(quote) and text.endswith(quote):
            return text.strip(quote)
    return text


def format_value(option: Option, value: Any) -> str:
    """Return an option's value as it is written in a terminal."""
    if option.kind is OptionKind.COMMAND:
        return shlex.join(value)
    return format_option_text(value)


def format_option_text(value: Any) -> str:
    """Return a value as `parse_option_text` reads it; tables over lines."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, tuple):
        return _SEPARATOR.join(value)
    return str(value)


def format_entry_text(value: Any) -> str:
    """Return a price, or the name of an account, in one line."""
    if isinstance(value, str):
        return value
    return " ".join(
        f"{name}={format_option_text(amount)}"
        for name, amount in value.items()
    )
