"""Format the table of options for docs/settings.md."""

from __future__ import annotations

from claude_tray.config.schema import OPTIONS


def format_settings_table() -> str:
    """Return a Markdown table: key, type, default, description."""
    rows = ["| Key in `settings.toml` | Type | Default | Description |"]
    rows.append("|---|---|---|---|")
    for option in OPTIONS:
        default = _format_default(option.default)
        rows.append(
            f"| `{option.name}` | {option.type_label} | {default}"
            f" | {option.description} |",
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
