"""A contact's timeline as a table."""

from common.timeline import Timeline
from tui.cli.paper import Paper
from tui.cli.table import Column, table
from tui.cli.values import minute
from tui.happening import cause, sentence

_COLUMNS = (Column("WHEN"), Column("STORE"), Column("WHAT", gives_way=True), Column("HOW"))


def timeline_lines(page: Timeline, paper: Paper) -> list[str]:
    """A line per event, the newest first."""
    rows = [(minute(event.at), event.store, sentence(event), cause(event)) for event in page.events]
    return table(_COLUMNS, rows, paper) if rows else []
