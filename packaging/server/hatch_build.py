"""Take the server's dependencies from the main project's pyproject.toml."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, Final

from hatchling.metadata.plugin.interface import MetadataHookInterface

_MAIN_PROJECT: Final = Path(__file__).parents[2] / "pyproject.toml"
# The main project itself; an extra may refer to another one through it.
_DESKTOP: Final = "claude-tray"
# Its own dependencies that the server imports.
_SHARED: Final = (
    "jinja2",
    "msgspec",
    "platformdirs",
    "python-dotenv",
    "tzdata",
    "waitress",
)


class CustomMetadataHook(MetadataHookInterface):
    """Adds the dependencies of the extra `server`, and the other extras."""

    def update(self, metadata: dict[str, Any]) -> None:
        with _MAIN_PROJECT.open("rb") as file:
            project = tomllib.load(file)["project"]
        extras = project["optional-dependencies"]
        metadata["dependencies"] = [
            requirement
            for requirement in project["dependencies"]
            if _parse_name(requirement) in _SHARED
        ] + extras["server"]
        metadata["optional-dependencies"] = {
            name: [r for r in extras[name] if _parse_name(r) != _DESKTOP]
            for name in ("archive", "postgres", "sso")
        }


def _parse_name(requirement: str) -> str:
    return re.split(r"[^\w-]", requirement, maxsplit=1)[0].lower()
