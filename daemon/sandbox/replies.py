"""The shapes answers come in: bare arrays and 204 for v2, `{data, meta}` for v3, and both forms of error."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from daemon.sandbox.wire import dumps

MAX_LIMIT = 250
DEFAULT_LIMIT = 50
ERROR_TYPE = "https://developer.bigcommerce.com/api-docs/getting-started/api-status-codes"

TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "You don't have a required scope to access the endpoint",
    404: "Not found",
    409: "Conflict",
    422: "JSON data is missing or invalid",
    429: "Too many requests",
}


class Refusal(Exception):
    """An answer other than success; the gate writes it in the form of the API version that was called."""

    def __init__(
        self, status: int, message: str = "", *, details: object = None, errors: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message or TITLES.get(status, "Error")
        self.details = details
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows of a list are wanted: 1-based page, rows per page."""

    number: int
    limit: int

    @property
    def first(self) -> int:
        return (self.number - 1) * self.limit


def reply(text: str, *, status: int = 200) -> web.Response:
    return web.Response(body=text.encode("utf-8", "surrogatepass"), status=status, content_type="application/json")


def v2_rows(texts: Sequence[str]) -> web.Response:
    """A v2 list of rows already written as JSON; an empty one is 204 without a body."""
    return reply(f"[{','.join(texts)}]") if texts else web.Response(status=204)


def v2_one(fields: object) -> web.Response:
    return reply(dumps(fields))


def v3_one(data: object) -> web.Response:
    return reply(dumps({"data": data, "meta": {}}))


def pagination(total: int, count: int, page: Page) -> dict[str, object]:
    """`meta.pagination`; its links are query strings."""
    pages = -(-total // page.limit)
    links = {"current": f"?page={page.number}&limit={page.limit}"}
    if page.number < pages:
        links["next"] = f"?page={page.number + 1}&limit={page.limit}"
    if page.number > 1:
        links["previous"] = f"?page={page.number - 1}&limit={page.limit}"
    return {
        "total": total,
        "count": count,
        "per_page": page.limit,
        "current_page": page.number,
        "total_pages": pages,
        "links": links,
    }


def v3_rows(
    rows: Sequence[object], *, total: int, page: Page, extra_meta: Mapping[str, object] | None = None
) -> web.Response:
    meta = {"pagination": pagination(total, len(rows), page), **(extra_meta or {})}
    return reply(dumps({"data": rows, "meta": meta}))


def error(refusal: Refusal, *, version: str) -> web.Response:
    """*refusal* as v2 writes it (an array) or as v3 does (an object)."""
    if version == "v2":
        row: dict[str, object] = {"status": refusal.status, "message": refusal.message}
        if refusal.details is not None:
            row["details"] = refusal.details
        return reply(dumps([row]), status=refusal.status)
    body: dict[str, object] = {
        "status": refusal.status,
        "title": refusal.message,
        "type": ERROR_TYPE,
        "instance": "",
    }
    if refusal.errors is not None:
        body["errors"] = refusal.errors
    return reply(dumps(body), status=refusal.status)
