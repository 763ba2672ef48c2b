"""Run `claude-tray settings edit`: change the settings file in an editor."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from typing import TYPE_CHECKING, Final

from claude_tray.app import instance_client, settings_changes
from claude_tray.app.context import AppContext, print_message
from claude_tray.config import settings, writer
from claude_tray.errors import ClaudeTrayError, SettingsError, gettext_noop
from claude_tray.platform import atomic_write, paths, small_file, start_command

if TYPE_CHECKING:
    from pathlib import Path


_EDITOR_VARIABLES: Final = ("VISUAL", "EDITOR")
_USUAL_EDITORS: Final = ("nano", "vi", "notepad")


def edit_in_editor(context: AppContext) -> None:
    """
    Open a copy of the settings file in an editor; save it if it is valid.

    An invalid copy is kept, and opened again the next time, so that no work
    is lost and the file is always valid.

    Raises:
        SettingsError: There is no editor, it failed, the text is invalid, or
            the file was changed meanwhile.
    """
    path = context.paths.settings_file
    draft = path.with_name(paths.SETTINGS_DRAFT_NAME)
    original = writer.read_settings_text(path)
    _open_draft(draft, original, context)
    try:
        text = small_file.read_small_file(draft).decode()
        _check_text(text, context, draft)
        writer.edit_settings(
            path, lambda current: _replace_text(current, original, text)
        )
    except (ClaudeTrayError, UnicodeDecodeError) as error:
        problem = str(error)
        if isinstance(error, ClaudeTrayError):
            translate = context.translator.catalog.gettext
            problem = error.translate(translate)[0]
        raise SettingsError(
            gettext_noop("Nothing was saved. {problem}"),
            hint=gettext_noop(
                "Your text is in {path}. Run again: {command} settings edit"
            ),
            command=start_command.get_start_command(),
            problem=problem,
            path=draft,
        ) from error
    draft.unlink()
    gettext = context.translator.gettext
    if text == original:
        print(gettext("Nothing was changed."))
        return
    instance_client.request_settings_reload(context.paths.state_folder)
    print(gettext("Saved {path}.", path=path))


def _open_draft(draft: Path, original: str, context: AppContext) -> None:
    """Open the text that was not saved before, or else that of the file."""
    if draft.exists():
        gettext = context.translator.gettext
        print_message(gettext("Opening your unsaved text."))
    else:
        atomic_write.write_atomically(draft, original.encode(), 0o600)
    try:
        _run_editor(draft)
    except SettingsError:
        if small_file.read_small_file(draft) == original.encode():
            draft.unlink()
        raise


def find_editor() -> list[str]:
    """
    Return the command of the user's editor.

    Raises:
        SettingsError: There is none.
    """
    for name in _EDITOR_VARIABLES:
        if command := os.environ.get(name, "").strip():
            return shlex.split(command, posix=os.name == "posix")
    for name in _USUAL_EDITORS:
        if found := shutil.which(name):
            return [found]
    raise SettingsError(
        gettext_noop("No editor was found."),
        hint=gettext_noop("Set EDITOR to the command of your editor."),
    )


def _run_editor(draft: Path) -> None:
    command = find_editor()
    try:
        status = subprocess.run(  # noqa: S603 - the user's own editor
            [*command, str(draft)], check=False
        ).returncode
    except OSError as error:
        raise SettingsError(
            gettext_noop("Cannot run the editor {name}: {reason}."),
            hint=gettext_noop("Set EDITOR to the command of your editor."),
            name=command[0],
            reason=error.strerror,
        ) from error
    if status:
        raise SettingsError(
            gettext_noop("The editor ended with status {status}."),
            hint=gettext_noop("Nothing was saved."),
            status=status,
        )


def _check_text(text: str, context: AppContext, draft: Path) -> None:
    parsed = settings.parse_settings_text(text, draft)
    for error in parsed.invalid.values():
        raise error
    settings_changes.check_settings(parsed, context.environment)
    for name in parsed.unknown_keys:
        translate = context.translator.catalog.gettext
        error = settings.unknown_key_error(name)
        print_message(error.describe(translate))


def _replace_text(current: str, original: str, text: str) -> str:
    if current != original:
        raise SettingsError(
            gettext_noop("The settings were changed by another program.")
        )
    return text
