"""How the API is described: the wire's own types are its schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

import msgspec
from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema

from claude_tray.protocol import (
    agent_sync,
    agent_sync_responses,
    server_api,
    usage_api,
)
from claude_tray.server.errors import PROBLEM_MEDIA_TYPE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from django.http import HttpRequest, HttpResponse
    from drf_spectacular.utils import OpenApiParameter


class ApiParameter(NamedTuple):
    """What a request may name."""

    name: str
    place: str
    text: str


class ApiOperation(NamedTuple):
    """One method of one path; `takes` and `answers` name objects."""

    name: str
    method: str
    path: str
    text: str
    parameters: list[ApiParameter]
    takes: str
    answers: str
    statuses: str


class ApiObject(NamedTuple):
    """An object: its keys, each with what it holds."""

    name: str
    text: str
    keys: list[tuple[str, str]]


def render_api_docs(request: HttpRequest) -> HttpResponse:
    """Show every path and every object."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    schema = generator.get_schema(public=True)  # type: ignore[no-untyped-call]
    components = schema["components"]["schemas"]
    context = {
        "title": schema["info"]["title"],
        "operations": list(_list_operations(schema["paths"])),
        "shapes": [
            ApiObject(
                name, component.get("description", ""), _list_keys(component)
            )
            for name, component in components.items()
        ],
    }
    return render(request, "api.html", context)


def _list_operations(paths: dict[str, Any]) -> Iterator[ApiOperation]:
    for path, methods in paths.items():
        for method, operation in methods.items():
            yield ApiOperation(
                operation["operationId"],
                method.upper(),
                path,
                operation.get("description", ""),
                [
                    _build_parameter(parameter)
                    for parameter in operation.get("parameters", [])
                ],
                _find_schema_name(operation.get("requestBody", {})),
                _find_schema_name(operation["responses"].get("200", {})),
                ", ".join(operation["responses"]),
            )


def _build_parameter(parameter: dict[str, Any]) -> ApiParameter:
    return ApiParameter(
        parameter["name"],
        parameter["in"],
        parameter.get("description", "") or _format_type(parameter["schema"]),
    )


def _find_schema_name(body: dict[str, Any]) -> str:
    """Return the name of the object in a body; empty without one."""
    for media in body.get("content", {}).values():
        return _format_type(media["schema"])
    return ""


def _list_keys(component: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (k, _format_type(v))
        for k, v in component.get("properties", {}).items()
    ]


def _format_type(schema: dict[str, Any]) -> str:
    """Return what a value is, in a word or two."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(map(_format_type, schema["anyOf"]))
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"list of {_format_type(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type") or "anything")


_View = TypeVar("_View", bound="Callable[..., Any]")

_SCHEMA_REF: Final = "#/components/schemas/{name}"
# What any endpoint may answer, beside what it is for.
_COMMON_ERROR_STATUSES: Final = (401, 403, 404, 405, 429, 503)
_BODY_ERROR_STATUSES: Final = (400, 413, 415, 507)
_SCHEMA_TYPES: Final = (
    usage_api.Stats,
    usage_api.ProjectList,
    usage_api.ProjectDetail,
    usage_api.SessionList,
    usage_api.SessionDetail,
    server_api.Timeseries,
    server_api.MachineList,
    server_api.DashboardSummary,
    server_api.TokenPair,
    server_api.AccessToken,
    server_api.Credentials,
    server_api.RefreshToken,
    server_api.RefreshResult,
    server_api.ReadinessStatus,
    server_api.ProblemDetail,
    agent_sync.AgentSyncRequest,
    agent_sync.RowPayload,
    agent_sync_responses.AgentSyncResponse,
    agent_sync_responses.HandshakeResponse,
)


def describe_endpoint(
    name: str,
    response_type: type | None,
    *,
    body_type: type | None = None,
    parameters: Iterable[OpenApiParameter] = (),
    error_statuses: Iterable[int] = (),
    is_public: bool = False,
) -> Callable[[_View], _View]:
    """
    Describe one method of a view.

    Args:
        name: Its operation id.
        response_type: What it answers, as a type of the wire; None is 204.
        body_type: What its body holds; None without a body.
        parameters: What its query may hold.
        error_statuses: Statuses beside those that any endpoint may answer.
        is_public: It needs no signing in.
    """
    statuses = {
        *_COMMON_ERROR_STATUSES,
        *error_statuses,
        *(_BODY_ERROR_STATUSES if body_type else ()),
    }
    if parameters:
        statuses.add(400)
    responses: dict[Any, Any] = {204: None}
    if response_type is not None:
        responses = {200: _build_reference(response_type)}
    for status in sorted(statuses):
        responses[status, PROBLEM_MEDIA_TYPE] = _build_reference(
            server_api.ProblemDetail
        )
    request = (
        {"application/json": _build_reference(body_type)}
        if body_type
        else None
    )
    return extend_schema(
        operation_id=name,
        parameters=list(parameters),
        request=request,
        responses=responses,
        auth=[] if is_public else None,
    )


def add_components(
    result: dict[str, Any],
    generator: object,  # noqa: ARG001 - what drf-spectacular hands on
    request: object,  # noqa: ARG001
    public: bool,  # noqa: ARG001, FBT001
) -> dict[str, Any]:
    """Add the wire's types to the schema (a hook of drf-spectacular)."""
    _, components = msgspec.json.schema_components(
        _SCHEMA_TYPES,
        ref_template=_SCHEMA_REF,
    )
    # They are decoded one by one, so that a bad one spoils no other.
    messages = components["SessionPayload"]["properties"]["messages"]
    messages["items"] = _build_reference(agent_sync.RowPayload)
    section = result.setdefault("components", {})
    section["schemas"] = dict(sorted(components.items()))
    return result


def _build_reference(schema_type: type) -> dict[str, Any]:
    return {"$ref": _SCHEMA_REF.format(name=schema_type.__name__)}
