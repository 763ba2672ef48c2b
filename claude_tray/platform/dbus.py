"""Call and serve D-Bus objects; the only module that imports jeepney."""

from __future__ import annotations

import itertools
import logging
import os
import socket
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from jeepney import (
    DBusAddress,
    HeaderFields,
    MessageFlag,
    MessageType,
    Parser,
    new_error,
    new_method_call,
    new_method_return,
    new_signal,
)
from jeepney.bus import get_bus
from jeepney.io.blocking import open_dbus_connection, prep_socket
from jeepney.wrappers import DBusErrorResponse

from claude_tray.errors import NoTrayError, gettext_noop

if TYPE_CHECKING:
    from collections.abc import Callable

    from jeepney import Message


_log = logging.getLogger(__name__)

DBUS: Final = "org.freedesktop.DBus"
PROPERTIES: Final = "org.freedesktop.DBus.Properties"
_CHUNK_BYTES: Final = 65536


class MethodReply(NamedTuple):
    """The reply to an incoming call: D-Bus signature and values."""

    signature: str
    values: tuple[Any, ...]


class IncomingCall(NamedTuple):
    """
    A call of an own method.

    Attributes:
        sender: Bus name of the caller's connection.
        interface: May be empty.
        member: Name of the method.
        values: Arguments.
    """

    sender: str
    interface: str
    member: str
    values: tuple[Any, ...]


class MethodCall(NamedTuple):
    """
    An outgoing method call.

    Attributes:
        service: Bus name.
        path: Object path.
        member: Name of the method.
        signature: D-Bus signature of the values.
        values: Arguments.
        interface: Empty if it has the name of the service.
    """

    service: str
    path: str
    member: str
    signature: str = ""
    values: tuple[Any, ...] = ()
    interface: str = ""


class SessionBus:
    """
    A connection to the session bus.

    One thread reads; any thread may send.

    Args:
        on_call: Called with an incoming call; returns the reply or raises
            LookupError.
        on_signal: Called with the member and values of a signal.

    Raises:
        NoTrayError: There is no session bus.
    """

    def __init__(
        self,
        on_call: Callable[[IncomingCall], MethodReply],
        on_signal: Callable[[str, tuple[Any, ...]], None],
    ) -> None:
        self._socket = _connect()
        self._parser = Parser()
        self._serials = itertools.count(1)
        self._lock = threading.Lock()
        self._pending_replies: dict[
            int, Callable[[str, tuple[Any, ...]], None]
        ] = {}
        self._on_call = on_call
        self._on_signal = on_signal
        self.is_closed = False
        self.call(MethodCall(DBUS, "/org/freedesktop/DBus", "Hello"))

    def call(
        self,
        call: MethodCall,
        on_reply: Callable[[str, tuple[Any, ...]], None] | None = None,
    ) -> None:
        """
        Call a method.

        Args:
            call: The call.
            on_reply: Called on the reader's thread with the name of an error,
                empty for none, and the values.
        """
        address = DBusAddress(call.path, call.service, call.service)
        message = new_method_call(
            address,
            call.member,
            call.signature or None,
            call.values,
        )
        self._send(message, on_reply or _log_call_error)

    def emit_signal(
        self,
        path: str,
        interface: str,
        member: str,
        reply: MethodReply | None = None,
    ) -> None:
        """Emit a signal of an own object."""
        address = DBusAddress(path, interface=interface)
        signature, values = reply or MethodReply("", ())
        self._send(new_signal(address, member, signature or None, values))

    def run(self) -> None:
        """Read and reply until `close` or until the bus disconnects."""
        with self._socket, suppress(ConnectionError):
            while data := self._socket.recv(_CHUNK_BYTES):
                self._parser.add_data(data)
                while (message := self._parser.get_next_message()) is not None:
                    self._dispatch(message)

    def close(self) -> None:
        """Make `run` return."""
        self.is_closed = True
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def _send(
        self,
        message: Message,
        on_reply: Callable[[str, tuple[Any, ...]], None] | None = None,
    ) -> None:
        with self._lock, suppress(OSError):
            serial = next(self._serials)
            if on_reply:
                self._pending_replies[serial] = on_reply
            # On a closed connection `run` returns, so nothing waits for this.
            self._socket.sendall(message.serialise(serial=serial))

    def _dispatch(self, message: Message) -> None:
        header = message.header
        fields = header.fields
        if header.message_type is MessageType.signal:
            member = str(fields.get(HeaderFields.member, ""))
            self._on_signal(member, message.body)
        elif header.message_type is MessageType.method_call:
            self._handle_call(message)
        else:
            serial = fields.get(HeaderFields.reply_serial)
            with self._lock:
                on_reply = self._pending_replies.pop(serial, _log_call_error)
            error = str(fields.get(HeaderFields.error_name, ""))
            on_reply(error, message.body)

    def _handle_call(self, message: Message) -> None:
        fields = message.header.fields
        try:
            call = IncomingCall(
                str(fields.get(HeaderFields.sender, "")),
                str(fields.get(HeaderFields.interface, "")),
                str(fields[HeaderFields.member]),
                message.body,
            )
            signature, values = self._on_call(call)
            reply = new_method_return(message, signature or None, values)
        except (LookupError, TypeError, ValueError) as error:
            name = f"{DBUS}.Error.UnknownMethod"
            reply = new_error(message, name, "s", (str(error),))
        if not message.header.flags & MessageFlag.no_reply_expected:
            self._send(reply)


def call_blocking(call: MethodCall, timeout: float) -> tuple[Any, ...] | None:
    """Call a method and return its values; None without a reply in time."""
    interface = call.interface or call.service
    address = DBusAddress(call.path, call.service, interface)
    signature = call.signature or None
    message = new_method_call(address, call.member, signature, call.values)
    try:
        with open_dbus_connection(_get_bus_address()) as connection:
            reply = connection.send_and_get_reply(message, timeout=timeout)
    except (OSError, RuntimeError, ValueError, DBusErrorResponse) as error:
        _log.debug("D-Bus call failed error=%s", error)
        return None
    if reply.header.message_type is MessageType.error:
        return None
    return tuple(reply.body)


def _get_bus_address() -> str:
    """Return the address of the session bus; systemd has a default."""
    if address := os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return address
    if sys.platform == "win32":
        return "SESSION"
    return f"unix:path=/run/user/{os.getuid()}/bus"


def _connect() -> socket.socket:
    try:
        connection: socket.socket = prep_socket(get_bus(_get_bus_address()))
    except (OSError, RuntimeError, ValueError, DBusErrorResponse) as error:
        _log.debug("No session bus error=%s", error)
        raise NoTrayError(
            gettext_noop("No desktop session was found.")
        ) from error
    return connection


def _log_call_error(error: str, values: tuple[Any, ...]) -> None:
    del values
    if error:
        _log.debug("D-Bus call failed error=%s", error)
