"""
Select the environment variables that the line of `status --format` depends on.

The command sends its own, and a tray with other ones does not answer for it.
It imports nothing: that would be most of the run time of the command.
"""

from __future__ import annotations

# As typing's, which takes longer to import than the rest.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

# With folders of its own, which may be relative to the working folder.
_PATH_VARIABLES = ("CLAUDE_TRAY_HOME", "CLAUDE_CONFIG_DIR", "CLAUDE_PATH")
_VARIABLES = (
    *_PATH_VARIABLES,
    "HOME",
    "LANG",
    "LANGUAGE",
    "TZ",
    "TZDIR",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_STATE_HOME",
)


def select_variables(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that the line depends on, without empty ones."""
    return {
        name: value
        for name, value in variables.items()
        if value and (name in _VARIABLES or name.startswith("LC_"))
    }


def has_relative_path(variables: Mapping[str, str]) -> bool:
    """Return whether a variable has a path below the working folder."""
    return any(
        not part.strip().startswith(("/", "~"))
        for name in _PATH_VARIABLES
        for part in variables.get(name, "").split(",")
        if part.strip()
    )
