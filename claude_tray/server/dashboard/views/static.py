"""Static files of the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from claude_tray.web.static_files import CACHE_CONTROL, load_static_files

if TYPE_CHECKING:
    from django.http import HttpRequest


@require_safe
def static_file(request: HttpRequest, name: str) -> HttpResponse:
    """Send a file by its hashed name, compressed if the client accepts it."""
    file = load_static_files().files.get(name)
    if file is None:
        raise Http404
    headers = {"Cache-Control": CACHE_CONTROL}
    body = file.body
    if file.compressed is not None:
        headers["Vary"] = "Accept-Encoding"
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            body = file.compressed
            headers["Content-Encoding"] = "gzip"
    return HttpResponse(body, content_type=file.media_type, headers=headers)
