"""
Read model IDs as Anthropic's API, clouds and gateways write them.

Clouds: docs "Claude on Amazon Bedrock", "Claude on Vertex AI". Gateways:
OpenRouter, LiteLLM, Databricks, SAP and others; see docs/prices.md.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

# Longer texts are no model IDs.
_MAX_LENGTH: Final = 256
_FAMILIES: Final = frozenset(("opus", "sonnet", "haiku", "fable", "mythos"))
# What clouds put before the name, without the path.
_NAME_PREFIXES: Final = (
    "databricks-",
    "anthropic--",
    "anthropic:",
    "bedrock:",
    "vertex:",
    "anthropic-",
    "bedrock-",
    "vertex-",
    "azure-",
)
# Context, reasoning and routing; none of them changes the price of a token.
_NAME_SUFFIXES: Final = (
    "[1m]",
    "-1m",
    ":1m",
    "@default",
    "@latest",
    "-thinking",
    ":thinking",
    ":beta",
    ":nitro",
    ":floor",
    ":self-moderated",
)
_REVISION_SUFFIX: Final = re.compile(r"-v\d{1,2}(?::\d{1,2})?$")
# Before a date, as in "claude-opus-4-6-thinking-20260205".
_FREE_PARTS: Final = ("v1", "v2", "thinking")
_DATE_SUFFIX: Final = re.compile(r"-(?:\d{8}|\d{4}-\d\d-\d\d|latest)$")
_FIREWORKS_NUMBER: Final = re.compile(r"(?<=\d)p(?=\d)")
_VENDOR_PREFIXES: Final = frozenset(
    ("deepseek", "minimax", "moonshot", "moonshotai", "openai", "qwen", "zai")
)
# Bedrock's inference profiles: "us.anthropic.…"; none: one region.
_GLOBAL_PROFILE: Final = "global."
_PROFILE: Final = re.compile(r"(?:[a-z]{2,6}(?:-[a-z]{2,4})?\.)?")
_OLDEST_MAJOR_AFTER_FAMILY: Final = 4


class ModelId(NamedTuple):
    """
    A model ID in one form.

    Attributes:
        name: As Anthropic's own API writes it, with the date if there is one;
            IDs of other models are only lower-cased.
        is_regional: Named as an endpoint of Bedrock or Vertex AI that stays
            in one region or geography.
    """

    name: str
    is_regional: bool = False


# Pages name the same few models many times.
@lru_cache(maxsize=512)
def parse_model_id(model: str) -> ModelId:
    """Return the ID in the form of Anthropic's own API."""
    text = model[: _MAX_LENGTH + 1].strip().lower()
    if len(text) > _MAX_LENGTH or not text.isascii():
        return ModelId(text)
    path, _, name = text.rpartition("/")
    name, is_regional = _strip_bedrock_profile(_strip_prefixes(name))
    is_regional = is_regional or _has_vertex_region(path)
    name = _strip_affixes(name).replace("@", "-")
    if not name.startswith("claude-"):
        return ModelId(text)
    return ModelId(_order_parts(name), is_regional)


def normalize_model_id(model: str) -> str:
    """Return a model ID in the form of Anthropic's own API."""
    return parse_model_id(model).name


def canonicalize_model_id(model: str) -> str:
    """Return a model ID without provider, affixes and date."""
    return strip_date(normalize_model_id(model))


def strip_date(name: str) -> str:
    """Return a name without its date."""
    return _DATE_SUFFIX.sub("", name)


def list_open_names(model: str) -> list[str]:
    """Return the names that price lists may have for another vendor's ID."""
    text = model[: _MAX_LENGTH + 1].strip().lower()
    path, _, name = text.rpartition("/")
    if "fireworks" in path:
        name = _FIREWORKS_NUMBER.sub(".", name)
    vendor, dot, rest = name.partition(".")
    if dot and vendor in _VENDOR_PREFIXES:
        name = rest
    names = (
        name,
        _REVISION_SUFFIX.sub("", name),
        _strip_affixes(name),
        strip_date(_strip_affixes(name)),
        f"{_strip_affixes(name)}-preview",
    )
    return list(dict.fromkeys(names))


def _strip_bedrock_profile(name: str) -> tuple[str, bool]:
    """Return the name without "us.anthropic.", and whether it is regional."""
    profile, dot, rest = name.partition("anthropic.")
    if not dot or not _PROFILE.fullmatch(profile):
        return name, False
    return rest, profile != _GLOBAL_PROFILE


def _has_vertex_region(path: str) -> bool:
    """Return whether "projects/…/locations/REGION/…" names a region."""
    _, marker, rest = f"{path}/".partition("/locations/")
    return bool(marker) and rest.partition("/")[0] != "global"


def _strip_prefixes(name: str) -> str:
    for prefix in _NAME_PREFIXES:
        name = name.removeprefix(prefix)
    return name


def _strip_affixes(name: str) -> str:
    name = _strip_prefixes(name)
    stripped = ""
    while stripped != name:
        stripped = name
        for suffix in _NAME_SUFFIXES:
            name = name.removesuffix(suffix)
        name = _REVISION_SUFFIX.sub("", name)
    return name


def _order_parts(name: str) -> str:
    """
    Return a Claude name with family, version and date in Anthropic's order.

    "claude-4.6-opus-20260205" is "claude-opus-4-6-20260205"; until version 3
    the version came first. A name with any other part is left as it is.
    """
    _, *parts = name.replace(".", "-").split("-")
    # "claude-3-5-sonnet-v2-20241022" costs as the first revision.
    parts = [part for part in parts if part not in _FREE_PARTS]
    families = [part for part in parts if part in _FAMILIES]
    dates = [p for p in parts if p == "latest" or _is_number(p, 8)]
    version = [part for part in parts if _is_number(part, 1, 2)]
    if (
        len(families) != 1
        or len(version) not in {1, 2}
        or len(dates) > 1
        or len(parts) != len(version) + len(dates) + 1
        or (dates and parts[-1] != dates[0])
    ):
        return name
    if int(version[0]) < _OLDEST_MAJOR_AFTER_FAMILY:
        return "-".join(("claude", *version, *families, *dates))
    return "-".join(("claude", *families, *version, *dates))


def _is_number(text: str, *lengths: int) -> bool:
    return len(text) in lengths and text.isdecimal()
