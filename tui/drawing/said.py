"""What stands in place of content, as a value."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    LOADING = "loading"
    EMPTY = "empty"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Said:
    """*title* says what is; *action* what to do next ("" = wait), with keys by their ids as in "Press {refresh}"."""

    kind: Kind
    title: str
    action: str = ""


LOADING = Said(Kind.LOADING, "Loading…")
