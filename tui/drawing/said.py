"""What stands in place of content, as a value."""

from dataclasses import dataclass
from enum import StrEnum

from tui.drawing.line import Line, Role, wrapped


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


def not_read(width: int) -> list[Line]:
    """Stands beside a list for what cannot be asked for now."""
    return wrapped("The daemon is away; this is read when it is back.", width, Role.MUTED)
