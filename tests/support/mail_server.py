"""Run a mail server on loopback that keeps what it receives."""

from __future__ import annotations

import socketserver
import threading
from contextlib import contextmanager
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage


class ReceivedMail(NamedTuple):
    """A mail and the address of its envelope."""

    recipient: str
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        return str(self.message.get_content())


class MailServer(socketserver.ThreadingTCPServer):
    """
    Speaks as much of SMTP (RFC 5321) as a client needs.

    Attributes:
        mails: Received mails.
        refuses: Answer 554 to every recipient.
    """

    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.mails: list[ReceivedMail] = []
        self.refuses = False

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Handler(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._reply("220 mail.example.org ESMTP")
        recipients: list[str] = []
        for line in iter(self.rfile.readline, b""):
            command = line.decode().strip()
            verb = command[:4].upper()
            if verb == "RCPT":
                if self.server.refuses:
                    self._reply("554 no")
                    continue
                recipients.append(command.partition("<")[2].partition(">")[0])
            elif verb == "DATA":
                self._reply("354 go on")
                self._receive(recipients)
                recipients = []
            elif verb == "QUIT":
                self._reply("221 bye")
                return
            self._reply("250 ok")

    def _receive(self, recipients: list[str]) -> None:
        lines = [
            line[1:] if line.startswith(b".") else line
            for line in iter(self.rfile.readline, b".\r\n")
        ]
        message = message_from_bytes(b"".join(lines), policy=policy.default)
        self.server.mails += [
            ReceivedMail(recipient, message) for recipient in recipients
        ]

    def _reply(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def run_mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
