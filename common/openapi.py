"""The socket API described for tools: made from the table of endpoints, so that there is nothing to keep in step."""

import inspect
import re
from collections.abc import Collection, Hashable
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from common import routes
from common.api_description import ApiDescription, ApiInfo
from common.errors import CounterfoilError, Forbidden, Invalid, NotFound, Problem, Refused, StoreRefused, TryLater
from common.events import EVENT
from common.routes import JSON, NAMES, NDJSON, TEXT, Endpoint
from common.version import own_version

_REF = "#/components/schemas/{model}"

# What a call takes to name a thing; numbers as `Call.number` reads them.
_NUMBER = {"type": "integer", "minimum": 0, "exclusiveMaximum": 10**18}
_IN_PATH: dict[str, dict[str, Any]] = {
    "id": _NUMBER,
    "number": _NUMBER,
    "hash": {"type": "string", "pattern": "^[a-z0-9]{3,32}$"},
}

# These read from the store itself.
_ASK_THE_STORE = (routes.PLAN,)

_ABOUT = (
    "What the daemon answers on its Unix socket: `curl --unix-socket /run/counterfoil/counterfoil.sock "
    "http://localhost/v1/status`. It changes by additions only: pass over what you do not know."
)

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Failure:
    """A way to fail, by the *code* of its Problem."""

    status: int
    code: str
    means: str

    @property
    def name(self) -> str:
        return f"{self.status}_{self.code}"


def _of(kind: type[CounterfoilError], means: str) -> _Failure:
    return _Failure(kind.http_status, kind.code, means)


_INVALID = _of(Invalid, "The request itself is wrong. What is no HTTP, or too long a line, is refused by plain text.")
_FORBIDDEN = _of(Forbidden, "Not with the caller's role, or not from a page in a browser.")
_NOT_FOUND = _of(NotFound, "There is nothing by that name.")
_REFUSED = _of(Refused, "Understood, but the state of things forbids it.")
_TOO_LARGE = _Failure(413, "failed", "The body is larger than that of any call.")
_STORE_REFUSED = _of(StoreRefused, "The store said no.")
_FAULT = _of(CounterfoilError, "A fault in Counterfoil.")
_TRY_LATER = _of(TryLater, "It will pass by itself.")
_FAILURES = (_INVALID, _FORBIDDEN, _NOT_FOUND, _REFUSED, _TOO_LARGE, _STORE_REFUSED, _FAULT, _TRY_LATER)


@cache
def api_description() -> ApiDescription:
    """Every endpoint: what it takes, what it answers and how it may fail."""
    models = _Models(NAMES)
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in NAMES:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint, models)
    return ApiDescription(
        openapi="3.1.0",
        info=ApiInfo(title="Counterfoil", version=own_version(), description=_ABOUT),
        servers=[{"url": "http://localhost", "description": "The daemon's Unix socket: there is no port."}],
        paths=paths,
        components={"schemas": models.definitions, "responses": {one.name: _told(one, models) for one in _FAILURES}},
    )


class _Models:
    """The schemas of all that goes in and comes out; what several of them hold is defined once."""

    def __init__(self, endpoints: Collection[Endpoint[Any]]) -> None:
        taken: set[type[BaseModel]] = {model for one in endpoints for model in (one.query, one.body) if model}
        given: set[type[BaseModel]] = {one.result for one in endpoints if one.media == JSON} | {Problem}
        wanted: list[tuple[Hashable, JsonSchemaMode, TypeAdapter[Any]]] = [(NDJSON, "serialization", EVENT)]
        wanted += [(model, "validation", TypeAdapter(model)) for model in sorted(taken, key=str)]
        wanted += [(model, "serialization", TypeAdapter(model)) for model in sorted(given, key=str)]
        found, rest = TypeAdapter.json_schemas(wanted, ref_template=_REF)
        self._schemas = {key: schema for (key, _), schema in found.items()}
        self.definitions: dict[str, Schema] = rest["$defs"]

    def of(self, key: Any) -> Schema:
        return self._schemas[key]

    def answer(self, endpoint: Endpoint[Any]) -> Schema:
        """Of a stream it is that of each line."""
        if endpoint.media == JSON:
            return self.of(endpoint.result)
        return self._schemas.get(endpoint.media, {"type": "string"})


def _operation(endpoint: Endpoint[Any], models: _Models) -> Schema:
    answer = {endpoint.media: {"schema": models.answer(endpoint)}}
    told: Schema = {
        "operationId": NAMES[endpoint].replace(" ", "_"),
        "summary": NAMES[endpoint].capitalize(),
        "description": f"For whoever is {endpoint.role} or more.",
        "parameters": [*_path_parameters(endpoint), *_query_parameters(endpoint, models)],
        "responses": {"200": {"description": _what(endpoint), "content": answer}} | _failures(endpoint),
    }
    if endpoint.body:
        told["requestBody"] = {"required": True, "content": {JSON: {"schema": models.of(endpoint.body)}}}
    return told


def _what(endpoint: Endpoint[Any]) -> str:
    if endpoint.media == NDJSON:
        return "Lines without end, each of them one value of the schema."
    return inspect.getdoc(endpoint.result) or "The answer."


def _path_parameters(endpoint: Endpoint[Any]) -> list[Schema]:
    names = re.findall(r"{(\w+)}", endpoint.path)
    return [{"name": name, "in": "path", "required": True, "schema": _IN_PATH[name]} for name in names]


def _query_parameters(endpoint: Endpoint[Any], models: _Models) -> list[Schema]:
    if endpoint.query is None:
        return []
    model = models.definitions[models.of(endpoint.query)["$ref"].rpartition("/")[2]]
    required = model.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": _given(schema)}
        for name, schema in model["properties"].items()
    ]


def _given(schema: Schema) -> Schema:
    """What a query string can hold of it: nothing is said there by leaving the name out."""
    wider = schema.get("anyOf", [])
    return next((one for one in wider if one.get("type") != "null"), schema)


def _failures(endpoint: Endpoint[Any]) -> Schema:
    may = _may_fail(endpoint)
    return {str(one.status): {"$ref": f"#/components/responses/{one.name}"} for one in _FAILURES if one in may}


def _may_fail(endpoint: Endpoint[Any]) -> set[_Failure]:
    failures = {_INVALID, _FORBIDDEN, _FAULT, _TRY_LATER}
    is_command = endpoint.method != "GET"
    if "{" in endpoint.path or endpoint.query or endpoint.body:
        failures.add(_NOT_FOUND)
    if endpoint.body:
        failures.add(_TOO_LARGE)
    if is_command or endpoint in _ASK_THE_STORE:
        failures |= {_REFUSED, _STORE_REFUSED}
    return failures


def _told(failure: _Failure, models: _Models) -> Schema:
    code = {"properties": {"code": {"const": failure.code}}}
    content: Schema = {JSON: {"schema": {"allOf": [models.of(Problem), code]}}}
    if failure is _INVALID:
        content[TEXT] = {"schema": {"type": "string"}}
    return {"description": failure.means, "content": content}
