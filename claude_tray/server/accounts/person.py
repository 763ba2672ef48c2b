"""Who a request is from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.exceptions import NotAuthenticated

from claude_tray.server.accounts.models import User

if TYPE_CHECKING:
    from django.http import HttpRequest
    from rest_framework.request import Request


def person_of(request: Request | HttpRequest) -> User:
    """
    Return the person who is signed in.

    Raises:
        NotAuthenticated: Nobody is; a view's permissions see to that before.
    """
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user
