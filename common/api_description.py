"""The description of the socket API on the wire, in the form that OpenAPI 3.1 gives it."""

from typing import Any

from common.wire import Wire


class ApiInfo(Wire):
    title: str
    version: str
    description: str


class ApiDescription(Wire):
    """`paths` by path and method in lower case; the models they name stand in `components`."""

    openapi: str
    info: ApiInfo
    servers: list[dict[str, str]]
    paths: dict[str, dict[str, Any]]
    components: dict[str, Any]
