"""How the API is described: the wire's own types are its schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec
from drf_spectacular.utils import extend_schema

from claude_tray.server.problems import MEDIA_TYPE
from claude_tray.wire import agent_sync, answers, server_api, usage_api

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from drf_spectacular.utils import OpenApiParameter

_View = TypeVar("_View", bound="Callable[..., Any]")

_PLACE: Final = "#/components/schemas/{name}"
# What any endpoint may answer, beside what it is for.
_ANY: Final = (401, 403, 404, 405, 429, 503)
_WITH_BODY: Final = (400, 413, 415, 507)
_TYPES: Final = (
    usage_api.Stats,
    usage_api.ProjectList,
    usage_api.ProjectDetail,
    usage_api.SessionList,
    usage_api.SessionDetail,
    server_api.Timeseries,
    server_api.MachineList,
    server_api.Dashboard,
    server_api.TokenPair,
    server_api.AccessToken,
    server_api.Credentials,
    server_api.RefreshToken,
    server_api.Refreshed,
    server_api.Ready,
    server_api.ProblemDetail,
    agent_sync.Request,
    agent_sync.Row,
    answers.Receipt,
    answers.Greeting,
)


def described(
    name: str,
    answer: type | None,
    *,
    takes: type | None = None,
    parameters: Iterable[OpenApiParameter] = (),
    refuses: Iterable[int] = (),
    is_open: bool = False,
) -> Callable[[_View], _View]:
    """
    Describe one method of a view.

    Args:
        name: Its operation id.
        answer: What it answers, as a type of the wire; None is 204.
        takes: What its body holds; None without a body.
        parameters: What its query may hold.
        refuses: Statuses beside those that any endpoint may answer.
        is_open: It needs no signing in.
    """
    statuses = {*_ANY, *refuses, *(_WITH_BODY if takes else ())}
    if parameters:
        statuses.add(400)
    responses: dict[Any, Any] = {204: None}
    if answer is not None:
        responses = {200: _reference(answer)}
    for status in sorted(statuses):
        responses[status, MEDIA_TYPE] = _reference(server_api.ProblemDetail)
    request = {"application/json": _reference(takes)} if takes else None
    return extend_schema(
        operation_id=name,
        parameters=list(parameters),
        request=request,
        responses=responses,
        auth=[] if is_open else None,
    )


def add_components(
    result: dict[str, Any],
    generator: object,  # noqa: ARG001 - what drf-spectacular hands on
    request: object,  # noqa: ARG001
    public: bool,  # noqa: ARG001, FBT001
) -> dict[str, Any]:
    """Add the wire's types to the schema (a hook of drf-spectacular)."""
    _, components = msgspec.json.schema_components(
        _TYPES,
        ref_template=_PLACE,
    )
    # They are decoded one by one, so that a bad one spoils no other.
    messages = components["Session"]["properties"]["messages"]
    messages["items"] = _reference(agent_sync.Row)
    held = result.setdefault("components", {})
    held["schemas"] = dict(sorted(components.items()))
    return result


def _reference(kind: type) -> dict[str, Any]:
    return {"$ref": _PLACE.format(name=kind.__name__)}
