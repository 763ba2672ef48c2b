"""What people call a model."""

from __future__ import annotations

import re
from typing import Final

from claude_tray.domain.price_list import normalised

# As "claude-opus-4-5-20251101" and, older, "claude-3-5-sonnet-20241022".
_NEW: Final = re.compile(r"claude-([a-z]+)-(\d{1,2})(?:-(\d{1,2}))?")
_OLD: Final = re.compile(r"claude-(\d)(?:-(\d))?-([a-z]+)")
_DAY: Final = re.compile(r"-(?:\d{8}|latest)$")


def model_name(model: str) -> str:
    """Return a name such as "Opus 4.5"; one of another form as it is."""
    text = _DAY.sub("", normalised(model))
    if found := _NEW.fullmatch(text):
        family, major, minor = found.groups()
    elif found := _OLD.fullmatch(text):
        major, minor, family = found.groups()
    else:
        return model
    number = f"{major}.{minor}" if minor else major
    return f"{family.capitalize()} {number}"
