"""A delivery's parts as text for people, safe to show."""

import json

from common.inbox import ChangedThings
from common.text import safe


def body_lines(body: str) -> list[str]:
    """The body with a line per field if it is JSON, else as it came; control characters and long runs of spaces go.

    None but a body that was let go is empty.
    """
    if not body:
        return ["It is not kept any more."]
    try:
        pretty = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        pretty = body
    return [_indented(row) for row in pretty.splitlines()]


def _indented(row: str) -> str:
    bare = row.lstrip(" ")
    return " " * (len(row) - len(bare)) + safe(bare)


def changed_text(things: ChangedThings) -> str:
    """ "order 1001, 1002"."""
    return f"{things.what} {', '.join(safe(str(one)) for one in things.ids)}"
