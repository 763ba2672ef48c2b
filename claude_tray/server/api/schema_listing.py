"""List the operations and objects of an OpenAPI schema, with examples."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class ApiParameter(NamedTuple):
    """
    A parameter of a request.

    Attributes:
        name: Name in the path or query.
        location: "path" or "query".
        description: What it selects.
        bounds: Type and bounds, as "0 to 1000"; may be empty.
        options: Allowed values; empty if any are.
        default: Value without it; may be empty.
    """

    name: str
    location: str
    description: str
    bounds: str
    options: tuple[str, ...]
    default: str


class ApiOperation(NamedTuple):
    """
    One method of one path.

    Attributes:
        name: ID of the operation.
        method: HTTP method.
        path: Path, with parameters in braces.
        description: Sentences, as separate lines.
        parameters: Of path and query.
        request_type: Component of the request's body; "" without one.
        response_type: Component of the response; "" without a body.
        statuses: All documented statuses, as "200, 401".
        request_example: JSON of a body; "" without one.
        response_example: JSON of a response; "" without one.
        is_public: Needs no token.
    """

    name: str
    method: str
    path: str
    description: tuple[str, ...]
    parameters: tuple[ApiParameter, ...]
    request_type: str
    response_type: str
    statuses: str
    request_example: str
    response_example: str
    is_public: bool

    @property
    def example_path(self) -> str:
        """The path with an example of each parameter."""
        path = self.path
        for parameter in self.parameters:
            if parameter.location == "path":
                value = _find_text_example(parameter.name)
                path = path.replace(f"{{{parameter.name}}}", value)
        return path


class ApiObject(NamedTuple):
    """A component; `keys` are pairs of a key and its type."""

    name: str
    description: tuple[str, ...]
    keys: list[tuple[str, str]]


class ApiListing(NamedTuple):
    """Everything that a page about an API shows."""

    title: str
    operations: tuple[ApiOperation, ...]
    objects: tuple[ApiObject, ...]


def list_schema(schema: Mapping[str, Any]) -> ApiListing:
    """List the operations and the objects of a schema."""
    components = schema["components"]["schemas"]
    return ApiListing(
        schema["info"]["title"],
        tuple(_list_operations(schema["paths"], components)),
        tuple(
            ApiObject(
                name,
                _split_lines(component.get("description", "")),
                [
                    (key, _format_type(value))
                    for key, value in component.get("properties", {}).items()
                ],
            )
            for name, component in components.items()
        ),
    )


def _list_operations(
    paths: Mapping[str, Any], components: Mapping[str, Any]
) -> Iterator[ApiOperation]:
    for path, methods in paths.items():
        for method, operation in methods.items():
            request = operation.get("requestBody", {})
            response = operation["responses"].get("200", {})
            yield ApiOperation(
                operation["operationId"],
                method.upper(),
                path,
                _split_lines(operation.get("description", "")),
                tuple(map(_build_parameter, operation.get("parameters", []))),
                _find_type(request),
                _find_type(response),
                ", ".join(operation["responses"]),
                _format_example(request, components),
                _format_example(response, components),
                "security" not in operation,
            )


def _split_lines(text: str) -> tuple[str, ...]:
    """Return the paragraphs of a docstring, without its line breaks."""
    return tuple(" ".join(part.split()) for part in text.split("\n\n") if part)


def _build_parameter(parameter: Mapping[str, Any]) -> ApiParameter:
    schema = parameter["schema"]
    return ApiParameter(
        parameter["name"],
        parameter["in"],
        parameter.get("description", ""),
        _format_bounds(schema),
        tuple(map(str, schema.get("enum", ()))),
        str(schema.get("default", "")),
    )


def _format_bounds(schema: Mapping[str, Any]) -> str:
    if "minimum" in schema and "maximum" in schema:
        return f"{schema['minimum']} to {schema['maximum']}"
    if "maxLength" in schema:
        return f"at most {schema['maxLength']} characters"
    return _format_type(schema)


def _find_schema(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    for media in body.get("content", {}).values():
        schema: Mapping[str, Any] = media["schema"]
        return schema
    return None


def _find_type(body: Mapping[str, Any]) -> str:
    """Return the component's name of a body; "" without a body."""
    schema = _find_schema(body)
    return "" if schema is None else _format_type(schema)


def _format_type(schema: Mapping[str, Any]) -> str:
    """Return the type of a value in a word or two."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(map(_format_type, schema["anyOf"]))
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"list of {_format_type(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type") or "anything")


def _format_example(
    body: Mapping[str, Any], components: Mapping[str, Any]
) -> str:
    schema = _find_schema(body)
    if schema is None:
        return ""
    return json.dumps(build_example(schema, components), indent=2)


# Examples by the end of a key; the first that fits.
_TEXT_EXAMPLES: Final = (
    ("_usd", "1.25"),
    ("session_id", "0c9b3f5e-52a4-4f0e-8a4c-0d8a5f1f7a11"),
    ("token_id", "4f6d2a90"),
    ("machine_id", "laptop-1"),
    ("record_id", "9f86d081884c7d65"),
    ("model", "claude-sonnet-4-20250514"),
    ("date", "2026-11-24"),
    ("username", "ana"),
    ("password", "correct horse battery"),
    ("email", "ana@example.org"),
    ("name", "shop"),
    ("account", "a1b2c3"),
    ("zone", "Europe/Berlin"),
    ("severity", "ok"),
    ("status", "ok"),
    ("label", "On pace"),
    ("sentence", "On track to use 43% by the reset."),
    ("kind", "five_hour"),
    ("source", "statusline"),
    ("currency", "USD"),
    ("period", "monthly"),
    ("used", "12.50"),
    ("limit", "50.00"),
)
_TIME_ENDINGS: Final = (
    "_at",
    "start",
    "end",
    "since",
    "until",
    "timestamp",
    "as_of",
    "deadline",
)
_TIME_EXAMPLE: Final = "2026-11-24T10:00:00.000Z"
_INTEGER_EXAMPLE: Final = 1200
_NUMBER_EXAMPLE: Final = 42.5


def build_example(
    schema: Mapping[str, Any], components: Mapping[str, Any], key: str = ""
) -> Any:
    """
    Build a value that a schema allows.

    Args:
        schema: Schema of the value.
        components: Schemas that it may refer to, without cycles.
        key: Key of the value in its object.
    """
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        return build_example(components[name], components, key)
    if "anyOf" in schema and "properties" not in schema:
        known = [s for s in schema["anyOf"] if s.get("type") != "null"]
        return build_example(known[0], components, key)
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "object":
        properties = schema.get("properties", {})
        return {
            name: build_example(part, components, name)
            for name, part in properties.items()
        }
    if schema.get("type") == "array":
        return [build_example(schema.get("items", {}), components, key)]
    return _build_scalar(schema, key)


def _build_scalar(schema: Mapping[str, Any], key: str) -> Any:
    if schema.get("type") == "integer":
        lowest = schema.get("minimum", _INTEGER_EXAMPLE)
        highest = schema.get("maximum", _INTEGER_EXAMPLE)
        return min(max(_INTEGER_EXAMPLE, lowest), highest)
    if schema.get("type") == "number":
        return _NUMBER_EXAMPLE
    if schema.get("type") == "boolean":
        return False
    return _find_text_example(key)


def _find_text_example(key: str) -> str:
    if key.endswith(_TIME_ENDINGS):
        return _TIME_EXAMPLE
    return next(
        (text for end, text in _TEXT_EXAMPLES if key.endswith(end)), "text"
    )
