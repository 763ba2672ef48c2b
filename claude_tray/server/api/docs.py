"""GET /api/docs/: the schema as a page, without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest, HttpResponse


class Parameter(NamedTuple):
    """What a request may name."""

    name: str
    place: str
    text: str


class Operation(NamedTuple):
    """One method of one path; `takes` and `answers` name objects."""

    name: str
    method: str
    path: str
    text: str
    parameters: list[Parameter]
    takes: str
    answers: str
    statuses: str


class Shape(NamedTuple):
    """An object: its keys, each with what it holds."""

    name: str
    text: str
    keys: list[tuple[str, str]]


def page(request: HttpRequest) -> HttpResponse:
    """Show every path and every object."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    schema = generator.get_schema(public=True)  # type: ignore[no-untyped-call]
    shapes = schema["components"]["schemas"]
    context = {
        "title": schema["info"]["title"],
        "operations": list(_operations(schema["paths"])),
        "shapes": [
            Shape(name, shape.get("description", ""), _keys(shape))
            for name, shape in shapes.items()
        ],
    }
    return render(request, "api.html", context)


def _operations(paths: dict[str, Any]) -> Iterator[Operation]:
    for path, methods in paths.items():
        for method, told in methods.items():
            yield Operation(
                told["operationId"],
                method.upper(),
                path,
                told.get("description", ""),
                [_parameter(each) for each in told.get("parameters", [])],
                _named(told.get("requestBody", {})),
                _named(told["responses"].get("200", {})),
                ", ".join(told["responses"]),
            )


def _parameter(told: dict[str, Any]) -> Parameter:
    return Parameter(
        told["name"],
        told["in"],
        told.get("description", "") or _kind(told["schema"]),
    )


def _named(body: dict[str, Any]) -> str:
    """Return the name of the object in a body; empty without one."""
    for media in body.get("content", {}).values():
        return _kind(media["schema"])
    return ""


def _keys(shape: dict[str, Any]) -> list[tuple[str, str]]:
    return [(k, _kind(v)) for k, v in shape.get("properties", {}).items()]


def _kind(schema: dict[str, Any]) -> str:
    """Return what a value is, in a word or two."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(map(_kind, schema["anyOf"]))
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type") or "anything")
