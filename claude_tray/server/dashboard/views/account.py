"""Pages of the user's account: device tokens, password and sign-in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from claude_tray.i18n.translator import ENGLISH
from claude_tray.server.accounts import device_tokens
from claude_tray.server.accounts.lockout import LOCKOUT_PERIOD, is_locked
from claude_tray.server.accounts.permissions import (
    get_request_address,
    require_user,
)
from claude_tray.server.dashboard.views.base import (
    build_base_values,
    get_page_context,
    render_page,
)

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


# Length of the column DeviceToken.name.
_MAX_NAME_LENGTH: Final = 255
_BAD_REQUEST_STATUS: Final = 400


@login_required
@require_safe
def account_page(request: HttpRequest) -> HttpResponse:
    """Show the device tokens and a form to change the password."""
    return _render_account(request, {})


@login_required
@require_POST
def create_token(request: HttpRequest) -> HttpResponse:
    """Create a device token and show it once."""
    name = request.POST.get("machine", "").strip()
    if not name or len(name) > _MAX_NAME_LENGTH or not name.isprintable():
        gettext = get_page_context(request).translator.gettext
        error = gettext("Enter a name of at most 255 printable characters.")
        return _render_account(
            request, {"token_error": error}, _BAD_REQUEST_STATUS
        )
    token = device_tokens.create_device_token(
        require_user(request), name, get_page_context(request).now
    )
    return _render_account(
        request, {"new_token": {"name": name, "token": token}}
    )


@login_required
@require_POST
def revoke_token(request: HttpRequest, jti: str) -> HttpResponse:
    """Revoke a device token."""
    context = get_page_context(request)
    if device_tokens.revoke_device_token(
        require_user(request), jti, context.now
    ):
        text = context.translator.gettext(
            "The token is revoked and can no longer sync."
        )
        messages.success(request, text)
    return redirect("pages:account")


@sensitive_post_parameters()
@login_required
@require_POST
def change_password(request: HttpRequest) -> HttpResponse:
    """Change the password, which signs out other browsers."""
    translator = get_page_context(request).translator
    form = PasswordChangeForm(require_user(request), request.POST)
    # Django translates the errors of its own validators.
    with translation.override(translator.language):
        errors = [
            str(text)
            for field_errors in form.errors.values()
            for text in field_errors
        ]
    if errors:
        return _render_account(
            request, {"password_errors": errors}, _BAD_REQUEST_STATUS
        )
    update_session_auth_hash(request, form.save())
    messages.success(request, translator.gettext("Password changed."))
    return redirect("pages:account")


def _render_account(
    request: HttpRequest,
    extra_values: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    context = get_page_context(request)
    values = {
        "user": require_user(request),
        "messages": list(messages.get_messages(request)),
        "tokens": [
            (token, token.is_valid(context.now))
            for token in device_tokens.list_device_tokens(
                require_user(request)
            )
        ],
        "new_token": None,
        "token_error": "",
        "password_errors": (),
        **extra_values,
    }
    return render_page(request, "account", context, values, status)


class SignInForm(AuthenticationForm):
    """Name and password, with an error that mentions a lockout."""

    def get_invalid_login_error(self) -> ValidationError:
        name = self.cleaned_data.get("username", "")
        translator = ENGLISH
        if self.request is not None:
            translator = get_page_context(self.request).translator
        if is_locked(name, get_request_address(self.request), timezone.now()):
            text = translator.gettext(
                "Too many failed attempts. Try again in {span}.",
                span=translator.format_duration(LOCKOUT_PERIOD),
            )
            return ValidationError(text, code="locked")
        text = translator.gettext("Wrong name or password.")
        return ValidationError(text, code="invalid_login")


class SignInView(LoginView):
    """The sign-in page; signed-in users are redirected."""

    template_name = "sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = get_page_context(self.request)
        return super().get_context_data(**kwargs) | build_base_values(
            self.request, context
        )
