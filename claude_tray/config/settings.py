"""Read the settings file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from claude_tray.config.schema import OPTIONS_BY_NAME, Settings
from claude_tray.config.validators import split_prices
from claude_tray.errors import SettingsError, gettext_noop

if TYPE_CHECKING:
    from collections.abc import Mapping


# Tables whose keys are models or folders, not options.
_PRICES: Final = "prices"
_FREE_FORM_TABLES: Final = frozenset({_PRICES, "profiles"})


_FIX_IT: Final = gettext_noop("Fix it in {path}.")


def parse_settings(values: Mapping[str, Any]) -> Settings:
    """
    Parse the content of a settings file.

    Raises:
        SettingsError: A value is invalid; the summary names its key.
    """
    fields: dict[str, Any] = {}
    unknown: list[str] = []
    problems: tuple[SettingsError, ...] = ()
    for name, value in _flatten(values):
        option = OPTIONS_BY_NAME.get(name)
        if option is None:
            unknown.append(name)
        elif name == _PRICES:
            # One wrong price must not cost the others.
            fields[name], problems = split_prices(value)
        else:
            fields[option.attribute] = option.parse(name, value)
    return Settings(**fields, unknown_keys=tuple(unknown), problems=problems)


def _flatten(values: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return the values with their dotted keys."""
    flat: list[tuple[str, Any]] = []
    for key, value in values.items():
        if isinstance(value, dict) and key not in _FREE_FORM_TABLES:
            flat += [(f"{key}.{inner}", v) for inner, v in value.items()]
        else:
            flat.append((key, value))
    return flat


def unknown_key_error(name: str) -> SettingsError:
    """Build an error for an unknown key that suggests a similar one."""
    # Late: only a typo needs it.
    from difflib import get_close_matches

    matches = get_close_matches(name, OPTIONS_BY_NAME, n=1)
    hint = (
        gettext_noop("Did you mean {suggestions}?")
        if matches
        else gettext_noop("See docs/settings.md.")
    )
    return SettingsError(
        gettext_noop("Unknown setting: {name}."),
        hint=hint,
        name=name,
        suggestions=", ".join(matches),
    )


def read_settings(path: Path) -> Settings:
    """
    Read a settings file; a missing file means the defaults.

    Raises:
        SettingsError: The file cannot be read or parsed; the summary names
            the line or the key.
    """
    if path.is_fifo():
        # Opening it would block until someone writes.
        raise SettingsError(
            gettext_noop("The settings file {path} is a pipe."),
            hint=gettext_noop("Replace it with a file."),
            path=path,
        )
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            gettext_noop("Cannot read the settings file {path}: {reason}."),
            path=path,
            reason=getattr(error, "strerror", None) or error,
        ) from error
    # Late: most users have no settings file.
    import tomllib

    try:
        settings = parse_settings(tomllib.loads(text))
        problems = [
            problem.with_hint(_FIX_IT, path=path)
            for problem in settings.problems
        ]
        return settings._replace(problems=tuple(problems))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            gettext_noop(
                "The settings file {path} is not valid TOML: {reason}."
            ),
            path=path,
            reason=error,
        ) from error
    except SettingsError as error:
        raise error.with_hint(_FIX_IT, path=path) from error


def load_settings_or_defaults(path: str) -> Settings:
    """Read a settings file; return the defaults if it cannot be used."""
    try:
        return read_settings(Path(path))
    except SettingsError:
        return Settings()
