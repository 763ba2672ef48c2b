"""Parse the mail server's address into Django's settings."""

from __future__ import annotations

from typing import Any, Final, NamedTuple
from urllib.parse import unquote, urlsplit

from claude_tray.errors import SettingsError


class _Transport(NamedTuple):
    """How a scheme connects."""

    port: int
    has_starttls: bool
    has_tls: bool


_TRANSPORTS: Final = {
    "smtp": _Transport(25, has_starttls=False, has_tls=False),
    "smtp+tls": _Transport(587, has_starttls=True, has_tls=False),
    "smtps": _Transport(465, has_starttls=False, has_tls=True),
}


class MailSettings(NamedTuple):
    """
    Settings of outgoing mail, as Django has them.

    Attributes:
        backend: Class that sends.
        host: Mail server.
        port: Its port.
        user: Name to sign in with; may be empty.
        password: Password of the user.
        has_starttls: Encrypt after connecting.
        has_tls: Encrypt from the start.
        sender: Address that mails come from.
        timeout: Seconds for each step.
    """

    backend: str = "django.core.mail.backends.dummy.EmailBackend"
    host: str = "localhost"
    port: int = 25
    user: str = ""
    password: str = ""
    has_starttls: bool = False
    has_tls: bool = False
    sender: str = "claude-tray@localhost"
    timeout: int = 10


def build_mail_settings(
    url: str, password: str = "", sender: str = ""
) -> MailSettings:
    """
    Build the settings of outgoing mail.

    Args:
        url: "smtp://", "smtp+tls://" (STARTTLS) or "smtps://", then
            user:password@host:port; empty: no mail is sent.
        password: Password that needs no percent-encoding; wins over the URL's.
        sender: Address that mails come from; by default claude-tray at the
            mail server's host.

    Raises:
        SettingsError: The address is invalid.
    """
    if not url:
        return MailSettings()
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _build_error() from None
    transport = _TRANSPORTS.get(parts.scheme)
    if transport is None or not parts.hostname or parts.path.strip("/"):
        raise _build_error()
    return MailSettings(
        "django.core.mail.backends.smtp.EmailBackend",
        parts.hostname,
        port or transport.port,
        unquote(parts.username or ""),
        password or unquote(parts.password or ""),
        transport.has_starttls,
        transport.has_tls,
        sender or f"claude-tray@{parts.hostname}",
    )


def build_mailer(mail: MailSettings) -> dict[str, Any]:
    """
    Build the entry of `MAILERS`, as Django has it since 6.1.

    The backend that sends nothing refuses options.
    """
    if mail.backend == MailSettings().backend:
        return {"BACKEND": mail.backend}
    options = {
        "host": mail.host,
        "port": mail.port,
        "username": mail.user,
        "password": mail.password,
        "use_tls": mail.has_starttls,
        "use_ssl": mail.has_tls,
        "timeout": mail.timeout,
    }
    return {"BACKEND": mail.backend, "OPTIONS": options}


def _build_error() -> SettingsError:
    # The message leaves out the URL because it may contain a password.
    summary = "CLAUDE_TRAY_EMAIL_URL is not the address of a mail server."
    hint = "Use smtp+tls://user:password@mail.example.org:587."
    return SettingsError(summary, hint=hint)
