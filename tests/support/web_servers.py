"""Serve the application by each WSGI server, directly and behind nginx."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest

from tests.support.ports import find_free_port

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


WSGI_SERVERS: Final = ("waitress", "granian", "gunicorn")
_APPLICATION: Final = "claude_tray.server.wsgi:application"
_TIMEOUT_SECONDS: Final = 90
_NGINX_CONFIG: Final = """
daemon off;
{user}
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_rlimit_nofile 16384;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  ssl_certificate {folder}/certificate.pem;
  ssl_certificate_key {folder}/key.pem;
  {servers}
}}
"""
# As docs/server.md recommends.
_NGINX_LOCATION: Final = """
    location {path} {{
      proxy_pass http://127.0.0.1:{port}{target};
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_read_timeout 120s;
    }}
"""


class Location(NamedTuple):
    """
    A server of nginx with one location.

    Attributes:
        port: Port that nginx listens on.
        upstream: Port of the server behind it.
        path: Path that is passed on.
        target: Path that replaces it; empty: none.
    """

    port: int
    upstream: int
    path: str = "/"
    target: str = ""


def build_command(server: str, port: int) -> list[str]:
    """Return the command that serves with one of WSGI_SERVERS."""
    place = f"127.0.0.1:{port}"
    python = [sys.executable, "-m"]
    if server == "granian":
        options = ["--interface=wsgi", "--log-level=error"]
        return [*python, server, *options, f"--port={port}", _APPLICATION]
    if server == "gunicorn":
        options = ["--threads=8", "--log-level=error", "--no-control-socket"]
        return [*python, server, *options, f"--bind={place}", _APPLICATION]
    return [*python, "claude_tray", "serve", f"--port={port}"]


@contextmanager
def run_web_server(
    server: str, variables: Mapping[str, str], log: Path
) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """
    Start one of WSGI_SERVERS; do not wait until it answers.

    Yields:
        Its port and process.
    """
    port = find_free_port()
    with log.open("wb") as log_file:
        process = subprocess.Popen(
            build_command(server, port),
            env=os.environ | variables,
            stdout=log_file,
            stderr=log_file,
        )
        try:
            yield port, process
        finally:
            process.terminate()
            process.wait(_TIMEOUT_SECONDS)


def wait_until_serving(port: int) -> None:
    """Wait until a server answers /healthz."""
    deadline = time.monotonic() + _TIMEOUT_SECONDS
    request = b"GET /healthz HTTP/1.0\r\n\r\n"
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), 5) as one:
                one.sendall(request)
                if b" 200 " in one.recv(1000):
                    return
        except OSError:
            pass
        assert time.monotonic() < deadline, f"nothing serves on {port}"
        time.sleep(0.1)


@contextmanager
def run_nginx(folder: Path, locations: list[Location]) -> Iterator[Path]:
    """
    Run nginx with TLS in front of servers.

    Yields:
        The certificate for localhost.
    """
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program is not None
    certificate = folder / "certificate.pem"
    _create_certificate(certificate, folder / "key.pem")
    config = folder / "nginx.conf"
    config.write_text(_format_nginx_config(folder, locations))
    process = subprocess.Popen([program, "-p", folder, "-c", config])
    try:
        for location in locations:
            _wait_until_listening(location.port)
        yield certificate
    finally:
        process.terminate()
        process.wait(_TIMEOUT_SECONDS)


def has_nginx() -> bool:
    path = f"{os.environ['PATH']}:/usr/sbin"
    return shutil.which("nginx", path=path) is not None


def _format_nginx_config(folder: Path, locations: list[Location]) -> str:
    servers = "\n".join(
        f"server {{ listen 127.0.0.1:{one.port} ssl;"
        " server_name localhost; client_max_body_size 9m;"
        + _NGINX_LOCATION.format(
            path=one.path, port=one.upstream, target=one.target
        )
        + "}"
        for one in locations
    )
    if sys.platform == "win32":
        pytest.skip("needs nginx")
    # Otherwise the workers of root become another user.
    user = "user root;" if os.geteuid() == 0 else ""
    return _NGINX_CONFIG.format(folder=folder, servers=servers, user=user)


def _create_certificate(certificate: Path, key: Path) -> None:
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes"),
            *("-keyout", key, "-out", certificate, "-days", "2"),
            *("-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost"),
        ],
        check=True,
        capture_output=True,
    )


def _wait_until_listening(port: int) -> None:
    deadline = time.monotonic() + _TIMEOUT_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 5).close()
        except OSError:
            assert time.monotonic() < deadline, port
            time.sleep(0.05)
        else:
            return
