"""Pages of the user's account: tokens, programs, password and sign-in."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from claude_tray.i18n.translator import ENGLISH
from claude_tray.server.accounts import api_tokens, sign_ins
from claude_tray.server.accounts.models import ApiToken, TokenScope
from claude_tray.server.accounts.permissions import require_user
from claude_tray.server.accounts.sign_in_limits import SignInRefusedError
from claude_tray.server.dashboard.views.base import (
    build_base_values,
    get_page_context,
    render_page,
    translate_django,
)

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from claude_tray.i18n.translator import Translator
    from claude_tray.web.page_context import PageContext


_BAD_REQUEST_STATUS: Final = 400


class TokenRow(NamedTuple):
    """A token, and what it can do in words."""

    token: ApiToken
    scope: str
    is_valid: bool


class NewToken(NamedTuple):
    """A token that is shown once."""

    name: str
    token: str
    is_for_sending: bool


@login_required
@require_safe
def account_page(request: HttpRequest) -> HttpResponse:
    """Show tokens, signed-in programs and a form to change the password."""
    return _render_account(request, {})


@login_required
@require_POST
def create_token(request: HttpRequest) -> HttpResponse:
    """Create a token and show it once."""
    context = get_page_context(request)
    name = request.POST.get("name", "").strip()
    scope = request.POST.get("scope", TokenScope.SEND)
    if not api_tokens.is_valid_name(name):
        error = context.translator.gettext(
            "Enter a name of at most 255 printable characters."
        )
        return _render_account(
            request, {"token_error": error}, _BAD_REQUEST_STATUS
        )
    if scope not in api_tokens.TOKEN_SCOPES:
        error = context.translator.gettext("Select what the token can do.")
        return _render_account(
            request, {"token_error": error}, _BAD_REQUEST_STATUS
        )
    user = require_user(request)
    row, token = api_tokens.create_api_token(
        user, TokenScope(scope), name, context.now, actor=user
    )
    new_token = NewToken(name, token, row.scope == TokenScope.SEND)
    return _render_account(request, {"new_token": new_token})


@login_required
@require_POST
def revoke_token(request: HttpRequest, jti: str) -> HttpResponse:
    """Revoke a token or sign a program out."""
    user, context = require_user(request), get_page_context(request)
    token = api_tokens.revoke_token(user, jti, context.now, actor=user)
    if token is not None:
        gettext = context.translator.gettext
        text = (
            gettext("The program is signed out.")
            if token.is_interactive
            else gettext("The token is revoked and no longer works.")
        )
        messages.success(request, text)
    return redirect("pages:account")


@sensitive_post_parameters()
@login_required
@require_POST
def change_password(request: HttpRequest) -> HttpResponse:
    """Change the password, which signs out other browsers and programs."""
    translator = get_page_context(request).translator
    user = require_user(request)
    user.password_changed_by = user
    form = PasswordChangeForm(user, request.POST)
    # Django translates the errors of its own validators.
    with translate_django(translator):
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
    user, context = require_user(request), get_page_context(request)
    scopes = _name_scopes(context)
    values = {
        "user": user,
        "messages": list(messages.get_messages(request)),
        "scopes": list(scopes.items()),
        "tokens": [
            TokenRow(token, scopes[token.scope], token.is_valid(context.now))
            for token in api_tokens.list_api_tokens(user)
        ],
        "programs": sign_ins.list_sign_ins(user, context.now),
        "new_token": None,
        "token_error": "",
        "password_errors": (),
        **extra_values,
    }
    return render_page(request, "account", context, values, status)


def _name_scopes(context: PageContext) -> dict[str, str]:
    gettext = context.translator.gettext
    return {
        TokenScope.SEND: gettext("Send usage"),
        TokenScope.READ: gettext("Read usage"),
        TokenScope.METRICS: gettext("Read metrics"),
    }


class SignInForm(AuthenticationForm):
    """Name or e-mail address, and password."""

    limit_error: SignInRefusedError | None = None

    def clean(self) -> dict[str, Any]:
        try:
            return super().clean()
        except SignInRefusedError as error:
            self.limit_error = error
            translator = self._get_translator()
            text = translator.gettext(
                "Too many failed attempts. Try again in {span}.",
                span=translator.format_duration(
                    timedelta(minutes=ceil(error.wait / 60))
                ),
            )
            raise ValidationError(text, code="throttled") from error

    def get_invalid_login_error(self) -> ValidationError:
        text = self._get_translator().gettext(
            "Incorrect username or password."
        )
        return ValidationError(text, code="invalid_login")

    def _get_translator(self) -> Translator:
        if self.request is None:
            return ENGLISH
        return get_page_context(self.request).translator


class SignInView(LoginView):
    """The sign-in page; signed-in users are redirected."""

    template_name = "sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_invalid(form)
        if isinstance(form, SignInForm) and form.limit_error is not None:
            response.status_code = form.limit_error.status_code
            response.headers["Retry-After"] = str(form.limit_error.wait)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        values = super().get_context_data(**kwargs)
        context = get_page_context(self.request)
        return {
            **values,
            **build_base_values(self.request, context),
            "sso_url": _build_sso_url(values["next"]),
            "sso_failure": self.request.GET.get("failed", ""),
        }


def _build_sso_url(next_url: str) -> str:
    """Return where single sign-on begins; empty without it."""
    if settings.SIGN_IN.oidc is None:
        return ""
    query = urlencode({"next": next_url}) if next_url else ""
    return f"{reverse('oidc-start')}?{query}".rstrip("?")
