"""Show the page about the API, with examples and a form for each request."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from claude_tray.server.api.schema import load_schema
from claude_tray.server.dashboard.views.base import (
    get_page_context,
    render_page,
)

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase


_DIGEST_BYTES: Final = 12


@require_safe
def api_docs(request: HttpRequest) -> HttpResponseBase:
    """Show every path, parameter and type of the API."""
    script_name = request.META.get("SCRIPT_NAME", "")
    schema = load_schema(script_name)
    context = get_page_context(request)
    response = render_page(
        request,
        "api",
        context,
        {
            "listing": schema.listing,
            "schema_url": reverse("schema"),
            "script_name": script_name,
            "origin": f"{request.scheme}://{request.get_host()}",
            "is_signed_in": request.user.is_authenticated,
        },
    )
    if request.user.is_authenticated:
        return response
    digest = blake2b(response.content, digest_size=_DIGEST_BYTES)
    etag = f'"{digest.hexdigest()}"'
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    return (
        get_conditional_response(request, etag=etag, response=response)
        or response
    )
