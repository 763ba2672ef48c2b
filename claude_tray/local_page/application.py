"""Answer requests: check them, find their page and add the headers."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode, urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from claude_tray.app.page_files import OPEN_PATH, STOP_PATH, TOKEN_PATH
from claude_tray.errors import ClaudeTrayError
from claude_tray.local_page import (
    refusals,
    request_context,
    security,
    store_access,
)
from claude_tray.local_page.routes import ROUTES, TEMPLATE_DIR, PageRoute
from claude_tray.platform.logging_setup import log_internal_error
from claude_tray.web import environment, static_files

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from wsgiref.types import StartResponse, WSGIEnvironment

    from jinja2 import Environment
    from werkzeug.routing import MapAdapter


_PLACEHOLDER: Final = re.compile(r"<(?:\w+:)?(\w+)>")
_STATIC: Final = PageRoute("/static/<path:name>", "static", "")
_ROUTES_BY_NAME: Final = {route.name: route for route in (*ROUTES, _STATIC)}


class LocalPage:
    """
    The WSGI application.

    Args:
        gate: Secrets of this process.
        live_context: Current settings.
        store: The stored usage.
        templates: The templates, see `build_page_environment`.

    Attributes:
        used_at: Monotonic time of the last request of the user.
        is_stopped: A program of the user has asked the process to end.
    """

    def __init__(
        self,
        gate: security.Gate,
        live_context: request_context.LiveContext,
        store: store_access.StoreAccess,
        templates: Environment,
    ) -> None:
        self.used_at = time.monotonic()
        self.is_stopped = False
        self._gate = gate
        self._live_context = live_context
        self._store = store
        self._urls = _build_urls(gate.prefix)
        self._environment = templates

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        request = Request(environ)
        response = self._respond(request)
        for name, value in security.HEADERS.items():
            response.headers.setdefault(name, value)
        return response(environ, start_response)

    def _respond(self, request: Request) -> Response:
        gate = self._gate
        if not gate.has_own_host(request):
            return refusals.refuse_host()
        if request.path in {TOKEN_PATH, STOP_PATH}:
            return self._control(request)
        if request.path == OPEN_PATH:
            return self._admit(request)
        path = gate.find_path(request)
        if path is None:
            return refusals.refuse(self._live_context.load().translator)
        return self._answer(
            Request(
                request.environ
                | {"SCRIPT_NAME": gate.prefix, "PATH_INFO": path}
            )
        )

    def _answer(self, request: Request) -> Response:
        """Answer a request below the prefix."""
        gate = self._gate
        if request.path == OPEN_PATH:
            return self._open(request)
        session = gate.find_session(request)
        if session is None:
            return refusals.refuse(self._live_context.load().translator)
        self.used_at = time.monotonic()
        if not gate.allows_method(request, session):
            return refusals.refuse_form(self._live_context.load().translator)
        return self._show(request, session)

    def _control(self, request: Request) -> Response:
        """Do what a program asks that can read the address file."""
        if request.method != "POST" or not self._gate.has_key(request):
            return refusals.refuse(self._live_context.load().translator)
        self.used_at = time.monotonic()
        if request.path == STOP_PATH:
            self.is_stopped = True
            return Response("")
        return Response(self._gate.issue_token())

    def _admit(self, request: Request) -> Response:
        """
        Exchange a one-time token for one below the prefix.

        There the browser shows the cookie that it may have already.
        """
        if not self._gate.use_token(request.args.get("token", "")):
            return refusals.refuse(self._live_context.load().translator)
        self.used_at = time.monotonic()
        path = _get_local_path(request.args.get("next", "/"))
        query = urlencode({"token": self._gate.issue_token(), "next": path})
        return redirect(f"{self._gate.prefix}{OPEN_PATH}?{query}", 303)

    def _open(self, request: Request) -> Response:
        """Exchange a one-time token for a cookie, and redirect."""
        gate = self._gate
        session = gate.find_session(request) or gate.start_session(
            request.args.get("token", "")
        )
        if session is None:
            return refusals.refuse(self._live_context.load().translator)
        self.used_at = time.monotonic()
        path = _get_local_path(request.args.get("next", "/"))
        response = redirect(f"{gate.prefix}{path}", 303)
        response.set_cookie(
            gate.cookie_name,
            session.session_id,
            path=gate.prefix,
            httponly=True,
            samesite="Strict",
        )
        return response

    def _show(
        self, request: Request, session: security.BrowserSession
    ) -> Response:
        context = request_context.build_request_context(
            request,
            self._live_context.load(),
            self._store,
            self._environment,
            session,
        )
        try:
            name, values = self._urls.match(request.path, request.method)
            if name == _STATIC.name:
                return _send_static(request, **values)
            route = _ROUTES_BY_NAME[name]
            context = context._replace(own_mark=route.load_mark(context))
            if route.is_live and request.args.get("mark") == context.mark:
                return Response(status=204)
            if route.is_live:
                context = context.make_live()
            return route.answer(request, context, **values)
        except HTTPException as error:
            return refusals.show_http_error(error, context)
        except ClaudeTrayError as error:
            return refusals.show_error(error, context)
        except Exception as error:  # noqa: BLE001 - a sentence, no traceback
            return refusals.show_error(log_internal_error(error), context, 500)


def build_page_environment(
    compiled_dir: Path | None = None,
    prefix: str = "",
    *,
    is_demo: bool = False,
) -> Environment:
    """
    Build the templates, with the links between the pages.

    Args:
        compiled_dir: Private folder for compiled templates; None for none.
        prefix: Start of the path of every page.
        is_demo: The usage is invented, which every page says.
    """
    urls = _build_urls(prefix)

    def url_for(name: str, *arguments: str) -> str:
        names = _PLACEHOLDER.findall(_ROUTES_BY_NAME[name].path)
        return urls.build(name, dict(zip(names, arguments, strict=True)))

    def static_url(name: str) -> str:
        hashed_names = static_files.load_static_files().hashed_names
        return url_for(_STATIC.name, hashed_names[name])

    built = environment.build_environment(
        url_for, static_url, (TEMPLATE_DIR,), compiled_dir
    )
    built.globals["is_demo"] = is_demo
    built.globals["navigation"] = [
        (route.name, route.label) for route in ROUTES if route.label
    ]
    return built


def _build_urls(prefix: str) -> MapAdapter:
    return Map(
        Rule(route.path, endpoint=route.name, methods=route.methods)
        for route in _ROUTES_BY_NAME.values()
    ).bind("", script_name=prefix)


def _get_local_path(address: str) -> str:
    """Return the path and query of an address; "/" for another site's."""
    parts = urlsplit(address.replace("\\", "/"))
    is_local = not (parts.scheme or parts.netloc)
    if not is_local or not parts.path.startswith("/"):
        return "/"
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _send_static(request: Request, name: str) -> Response:
    file = static_files.load_static_files().files.get(name)
    if file is None:
        return refusals.not_found()
    headers = {
        "Cache-Control": static_files.CACHE_CONTROL,
        "Vary": "Accept-Encoding",
    }
    body = file.body
    if file.compressed and "gzip" in request.headers.get(
        "Accept-Encoding", ""
    ):
        body = file.compressed
        headers["Content-Encoding"] = "gzip"
    return Response(body, content_type=file.media_type, headers=headers)
