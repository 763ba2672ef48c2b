"""GET /api/schema/: the OpenAPI schema, built once in a process."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiYamlRenderer,
)
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.views import APIView

from claude_tray.server.api.schema_listing import ApiListing, list_schema

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase
    from rest_framework.request import Request


_MAX_AGE_SECONDS: Final = 300
_DIGEST_BYTES: Final = 12


class BuiltSchema(NamedTuple):
    """
    The schema in all its forms.

    Attributes:
        json: Encoded as JSON.
        yaml: Encoded as YAML.
        digest: Changes with the schema.
        listing: For the page about it.
    """

    json: bytes
    yaml: bytes
    digest: str
    listing: ApiListing


# Building it takes as long as 50 requests, and needs no token.
@lru_cache(maxsize=4)
def load_schema(script_name: str) -> BuiltSchema:
    """
    Build the schema, or return the one that was built before.

    Args:
        script_name: Path below which the server is mounted; may be empty.
    """
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    schema: dict[str, Any] = generator.get_schema(public=True)  # type: ignore[no-untyped-call]
    if script_name:
        schema["servers"] = [{"url": script_name}]
    as_json: bytes = OpenApiJsonRenderer().render(schema)
    digest = blake2b(as_json, digest_size=_DIGEST_BYTES).hexdigest()
    return BuiltSchema(
        as_json,
        OpenApiYamlRenderer().render(schema),  # type: ignore[no-untyped-call]
        digest,
        list_schema(schema),
    )


class SchemaView(APIView):
    """The OpenAPI schema as YAML, or as JSON with `?format=json`."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponseBase:
        schema = load_schema(request.META.get("SCRIPT_NAME", ""))
        is_json = _prefers_json(request._request)  # noqa: SLF001
        renderer = OpenApiJsonRenderer if is_json else OpenApiYamlRenderer
        etag = f'"{schema.digest}-{renderer.format}"'
        response = HttpResponse(
            schema.json if is_json else schema.yaml,
            content_type=renderer.media_type,
        )
        response.headers["ETag"] = etag
        response.headers["Cache-Control"] = f"max-age={_MAX_AGE_SECONDS}"
        response.headers["Vary"] = "Accept"
        found = get_conditional_response(
            request._request,  # noqa: SLF001
            etag=etag,
            response=response,
        )
        return found or response

    def perform_content_negotiation(
        self,
        request: Request,
        force: bool = False,  # noqa: FBT001, FBT002
    ) -> Any:
        """Accept any format; `get` chooses."""
        del force
        return super().perform_content_negotiation(request, force=True)


def _prefers_json(request: HttpRequest) -> bool:
    if "format" in request.GET:
        return request.GET["format"] == "json"
    types = (
        OpenApiYamlRenderer.media_type,
        OpenApiJsonRenderer.media_type,
        "application/json",
    )
    return "json" in (request.get_preferred_type(types) or "")
