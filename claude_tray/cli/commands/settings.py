"""Run `claude-tray settings`: show and change options in a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

from claude_tray.app import instance_client, settings_changes
from claude_tray.app.context import AppContext, load_context, print_message
from claude_tray.cli.shared import (
    Table,
    add_json_argument,
    print_json,
    print_table,
)
from claude_tray.config import option_text, option_values, settings
from claude_tray.errors import UsageError, gettext_noop
from claude_tray.i18n.translator import Translator, list_languages
from claude_tray.platform.start_command import get_start_command
from claude_tray.text import make_visible

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from claude_tray.config.writer import SettingChanges


_ACTIONS: Final = ("list", "get", "set", "unset", "edit")
_NOTHING: Final = "\N{EN DASH}"
_LANGUAGE: Final = "general.language"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action",
        choices=_ACTIONS,
        nargs="?",
        default=_ACTIONS[0],
        help=gettext_noop("default: list all options"),
    )
    parser.add_argument(
        "key", nargs="?", help=gettext_noop("option, such as icon.style")
    )
    parser.add_argument(
        "value",
        nargs="*",
        help=gettext_noop("new value; separate a list by commas"),
    )
    add_json_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    context = load_context(arguments)
    if arguments.action == "edit":
        # Late: it is used at a terminal only.
        from claude_tray.cli.commands.settings_edit import edit_in_editor

        edit_in_editor(context)
        return 0
    values = _list_values(context)
    if arguments.action == "list":
        _print_list(values, context, is_json=arguments.json)
        return 0
    if not arguments.key:
        raise UsageError(
            gettext_noop("Name an option, such as icon.style."),
            hint=gettext_noop("To list all, run: {command} settings"),
            command=get_start_command(),
        )
    if arguments.action == "get":
        _print_value(values, arguments.key, is_json=arguments.json)
        return 0
    _change(context, arguments)
    after = load_context(arguments)
    if arguments.json:
        _print_value(_list_values(after), arguments.key, is_json=True)
        return 0
    _print_change(values, _list_values(after), arguments.key, after.translator)
    return 0


def _list_values(context: AppContext) -> tuple[option_values.OptionValue, ...]:
    return option_values.list_option_values(
        context.settings,
        context.environment,
        settings.read_option_names(context.paths.settings_file),
    )


def _print_list(
    values: tuple[option_values.OptionValue, ...],
    context: AppContext,
    *,
    is_json: bool,
) -> None:
    translator, path = context.translator, context.paths.settings_file
    if is_json:
        items = [_build_item(value) for value in values]
        print_json({"path": str(path), "settings": items})
        return
    gettext = translator.gettext
    rows = [row for value in values for row in _iter_rows(value, translator)]
    title = gettext("Settings in {path}", path=path)
    columns = [gettext("Option"), gettext("Value"), gettext("Source")]
    notes = (
        gettext(
            "Change one with: {command} settings set OPTION VALUE",
            command=get_start_command(),
        ),
    )
    table = Table(title, columns, [], rows, notes, is_folded=True)
    print_table(table, translator)


def _build_item(value: option_values.OptionValue) -> dict[str, Any]:
    content, default = value.value, value.option.default
    is_table = hasattr(default, "items")
    return {
        "key": value.option.name,
        "value": dict(content) if is_table else content,
        "default": dict(default) if is_table else default,
        "source": value.source.value,
        "variable": value.variable or None,
        "accepts": value.option.type_label.replace("`", ""),
        "error": value.error.summary if value.error else None,
    }


def _iter_rows(
    value: option_values.OptionValue, translator: Translator
) -> Iterator[tuple[str, str, str]]:
    """Yield the row of an option, or one of each entry of its table."""
    name, source = value.option.name, _format_source(value, translator)
    if not hasattr(value.value, "items"):
        yield (
            name,
            option_text.format_value(value.option, value.value) or _NOTHING,
            source,
        )
        return
    if not value.value:
        yield name, _NOTHING, source
    for entry, content in value.value.items():
        yield f"{name}.{entry}", option_text.format_entry_text(content), source


def _format_source(
    value: option_values.OptionValue, translator: Translator
) -> str:
    if value.error is not None:
        return translator.gettext("file is invalid")
    if value.source is option_values.OptionSource.ENVIRONMENT:
        return value.variable
    if value.source is option_values.OptionSource.FILE:
        return translator.gettext("settings file")
    return translator.gettext("default")


def _print_value(
    values: tuple[option_values.OptionValue, ...], key: str, *, is_json: bool
) -> None:
    value, entry = _find_value(values, key)
    if is_json:
        item = _build_item(value)
        if entry:
            item = {"key": key, "value": value.value.get(entry)}
        print_json(item)
        return
    sys.stdout.write(make_visible(_format_value(value, entry), "\n") + "\n")


def _find_value(
    values: tuple[option_values.OptionValue, ...], key: str
) -> tuple[option_values.OptionValue, str]:
    option, entry = option_text.find_option(key)
    return next(v for v in values if v.option is option), entry


def _format_value(value: option_values.OptionValue, entry: str) -> str:
    """Format a value as `set` takes it; a whole table has several lines."""
    content = value.value
    if entry:
        return (
            option_text.format_entry_text(content[entry])
            if entry in content
            else ""
        )
    if hasattr(content, "items"):
        return "\n".join(
            f"{name} {option_text.format_entry_text(item)}"
            for name, item in content.items()
        )
    return option_text.format_value(value.option, content)


def _change(context: AppContext, arguments: argparse.Namespace) -> None:
    """Set or remove an option, and have the tray apply it."""
    settings_changes.change_settings(
        context.paths.settings_file,
        _build_changes(arguments),
        context.environment,
    )
    instance_client.request_settings_reload(context.paths.state_folder)


def _build_changes(arguments: argparse.Namespace) -> SettingChanges:
    option, entry = option_text.find_option(arguments.key)
    if arguments.action == "unset":
        if entry:
            return {(option.name, entry): None}
        return {arguments.key: None}
    if not arguments.value:
        raise UsageError(
            gettext_noop("Name the new value of {key}."),
            hint=gettext_noop("Accepted: {values}."),
            key=arguments.key,
            values=option.type_label.replace("`", ""),
        )
    choices = ("system", *list_languages())
    keys, value = option_text.parse_option_text(
        arguments.key,
        arguments.value,
        choices if arguments.key == _LANGUAGE else (),
    )
    return {keys: value}


def _print_change(
    before: tuple[option_values.OptionValue, ...],
    after: tuple[option_values.OptionValue, ...],
    key: str,
    translator: Translator,
) -> None:
    """Print the old and the new value; warn if a variable overrides it."""
    old, entry = _find_value(before, key)
    new, _ = _find_value(after, key)
    old_text = _format_value(old, entry) or _NOTHING
    new_text = _format_value(new, entry) or _NOTHING
    print(make_visible(f"{key}: {old_text} \N{RIGHTWARDS ARROW} {new_text}"))
    if new.variable:
        print_message(
            translator.gettext(
                "{variable} overrides the settings file.",
                variable=new.variable,
            )
        )
