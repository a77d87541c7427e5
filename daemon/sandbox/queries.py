"""Reading query strings as each API version does: page and limit, comma lists, dates, unknown filters."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from daemon.sandbox.replies import DEFAULT_LIMIT, MAX_LIMIT, Page, Refusal
from daemon.sandbox.wire import parse_date

Query = Mapping[str, str]
R = TypeVar("R")


def whole_number(query: Query, name: str, *, version: str = "v2") -> int | None:
    """The integer under *name*; None when it is not given."""
    if name not in query:
        return None
    try:
        return int(query[name])
    except ValueError:
        raise Refusal(*_invalid(name, version)) from None


def _invalid(name: str, version: str) -> tuple[int, str]:
    if version == "v2":
        return 400, f"The field '{name}' is not valid."
    return 422, f"The filter '{name}' is not valid."


def refuse_unknown(query: Query, known: Iterable[str]) -> None:
    """v2 answers 400 to a filter it does not know."""
    for name in query:
        if name not in known:
            raise Refusal(400, f"The field '{name}' is not supported by this resource.")


def v2_page(query: Query) -> Page:
    """Default 50 rows; more than 250 is refused with 413."""
    limit = whole_number(query, "limit")
    if limit is not None and limit > MAX_LIMIT:
        message = "The specified limit exceeds the maximum allowed."
        raise Refusal(413, message, details={"max_limit": MAX_LIMIT})
    number = whole_number(query, "page")
    return Page(max(1 if number is None else number, 1), max(DEFAULT_LIMIT if limit is None else limit, 1))


def v3_page(query: Query, *, most: int = MAX_LIMIT) -> Page:
    """Default 50 rows; a larger limit is cut down to *most*."""
    limit = whole_number(query, "limit", version="v3")
    number = whole_number(query, "page", version="v3")
    return Page(max(number or 1, 1), min(max(limit or DEFAULT_LIMIT, 1), most))


def words(query: Query, name: str) -> list[str] | None:
    """The comma list under *name*; None when it is not given."""
    return [word.strip() for word in query[name].split(",") if word.strip()] if name in query else None


def ids(query: Query, name: str) -> list[int] | None:
    """The comma list of integers under *name*; None when it is not given."""
    given = words(query, name)
    try:
        return None if given is None else [int(word) for word in given]
    except ValueError:
        raise Refusal(422, f"The filter '{name}' is not valid.", errors={name: "must be integers"}) from None


def moment(query: Query, name: str, *, version: str = "v2") -> int | None:
    """The date under *name* as epoch seconds; None when it is not given."""
    if name not in query:
        return None
    at = parse_date(query[name])
    if at is None:
        raise Refusal(*_invalid(name, version))
    return at


def bounds(query: Query, name: str, read: Callable[[R], int]) -> Iterator[Callable[[R], bool]]:
    """v3's tests on a date that *read* finds in a row: `name`, `name:min` and `name:max`, all inclusive."""
    low, high, exact = (moment(query, f"{name}{suffix}", version="v3") for suffix in (":min", ":max", ""))
    if low is not None:
        yield lambda row: read(row) >= low
    if high is not None:
        yield lambda row: read(row) <= high
    if exact is not None:
        yield lambda row: read(row) == exact


def equal(query: Query, name: str, read: Callable[[R], object]) -> Iterator[Callable[[R], bool]]:
    """The test that what *read* finds is exactly the text under *name*."""
    if name in query:
        yield lambda row: str(read(row)) == query[name]


def one_of(query: Query, name: str, read: Callable[[R], object]) -> Iterator[Callable[[R], bool]]:
    """The test that what *read* finds is among the comma list under *name*."""
    if (wanted := words(query, name)) is not None:
        yield lambda row: str(read(row)) in wanted


def flag(query: Query, name: str) -> bool | None:
    """The boolean under *name*; None when it is not given."""
    return query[name].lower() in ("true", "1") if name in query else None


def sort_order(query: Query, allowed: Iterable[str], default: str) -> tuple[str, bool]:
    """(key, is descending) of a v2 or v3 `sort=key:direction`."""
    key, _, direction = query.get("sort", default).partition(":")
    if key not in allowed or direction not in ("", "asc", "desc"):
        raise Refusal(400, "The field 'sort' is not valid.")
    return key, direction == "desc"
