"""Find ports for servers that cannot choose one themselves."""

from __future__ import annotations

import random
import socket
from typing import Final

# Systems give outgoing connections higher ones: a connection of a test that
# runs at the same time does not take the port before the server listens.
_PORTS: Final = range(10_000, 32_000)


def find_free_port() -> int:
    """Return a port on 127.0.0.1 where nothing listens."""
    while True:
        port = random.SystemRandom().choice(_PORTS)
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return port
