"""Read the settings file."""

from __future__ import annotations

from contextlib import suppress
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn

from claude_tray.config.schema import OPTIONS_BY_NAME, Settings
from claude_tray.config.validators import split_prices
from claude_tray.errors import Problem, SettingsError, gettext_noop
from claude_tray.platform.small_file import read_small_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


# Tables whose keys are models or folders, not options.
_PRICES: Final = "prices"
FREE_FORM_TABLES: Final = frozenset({_PRICES, "profiles"})
# Written by some editors on Windows.
BYTE_ORDER_MARK: Final = "\ufeff"
_FOLDERS_OPTION: Final = "claude_paths"
_SYNC_PREFIX: Final = "sync."
_TELEMETRY_PREFIX: Final = "telemetry."
_EXCLUDE_OPTION: Final = "sync.exclude"
_MAX_BYTES: Final = 256 << 10
# tomllib takes quadratic time for the parts of a key.
_MAX_DOTS_PER_LINE: Final = 500


class LoadedSettings(NamedTuple):
    """
    Settings to work with, and what is wrong with the file.

    Attributes:
        settings: Of the file; where it is invalid, of the last valid file;
            else the defaults.
        file_error: Why the whole file cannot be used; None if it can.
        blocks_reading: The file limits the folders to read, and neither it
            nor an earlier version of it can be used.
    """

    settings: Settings
    file_error: SettingsError | None = None
    blocks_reading: bool = False

    @property
    def problem(self) -> Problem:
        """Return everything that is wrong; empty if nothing is."""
        return Problem(*self.errors)

    @property
    def sync_error(self) -> SettingsError | None:
        """Why nothing may be sent: a limit on what is sent may be lost."""
        return self._find_error(_SYNC_PREFIX)

    @property
    def telemetry_error(self) -> SettingsError | None:
        """Why no metrics may be written or sent, for the same reason."""
        return self._find_error(_TELEMETRY_PREFIX, _EXCLUDE_OPTION)

    def _find_error(self, *prefixes: str) -> SettingsError | None:
        if self.file_error is not None:
            return self.file_error
        return next(
            (
                error
                for name, error in self.settings.invalid.items()
                if name.startswith(prefixes)
            ),
            None,
        )

    @property
    def errors(self) -> tuple[SettingsError, ...]:
        """Everything that is wrong, unknown keys aside."""
        if self.file_error is not None:
            return (self.file_error,)
        return tuple(self.settings.invalid.values())


def parse_settings(
    values: Mapping[str, Any], fallback: Settings | None = None
) -> Settings:
    """
    Parse the content of a settings file.

    An invalid value costs only its own option: it is listed in `invalid`, and
    the option keeps the value of `fallback`.

    Args:
        values: Content of the file.
        fallback: Last valid settings; None for the defaults.
    """
    fields: dict[str, Any] = {}
    unknown: list[str] = []
    invalid: dict[str, SettingsError] = {}
    for name, value in _flatten(values):
        option = OPTIONS_BY_NAME.get(name)
        if option is None:
            unknown.append(name)
            continue
        try:
            if name == _PRICES:
                # One wrong price must not cost the others.
                fields[name], errors = split_prices(value)
                for number, error in enumerate(errors):
                    invalid[f"{name}.{number}"] = error
            else:
                fields[option.attribute] = option.parse(name, value)
        except SettingsError as error:
            invalid[name] = error
            if fallback is not None:
                fields[option.attribute] = getattr(fallback, option.attribute)
    return Settings(
        **fields,
        unknown_keys=tuple(unknown),
        invalid=MappingProxyType(invalid),
    )


def _flatten(values: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return the values with their dotted keys."""
    flat: list[tuple[str, Any]] = []
    for key, value in values.items():
        if isinstance(value, dict) and key not in FREE_FORM_TABLES:
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


def load_settings(path: Path, backup: Path) -> LoadedSettings:
    """
    Load the settings, and keep a copy of a valid file.

    The copy replaces what is invalid later, so that a typo does not undo
    what limits the folders that are read and the names that are sent.

    Args:
        path: Settings file; a missing one means the defaults.
        backup: Copy of the last valid file.
    """
    try:
        text = _read_text(path)
        settings = parse_settings_text(text, path, None)
    except SettingsError as error:
        last_valid = _load_backup(backup)
        return LoadedSettings(
            last_valid or Settings(),
            error,
            last_valid is None and _may_limit_folders(path),
        )
    if not settings.invalid:
        _save_backup(text, backup)
        return LoadedSettings(settings)
    last_valid = _load_backup(backup)
    return LoadedSettings(
        parse_settings_text(text, path, last_valid),
        blocks_reading=last_valid is None
        and _FOLDERS_OPTION in settings.invalid,
    )


def read_settings(path: Path) -> Settings:
    """
    Read a settings file; a missing file means the defaults.

    Raises:
        SettingsError: The file cannot be read or parsed; the summary names
            the line or, for an invalid value, its key.
    """
    settings = parse_settings_text(_read_text(path), path, None)
    for error in settings.invalid.values():
        raise error
    return settings


def read_option_names(path: Path) -> frozenset[str]:
    """Return the names of the options that a file sets; none if unreadable."""
    try:
        values = _decode(_read_text(path), path)
    except SettingsError:
        return frozenset()
    return frozenset(name for name, _ in _flatten(values))


def load_settings_or_defaults(path: Path) -> Settings:
    """Read a settings file; return the defaults for what cannot be used."""
    try:
        return parse_settings_text(_read_text(path), path, None)
    except SettingsError:
        return Settings()


def _read_text(path: Path) -> str:
    try:
        data = read_small_file(path, _MAX_BYTES)
        return data.decode().removeprefix(BYTE_ORDER_MARK)
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            gettext_noop("Cannot read the settings file {path}: {reason}."),
            path=path,
            reason=getattr(error, "strerror", None) or error,
        ) from error


def parse_settings_text(
    text: str, path: Path, fallback: Settings | None = None
) -> Settings:
    """
    Parse the text of a settings file; collect invalid values.

    Args:
        text: Content of the file.
        path: The file, to be named in errors.
        fallback: Last valid settings; None for the defaults.

    Raises:
        SettingsError: The text is not valid TOML.
    """
    if not text:
        return Settings()
    settings = parse_settings(_decode(text, path), fallback)
    return settings._replace(
        invalid={
            name: error.with_hint(gettext_noop("Fix it in {path}."), path=path)
            for name, error in settings.invalid.items()
        }
    )


def _decode(text: str, path: Path) -> dict[str, Any]:
    # Late: most users have no settings file.
    import tomllib

    try:
        if any(
            line.count(".") > _MAX_DOTS_PER_LINE for line in text.split("\n")
        ):
            _raise_too_many_dots()
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        # A ValueError without a position: a number of thousands of digits.
        raise SettingsError(
            gettext_noop(
                "The settings file {path} is not valid TOML: {reason}."
            ),
            path=path,
            reason=error,
        ) from error


def _raise_too_many_dots() -> NoReturn:
    reason = gettext_noop("a line has too many dots")
    raise ValueError(reason)


def _may_limit_folders(path: Path) -> bool:
    """Return whether an invalid file may contain a list of folders."""
    try:
        return _FOLDERS_OPTION.encode() in read_small_file(path)
    except OSError:
        return True


def _load_backup(backup: Path) -> Settings | None:
    try:
        text = _read_text(backup)
        return parse_settings_text(text, backup, None) if text else None
    except SettingsError:
        return None


def _save_backup(text: str, backup: Path) -> None:
    """Keep the text of a valid file; without a file, forget the last one."""
    # Without it, only less is restored later.
    with suppress(OSError, SettingsError):
        if not text:
            backup.unlink(missing_ok=True)
        elif _read_text(backup) != text:
            # Late: a settings file rarely changes.
            from claude_tray.platform.atomic_write import write_atomically

            write_atomically(backup, text.encode(), 0o600)
