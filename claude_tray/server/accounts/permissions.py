"""What each kind of caller may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from rest_framework.permissions import BasePermission
from rest_framework_simplejwt.tokens import AccessToken

from claude_tray.server.accounts.models import User
from claude_tray.server.accounts.person import person_of
from claude_tray.server.accounts.tokens import DEVICE_CLAIM
from claude_tray.server.addresses import client_of, is_within

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView


class IsPerson(BasePermission):
    """Signed in, and not by a device's token, which can only send."""

    message = "A device token can only send; sign in to read."
    code = "device_token"

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002
        return _is_signed_in(request) and not _is_device(request)


class MaySend(BasePermission):
    """Signed in by any token, from a network that may send."""

    message = "This address may not send to this server."
    code = "address"

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002
        return _is_signed_in(request) and _may_send(request)


class MayRefresh(IsPerson):
    """Anybody where only this machine reaches the server, else staff."""

    message = "Only staff may refresh a server that others reach."
    code = "not_staff"

    def has_permission(self, request: Request, view: APIView) -> bool:
        return super().has_permission(request, view) and may_refresh(
            person_of(request),
        )


def may_refresh(user: User) -> bool:
    """Tell whether a person may have this machine's transcripts read."""
    return bool(settings.ENVIRONMENT.is_loopback or user.is_staff)


def _is_signed_in(request: Request) -> bool:
    return isinstance(request.user, User)


def _is_device(request: Request) -> bool:
    token = request.auth
    return isinstance(token, AccessToken) and DEVICE_CLAIM in token.payload


def _may_send(request: Request) -> bool:
    environment = settings.ENVIRONMENT
    if not environment.sync_networks:
        return True
    client = client_of(request, trusts_proxy=environment.trusts_proxy)
    return is_within(client, environment.sync_networks)
