"""Build the OpenAPI schema from the wire types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec
from drf_spectacular.utils import extend_schema

from claude_tray.protocol import (
    agent_sync,
    server_api,
    usage_api,
    wire_types,
)
from claude_tray.server.errors import PROBLEM_MEDIA_TYPE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from drf_spectacular.generators import SchemaGenerator
    from drf_spectacular.utils import OpenApiParameter


_View = TypeVar("_View", bound="Callable[..., Any]")

# The attribute of a view's method that lists the types of its schema.
_SCHEMA_TYPES_ATTRIBUTE: Final = "schema_types"
_SCHEMA_REF_PREFIX: Final = "#/components/schemas/"
# Any endpoint may respond with these.
_COMMON_ERROR_STATUSES: Final = (401, 403, 404, 405, 429, 503)
_BODY_ERROR_STATUSES: Final = (400, 413, 415, 507)
# Component names published with version 0.1.0, which generated clients use.
_PUBLISHED_NAMES: Final = {
    server_api.AccountItem: "AccountRow",
    server_api.DashboardSummary: "Dashboard",
    server_api.ReadinessStatus: "Ready",
    server_api.RefreshResult: "Refreshed",
    server_api.TimeseriesPoint: "Bucket",
    usage_api.DayItem: "DayRow",
    usage_api.MessageItem: "MessageRow",
    usage_api.ModelItem: "ModelRow",
    usage_api.ProjectItem: "ProjectRow",
    usage_api.ProjectMachineItem: "MachineRow",
    usage_api.SessionItem: "SessionRow",
    agent_sync.AgentPayload: "Agent",
    agent_sync.AgentSyncRequest: "Request",
    agent_sync.CacheCreationPayload: "CacheCreation",
    agent_sync.LimitPayload: "Limit",
    agent_sync.MessagePayload: "Message",
    agent_sync.ProjectPayload: "Project",
    agent_sync.RowPayload: "Row",
    agent_sync.ServerToolUsePayload: "ServerToolUse",
    agent_sync.SessionPayload: "Session",
    agent_sync.UsagePayload: "Usage",
    agent_sync.AgentSyncResponse: "Receipt",
    agent_sync.HandshakeResponse: "Greeting",
    agent_sync.RejectedRow: "Rejected",
    agent_sync.IgnoredValue: "Ignored",
}


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
    Describe one method of a view in the schema.

    Args:
        name: Operation ID.
        response_type: Type of the response's JSON; None is 204 without one.
        body_type: Type of the request's JSON; None without a body.
        parameters: Query parameters.
        error_statuses: Statuses besides those that any endpoint may return.
        is_public: No authentication is needed.
    """
    statuses = {
        *_COMMON_ERROR_STATUSES,
        *error_statuses,
        *(_BODY_ERROR_STATUSES if body_type else ()),
    }
    if parameters:
        statuses.add(400)
    request = (
        {"application/json": _build_reference(body_type)}
        if body_type
        else None
    )
    extend = extend_schema(
        operation_id=name,
        parameters=list(parameters),
        request=request,
        responses=_build_responses(response_type, statuses),
        auth=[] if is_public else None,
    )
    types = tuple(t for t in (response_type, body_type) if t is not None)

    def decorate(method: _View) -> _View:
        setattr(method, _SCHEMA_TYPES_ATTRIBUTE, types)
        return extend(method)

    return decorate


def _build_responses(
    response_type: type | None, error_statuses: set[int]
) -> dict[Any, Any]:
    responses: dict[Any, Any] = {204: None}
    if response_type is not None:
        responses = {200: _build_reference(response_type)}
    for status in sorted(error_statuses):
        responses[status, PROBLEM_MEDIA_TYPE] = _build_reference(
            server_api.ProblemDetail
        )
    return responses


def add_components(
    result: dict[str, Any],
    generator: SchemaGenerator,
    request: object,  # noqa: ARG001 - part of the hook's signature
    public: bool,  # noqa: ARG001, FBT001
) -> dict[str, Any]:
    """Add the types of all described views to the schema, as a hook."""
    schema_types = {
        schema_type: None
        # The last two are the method and the view.
        for *_, method, view in generator.endpoints or ()
        for schema_type in _list_schema_types(view.cls, method)
    }
    _, components = msgspec.json.schema_components(
        # The type of a request does not refer to the type of its rows, because
        # rows are decoded one by one: a malformed one must not reject others.
        (*schema_types, agent_sync.RowPayload, server_api.ProblemDetail),
        ref_template=_SCHEMA_REF_PREFIX + "{name}",
    )
    published = {
        (published_name := _publish_name(name)): _publish_references(component)
        | {"title": published_name}
        for name, component in components.items()
    }
    # One of them is enough, which a class cannot say.
    published["Credentials"]["anyOf"] = [
        {"required": ["username"]},
        {"required": ["email"]},
    ]
    messages = published["Session"]["properties"]["messages"]
    messages["items"] = _build_reference(agent_sync.RowPayload)
    for operation in _iter_operations(result):
        _add_bounds(operation)
    section = result.setdefault("components", {})
    section["schemas"] = dict(sorted(published.items()))
    return result


def _iter_operations(result: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in result["paths"].values():
        yield from methods.values()


def _add_bounds(operation: dict[str, Any]) -> None:
    """Describe what all addresses and bodies have in common."""
    if "requestBody" in operation:
        operation["requestBody"]["required"] = True
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "path":
            parameter["schema"] |= _PATH_TEXT


# Longer names are stored nowhere; a slash is another address.
_PATH_TEXT: Final = {
    "minLength": 1,
    "maxLength": wire_types.MAX_TEXT_LENGTH,
    "pattern": r"^[^\x00-\x1f\x7f/]+$",
}


def _list_schema_types(view: type, method: str) -> tuple[type, ...]:
    handler = getattr(view, method.lower(), None)
    types: tuple[type, ...] = getattr(handler, _SCHEMA_TYPES_ATTRIBUTE, ())
    return types


def _build_reference(schema_type: type) -> dict[str, Any]:
    return {"$ref": _SCHEMA_REF_PREFIX + _publish_name(schema_type.__name__)}


def _publish_name(type_name: str) -> str:
    names = {t.__name__: name for t, name in _PUBLISHED_NAMES.items()}
    return names.get(type_name, type_name)


def _publish_references(schema: Any) -> Any:
    """Return a part of a schema with its references by published names."""
    if isinstance(schema, list):
        return [_publish_references(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _SCHEMA_REF_PREFIX + _publish_name(value.rpartition("/")[2])
        if key == "$ref"
        else _publish_references(value)
        for key, value in schema.items()
    }
