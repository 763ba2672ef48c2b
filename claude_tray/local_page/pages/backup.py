"""Export and import of the settings, and what removing would undo."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from werkzeug.wrappers import Response

from claude_tray.app import instance_client, settings_changes
from claude_tray.config import settings, writer
from claude_tray.errors import ClaudeTrayError, SettingsError, gettext_noop
from claude_tray.local_page import own_command
from claude_tray.platform import atomic_write

if TYPE_CHECKING:
    from pathlib import Path

    from werkzeug.wrappers import Request

    from claude_tray.app.context import AppContext
    from claude_tray.local_page.request_context import RequestContext


PREVIOUS_NAME: Final = "settings-before-import.toml"
_MAX_BYTES: Final = 256 << 10


def show_backup(request: Request, context: RequestContext) -> Response:
    """Show what can be exported, imported and removed."""
    del request
    return _show(context)


def export_settings(request: Request, context: RequestContext) -> Response:
    """Download the settings file; it has no token."""
    del request
    text = writer.read_settings_text(context.app.paths.settings_file)
    disposition = 'attachment; filename="claude-tray-settings.toml"'
    return Response(
        text,
        content_type="application/toml; charset=utf-8",
        headers={"Content-Disposition": disposition},
    )


def import_settings(request: Request, context: RequestContext) -> Response:
    """Replace the settings by an uploaded file or a text, if it is valid."""
    text = request.form.get("text", "")
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        text = upload.stream.read(_MAX_BYTES + 1).decode("utf-8", "replace")
    translate = context.page.translator.catalog.gettext
    try:
        previous = replace_settings(context.app, text)
    except ClaudeTrayError as error:
        problem = error.translate(translate)[0]
        return _show(context, problem=problem, text=text)
    message = context.gettext(
        "The settings were imported. The previous ones are in {path}.",
        path=previous,
    )
    return _show(context, message=message)


def preview_removal(request: Request, context: RequestContext) -> Response:
    """Show what `uninstall` would undo; nothing is removed."""
    del request
    output = own_command.run_own_command(context.app, "uninstall", "--dry-run")
    return _show(context, removal=output.text.strip())


def replace_settings(context: AppContext, text: str) -> Path:
    """
    Replace the settings file, and keep the previous one beside it.

    Returns:
        The copy of the previous file.

    Raises:
        SettingsError: The text is empty or invalid; nothing was changed.
    """
    path = context.paths.settings_file
    previous = path.with_name(PREVIOUS_NAME)
    text = text.replace("\r\n", "\n")
    if not text.strip():
        raise SettingsError(gettext_noop("Choose a file or paste its text."))
    if len(text) > _MAX_BYTES:
        raise SettingsError(gettext_noop("This file is too large."))
    parsed = settings.parse_settings_text(text, previous)
    for error in parsed.invalid.values():
        raise error
    if parsed.unknown_keys:
        raise settings.unknown_key_error(parsed.unknown_keys[0])
    if parsed.notifications_command not in (
        (),
        context.settings.notifications_command,
    ):
        # A file from elsewhere must not choose what is run.
        raise SettingsError(
            gettext_noop("This file sets another program to run: {command}."),
            hint=gettext_noop(
                "Remove the line notifications.command, or set it yourself"
                " first."
            ),
            command=" ".join(parsed.notifications_command),
        )
    settings_changes.check_settings(parsed, context.environment)

    def replace(current: str) -> str:
        atomic_write.write_atomically(previous, current.encode(), 0o600)
        return text

    writer.edit_settings(path, replace)
    instance_client.request_settings_reload(context.paths.state_folder)
    return previous


def _show(
    context: RequestContext,
    *,
    message: str = "",
    problem: str = "",
    text: str = "",
    removal: str = "",
) -> Response:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    return context.render(
        "backup",
        status,
        message=message,
        problem=problem,
        text=text,
        removal=removal,
        settings_path=context.app.paths.settings_file,
    )
