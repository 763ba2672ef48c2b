"""The README's table of settings, made from the code."""

from __future__ import annotations

from claude_tray.config.schema import SETTING_KEYS
from claude_tray.config.settings import Settings


def format_settings_table() -> str:
    """Return the table: key, type, default, meaning."""
    rows = ["| key in `settings.toml` | type | default | decides |"]
    rows.append("|---|---|---|---|")
    for key in SETTING_KEYS:
        default = _format_default(Settings._field_defaults[key.attribute])
        rows.append(
            f"| `{key.name}` | {key.type_label} | {default} | {key.description} |",
        )
    return "\n".join(rows)


def _format_default(default: object) -> str:
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, int | float):
        return f"`{default:g}`"
    if isinstance(default, str):
        return f"`{default}`" if default else "empty"
    if isinstance(default, tuple) and default:
        return " ".join(f"`{value}`" for value in default)
    return "none"
