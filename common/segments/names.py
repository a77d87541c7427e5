"""Names of segments as people type them."""

from collections.abc import Collection

from common.errors import Invalid
from common.segments.answers import MAX_NAME


def name_typed(typed: str) -> str:
    """The name in what was typed, without blanks around it. Raises Invalid for one that is empty or too long."""
    name = typed.strip()
    if not 1 <= len(name) <= MAX_NAME:
        raise Invalid(f"A name has 1 to {MAX_NAME} characters.")
    return name


def name_of_copy(name: str, taken: Collection[str]) -> str:
    """A name for a copy of the segment *name* that is none of *taken*: "VIP (copy)", then "VIP (copy 2)"."""
    known = {one.casefold() for one in taken}
    number = 1
    while True:
        tail = " (copy)" if number == 1 else f" (copy {number})"
        wanted = f"{name[: MAX_NAME - len(tail)].rstrip()}{tail}"
        if wanted.casefold() not in known:
            return wanted
        number += 1
