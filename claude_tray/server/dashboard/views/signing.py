"""Signing in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.utils import timezone

from claude_tray import __version__
from claude_tray.server.accounts.lockout import PERIOD, is_locked
from claude_tray.server.addresses import client_of
from claude_tray.server.dashboard.views.page import viewer_at
from claude_tray.words.tongue import ENGLISH

if TYPE_CHECKING:
    from django.http import HttpRequest


class SignInForm(AuthenticationForm):
    """A name and a password; says why it was not taken."""

    def get_invalid_login_error(self) -> ValidationError:
        name = self.cleaned_data.get("username", "")
        if is_locked(name, _address(self.request), timezone.now()):
            span = ENGLISH.duration(PERIOD)
            text = f"Too many wrong passwords. Try again in {span}."
            return ValidationError(text, code="locked")
        text = "Name and password do not go together."
        return ValidationError(text, code="invalid_login")


class SignIn(LoginView):
    """The page for signing in; who is signed in already goes on."""

    template_name = "dashboard/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401
        more = {"viewer": viewer_at(self.request), "version": __version__}
        return super().get_context_data(**kwargs) | more


def _address(request: HttpRequest | None) -> str:
    if request is None:
        return ""
    trusts_proxy = settings.ENVIRONMENT.trusts_proxy
    return client_of(request, trusts_proxy=trusts_proxy)
