"""Load what the settings forms show: values, folders, languages."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from claude_tray.config import claude_folders, option_values, settings
from claude_tray.i18n.translator import list_languages
from claude_tray.local_page.settings.form import FormChoice, FormContext
from claude_tray.platform import paths, system
from claude_tray.providers.registry import CLAUDE_CODE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from claude_tray.app.context import AppContext
    from claude_tray.config.option_values import OptionValue


_TEXT_BESIDE: Final = "icon.text_beside"


def load_values(context: AppContext) -> Mapping[str, OptionValue]:
    """Return the value of each option by its name."""
    names = settings.read_option_names(context.paths.settings_file)
    values = option_values.list_option_values(
        context.settings, context.environment, names
    )
    return {
        value.option.name: value._replace(value=_list_folders(context))
        if value.option.name == "claude_paths" and not value.value
        else value
        for value in values
    }


def load_form_context(context: AppContext) -> FormContext:
    """Return what the forms show besides options."""
    fixed_by = context.folders_fixed_by
    has_text_beside = system.current_system().style.has_template_icons
    return FormContext(
        context.translator,
        tuple(list_languages()),
        _find_folders(context),
        _list_default_folders(context),
        {"claude_paths": fixed_by} if fixed_by else {},
        () if has_text_beside else (_TEXT_BESIDE,),
    )


def _list_folders(context: AppContext) -> tuple[str, ...]:
    return tuple(map(shorten_path, context.folders))


def _list_default_folders(context: AppContext) -> tuple[str, ...]:
    """Return the folders that are followed without any setting."""
    found = claude_folders.resolve_claude_folders(
        "",
        context.environment._replace(claude_path=""),
        (),
        paths.get_home_folder(),
    )
    return tuple(map(shorten_path, found))


def _find_folders(context: AppContext) -> tuple[FormChoice, ...]:
    """List the folders that are followed, then those found besides."""
    home = paths.get_home_folder()
    configured = context.settings.claude_paths or _list_folders(context)
    known = {
        os.path.realpath(claude_folders.resolve_claude_folder(text, home))
        for text in configured
    }
    others = (
        shorten_path(path)
        for path in CLAUDE_CODE.find_other_folders(home)
        if os.path.realpath(path) not in known
    )
    return tuple(
        FormChoice(text, text, note=_describe_folder(text, home, context))
        for text in (*configured, *others)
    )


def _describe_folder(text: str, home: Path, context: AppContext) -> str:
    """Say how many projects a folder has, or that it is missing."""
    gettext = context.translator.gettext
    folder = claude_folders.resolve_claude_folder(text, home)
    try:
        names = _list_projects(folder)
    except OSError:
        return gettext("not found")
    count = sum(1 for _ in names)
    return context.translator.ngettext("{n} project", "{n} projects", count)


def _list_projects(folder: Path) -> Iterable[str]:
    with os.scandir(folder / "projects") as entries:
        return [entry.name for entry in entries if entry.is_dir()]


def shorten_path(path: Path) -> str:
    """Write the home folder as "~"."""
    home = paths.get_home_folder()
    if path.is_relative_to(home) and path != home:
        return str(Path("~") / path.relative_to(home))
    return str(path)
