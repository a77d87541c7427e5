"""`counterfoil audit`: who commanded what, and what became of it."""

from collections.abc import Iterator

import click

from common.audit import DONE, MAX_AUDIT, AuditPage, AuditQuery, AuditRow
from common.text import safe
from tui.cli.paper import Ink, Paper, answer
from tui.cli.session import ask, json_option
from tui.cli.table import Column, table
from tui.cli.values import NONE, minute

_COLUMNS = (
    Column("AT"),
    Column("USER"),
    Column("ROLE"),
    Column("COMMAND"),
    Column("OUTCOME", ink=lambda text: None if text == DONE else Ink.WARN),
    Column("ABOUT", gives_way=True),
)


@click.command()
@click.option("--search", default="", help="Users and commands that contain this.")
@click.option("--outcome", default="", help='"done", "failed", or an error\'s code such as "forbidden".')
@click.option("--limit", type=click.IntRange(1, MAX_AUDIT), default=50, show_default=True, help="How many, at most.")
@click.option("--after", default="", help='Go on below: the "next" of an earlier page.')
@json_option
def audit(search: str, outcome: str, limit: int, after: str, as_json: bool) -> None:
    """Show who commanded what and what became of it, the newest first.

    What was refused stands here, too. Nothing tells about people in it, and no secret.
    """
    query = AuditQuery(search=search, outcome=outcome, limit=limit, after=after)
    answer(ask(lambda client: client.audit(query)), _lines, as_json=as_json)


def _lines(page: AuditPage, paper: Paper) -> Iterator[str]:
    if not page.commands:
        yield "Nothing of that kind was commanded."
        return
    yield from table(_COLUMNS, [_row(row) for row in page.commands], paper)
    if page.next:
        yield paper.ink(f"{len(page.commands)} of {page.total}; go on with --after {page.next}", Ink.FAINT)


def _row(row: AuditRow) -> tuple[str, ...]:
    role = str(row.role) if row.role else NONE
    return minute(row.at), safe(row.user), role, row.command, row.outcome, safe(row.subject) or NONE
