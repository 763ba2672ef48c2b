"""The settings: a form for each section, which works without scripts."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from werkzeug.exceptions import NotFound
from werkzeug.utils import redirect

from claude_tray.app import (
    instance_client,
    notification_command,
    settings_changes,
    setup_service,
)
from claude_tray.config.option import OptionKind
from claude_tray.core.setup import SetupSwitch
from claude_tray.errors import ClaudeTrayError, SyncMisconfiguredError
from claude_tray.local_page.pages import icon_previews
from claude_tray.local_page.settings import current, form, sections
from claude_tray.platform import autostart_service
from claude_tray.setup import switches

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Request, Response

    from claude_tray.local_page.request_context import RequestContext
    from claude_tray.local_page.settings.inputs import Inputs
    from claude_tray.local_page.settings.sections import SettingsSection


FORM_ERROR: Final = ""
AUTOSTART: Final = "autostart"
_URL: Final = "sync.url"
_SAVED: Final = "saved"


class SentForm(NamedTuple):
    """
    A form that was refused: its texts, and the errors by option.

    Errors without an option have the key FORM_ERROR.
    """

    inputs: Inputs | None = None
    errors: Mapping[str, str] = {}

    @property
    def status(self) -> int:
        return (
            HTTPStatus.UNPROCESSABLE_ENTITY if self.errors else HTTPStatus.OK
        )


def show_settings(
    request: Request, context: RequestContext, section: str = "general"
) -> Response:
    """
    Show a section; save what was sent.

    Args:
        request: GET, or POST with the texts of the form.
        context: Settings and templates.
        section: Key of the section.
    """
    found = sections.SECTIONS_BY_KEY.get(section)
    if found is None:
        raise NotFound
    return handle_form(request, context, found, "settings")


def handle_form(
    request: Request,
    context: RequestContext,
    section: SettingsSection,
    template: str,
    **more: Any,
) -> Response:
    """Save a form and redirect, or show it with what was refused."""
    sent = SentForm()
    if request.method == "POST":
        sent = _save(dict(request.form.lists()), context, section)
        if not sent.errors:
            return redirect(
                f"{context.address.path}?{_SAVED}=1", HTTPStatus.SEE_OTHER
            )
    is_saved = _SAVED in request.args and not sent.errors
    return show_form(
        context, section, template, sent, is_saved=is_saved, **more
    )


def show_form(
    context: RequestContext,
    section: SettingsSection,
    template: str,
    sent: SentForm = SentForm(),  # noqa: B008 - an immutable value
    **more: Any,
) -> Response:
    """Render a template with the form of a section."""
    values = {
        "is_saved": False,
        "panel": "",
        "autostart": None,
        "message": "",
        "problem": "",
        **more,
    }
    if section.key == "icon":
        values["panel"] = icon_previews.get_panel(context)
    if section.key == "general":
        values["autostart"] = _build_autostart(context, sent)
    return context.render(
        template,
        sent.status,
        section=section,
        groups=form.build_groups(
            section,
            current.load_values(context.app),
            current.load_form_context(context.app),
            *sent,
        ),
        has_command=bool(context.app.settings.notifications_command),
        form_error=sent.errors.get(FORM_ERROR, ""),
        has_errors=bool(sent.errors),
        **values,
    )


def _save(
    inputs: Inputs, context: RequestContext, section: SettingsSection
) -> SentForm:
    app = context.app
    result = form.read_form(
        section.names,
        current.load_values(app),
        current.load_form_context(app),
        inputs,
    )
    translate = context.page.translator.catalog.gettext
    errors = dict(result.errors)
    if not errors and section.key == "general":
        errors |= _turn_autostart(inputs, context)
    if not errors and result.changes:
        try:
            settings_changes.change_settings(
                app.paths.settings_file, result.changes, app.environment
            )
        except SyncMisconfiguredError as error:
            errors[_URL] = error.translate(translate)[0]
        except ClaudeTrayError as error:
            # Sync is what needs another option.
            is_sync = section is sections.SYNC_SECTION
            name = "sync.enabled" if is_sync else FORM_ERROR
            errors[name] = error.translate(translate)[0]
        else:
            instance_client.request_settings_reload(app.paths.state_folder)
    return SentForm(inputs, errors)


def _turn_autostart(inputs: Inputs, context: RequestContext) -> dict[str, str]:
    """Turn the start at login if that was sent; return the refusal."""
    is_on, was_on = bool(inputs.get(AUTOSTART)), _is_autostart_on()
    if was_on is None or is_on == was_on:
        return {}
    target = setup_service.build_setup_target(context.app)
    try:
        switches.turn_switch(SetupSwitch.AUTOSTART, target, is_on=is_on)
    except ClaudeTrayError as error:
        translate = context.page.translator.catalog.gettext
        return {AUTOSTART: error.describe(translate)}
    return {}


def _is_autostart_on() -> bool | None:
    return autostart_service.is_autostart_enabled()


def _build_autostart(
    context: RequestContext, sent: SentForm
) -> form.FormField | None:
    """Build the switch of the start at login; None if it is unknown."""
    is_on = _is_autostart_on()
    if is_on is None:
        return None
    if sent.inputs is not None:
        is_on = bool(sent.inputs.get(AUTOSTART))
    gettext = context.gettext
    return form.FormField(
        AUTOSTART,
        OptionKind.SWITCH,
        gettext("Start at login"),
        gettext("Opens no window."),
        is_on=is_on,
        error=sent.errors.get(AUTOSTART, ""),
    )


def send_test_notification(
    request: Request, context: RequestContext
) -> Response:
    """Have the tray show a notification, and say whether it does."""
    del request
    gettext, title = (
        context.gettext,
        context.gettext("Test notification from claude-tray"),
    )
    is_shown = instance_client.request_notification(
        context.app.paths.state_folder, title
    )
    message = gettext("The tray shows a notification now.")
    return _show_notification_result(
        context,
        message if is_shown else "",
        "" if is_shown else gettext("claude-tray is not running."),
    )


def run_notification_command(
    request: Request, context: RequestContext
) -> Response:
    """Run the user's own command with a test, and say how it ended."""
    del request
    app = context.app
    try:
        notification_command.run_test(app)
    except ClaudeTrayError as error:
        translate = context.page.translator.catalog.gettext
        return _show_notification_result(
            context, "", error.translate(translate)[0]
        )
    return _show_notification_result(
        context, context.gettext("The command was successful."), ""
    )


def _show_notification_result(
    context: RequestContext, message: str, problem: str
) -> Response:
    return show_form(
        context,
        sections.SECTIONS_BY_KEY["notifications"],
        "settings",
        message=message,
        problem=problem,
    )
