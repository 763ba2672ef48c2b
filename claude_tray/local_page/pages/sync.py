"""The sync page: address, token, what is shared, and a connection test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from claude_tray.app import instance_client, sync_control, sync_token
from claude_tray.errors import ClaudeTrayError, SyncError, gettext_noop
from claude_tray.local_page import own_command
from claude_tray.local_page.pages import settings
from claude_tray.local_page.settings.sections import SYNC_SECTION
from claude_tray.presentation.sync_text import list_sync_details
from claude_tray.store.metadata import STORE_ID, get_value

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

    from claude_tray.local_page.request_context import RequestContext


class SyncResult(NamedTuple):
    """
    What an action of the page has to say.

    Attributes:
        text: A sentence; empty for none.
        is_error: It failed.
        is_about_token: It belongs to the token's field.
    """

    text: str = ""
    is_error: bool = False
    is_about_token: bool = False


def show_sync(request: Request, context: RequestContext) -> Response:
    """Show the page, or save its options."""
    return settings.handle_form(
        request, context, SYNC_SECTION, "sync", **_load_values(context)
    )


def save_token(request: Request, context: RequestContext) -> Response:
    """Save the token; it is never shown again."""
    gettext = context.gettext
    try:
        path = sync_token.store_token(
            context.app, request.form.get("token", "")
        )
    except ClaudeTrayError as error:
        return _show_problem(context, error, is_about_token=True)
    text = gettext("Saved the token in the keyring.")
    if path is not None:
        text = gettext("Saved the token in {path}.", path=path)
    return _show(
        context, SyncResult(text, is_about_token=True), has_token=True
    )


def check_connection(request: Request, context: RequestContext) -> Response:
    """Exchange a handshake with the server, by the saved settings."""
    # Late: it takes 10 MiB, and most users do not sync.
    from claude_tray.sync import connection_check

    del request
    try:
        with context.store.open() as opened:
            if opened is None:
                raise SyncError(gettext_noop("There is no usage to send yet."))
            config = sync_control.load_sync_config(context.app, opened.reader)
            store_id = get_value(opened.reader, STORE_ID)
        result = connection_check.check_connection(config, store_id)
    except ClaudeTrayError as error:
        return _show_problem(context, error)
    text = context.gettext(
        "{url} accepts your token.", url=config.endpoint.url
    )
    if result.response is None:
        text = context.gettext(
            "{url} answers. It checks the token at the first upload.",
            url=config.endpoint.url,
        )
    return _show(context, SyncResult(text))


def sync_now(request: Request, context: RequestContext) -> Response:
    """Have the tray send pending usage."""
    del request
    folder = context.app.paths.state_folder
    if instance_client.request_sync(folder):
        return _show(context, SyncResult(context.gettext("Sync has started.")))
    text = context.gettext("claude-tray is not running.")
    return _show(context, SyncResult(text, is_error=True))


def preview_upload(request: Request, context: RequestContext) -> Response:
    """Show the requests that would be sent."""
    del request
    output = own_command.run_own_command(
        context.app, "sync", "--dry-run", "--no-refresh"
    )
    if output.status:
        problem = SyncResult(output.text.strip(), is_error=True)
        return _show(context, problem)
    return _show(context, SyncResult(), preview=output.text)


def _show_problem(
    context: RequestContext,
    error: ClaudeTrayError,
    *,
    is_about_token: bool = False,
) -> Response:
    text = error.describe(context.page.translator.catalog.gettext)
    result = SyncResult(text, is_error=True, is_about_token=is_about_token)
    return _show(context, result)


def _show(
    context: RequestContext, result: SyncResult, **more: Any
) -> Response:
    return settings.show_form(
        context,
        SYNC_SECTION,
        "sync",
        **{**_load_values(context), "result": result, **more},
    )


def _load_values(context: RequestContext) -> dict[str, Any]:
    has_variable = bool(context.app.environment.api_token)
    return {
        "result": SyncResult(),
        "preview": "",
        "has_token": sync_token.has_token(context.app),
        "token_variable": sync_token.TOKEN_VARIABLE if has_variable else "",
        "lines": _list_state(context),
        "is_on": context.app.settings.sync_enabled,
    }


def _list_state(context: RequestContext) -> list[str]:
    """Describe the last sync; nothing while sync is off."""
    if not context.app.settings.sync_enabled:
        return []
    with context.store.open() as opened:
        if opened is None:
            return []
        state = sync_control.load_sync_state(context.app, opened.reader)
    return list_sync_details(state, context.page.build_view())
