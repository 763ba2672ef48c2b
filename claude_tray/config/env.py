"""Read environment variables and the `.env` file."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.config.secret import Secret
from claude_tray.errors import SettingsError, gettext_noop
from claude_tray.platform.small_file import read_small_file
from claude_tray.platform.system import current_system

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


ENV_FILE_NAME: Final = ".env"
_URL_VARIABLE: Final = "CLAUDE_USAGE_API_URL"
_TOKEN_VARIABLE: Final = "CLAUDE_USAGE_API_TOKEN"  # noqa: S105 - a name
OTLP_VARIABLE: Final = "CLAUDE_TRAY_OTLP_HEADERS"
_GROUP_OTHER_BITS: Final = 0o077


class EnvFile(NamedTuple):
    """
    Content of a `.env` file.

    Attributes:
        values: Variables by name; empty ones are left out.
        problem: Set if other users can read the file.
    """

    values: Mapping[str, str]
    problem: SettingsError | None = None


def read_env_file(path: Path) -> EnvFile:
    """
    Read a `.env` file; a missing file has no variables.

    Raises:
        SettingsError: The file cannot be read.
    """
    try:
        text = read_small_file(path).decode()
        mode = path.stat().st_mode
    except FileNotFoundError:
        return EnvFile({})
    except UnicodeDecodeError as error:
        raise SettingsError(
            gettext_noop("Cannot read {path}: it is not UTF-8 text."),
            path=path,
        ) from error
    except OSError as error:
        raise SettingsError(
            gettext_noop("Cannot read {path}: {reason}."),
            path=path,
            reason=error.strerror,
        ) from error
    # Late: most users have no such file.
    from dotenv import dotenv_values

    # Not interpolated: a token may contain a dollar sign.
    variables = dotenv_values(stream=StringIO(text), interpolate=False)
    problem = None
    if current_system().has_posix_modes and mode & _GROUP_OTHER_BITS:
        problem = SettingsError(
            gettext_noop("Other users can read {path}."),
            hint=gettext_noop("Run: chmod 600 {path}"),
            path=path,
        )
    return EnvFile({k: v for k, v in variables.items() if v}, problem)


class EnvVars(NamedTuple):
    """
    Environment variables of this program.

    Attributes:
        home: `CLAUDE_TRAY_HOME`: one folder for all own files.
        claude_path: `CLAUDE_PATH`: Claude folders, separated by commas.
        claude_config_dir: `CLAUDE_CONFIG_DIR`: Claude Code's own variable.
        language: The first of `LANGUAGE`, which may list several codes with
            colons between them, `LC_ALL`, `LC_MESSAGES` and `LANG`.
        api_url: `CLAUDE_USAGE_API_URL`: address of the sync server.
        api_token: `CLAUDE_USAGE_API_TOKEN`: token for that server.
        otlp_headers: `CLAUDE_TRAY_OTLP_HEADERS`: headers of requests to an
            OpenTelemetry collector, as `Authorization=Basic%20abc`.
        token_url: Address that was given next to the token, in the `.env`
            file or in the environment; empty if there was none.
    """

    home: str = ""
    claude_path: str = ""
    claude_config_dir: str = ""
    language: str = ""
    api_url: str = ""
    api_token: Secret = Secret()
    token_url: str = ""
    otlp_headers: Secret = Secret()


def merge_environment(
    file_values: Mapping[str, str], variables: Mapping[str, str]
) -> EnvVars:
    """Pick this program's variables; the environment overrides the file."""
    merged = parse_environment({**file_values, **variables})
    source = variables if variables.get(_TOKEN_VARIABLE) else file_values
    return merged._replace(token_url=source.get(_URL_VARIABLE, "").strip())


def parse_environment(variables: Mapping[str, str]) -> EnvVars:
    """Pick this program's variables."""
    return EnvVars(
        home=variables.get("CLAUDE_TRAY_HOME", ""),
        claude_path=variables.get("CLAUDE_PATH", ""),
        claude_config_dir=variables.get("CLAUDE_CONFIG_DIR", ""),
        language=_find_language(variables),
        otlp_headers=Secret(variables.get(OTLP_VARIABLE, "").strip()),
        api_url=variables.get(_URL_VARIABLE, "").strip(),
        api_token=Secret(variables.get(_TOKEN_VARIABLE, "").strip()),
    )


def _find_language(variables: Mapping[str, str]) -> str:
    # The order of gettext: LANGUAGE may list several, and counts for nothing
    # in the locale of programs that no user reads.
    locale = next(
        (
            variables[name]
            for name in ("LC_ALL", "LC_MESSAGES", "LANG")
            if variables.get(name)
        ),
        "",
    )
    if locale in {"C", "POSIX"}:
        return locale
    return variables.get("LANGUAGE", "") or locale
