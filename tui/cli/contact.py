"""`counterfoil contact`: who bought, and what."""

import click

from common.contacts import MAX_PAGE, ContactPage, ContactQuery, ContactSort
from common.emails import normalised_email
from common.errors import Invalid
from tui.cli.box import contact_lines
from tui.cli.paper import Paper, answer, say
from tui.cli.session import ask, json_option
from tui.cli.table import Column, number, table
from tui.cli.values import day
from tui.format import count, full_name

_COLUMNS = (
    Column("EMAIL", gives_way=True),
    Column("NAME", gives_way=True),
    number("ORDERS"),
    number("REVENUE"),
    Column("LAST ORDER"),
)

_sort = click.option(
    "--sort",
    type=click.Choice([key.value for key in ContactSort]),
    default=ContactSort.LAST_ORDER.value,
    show_default=True,
    help="What comes first: the newest, the largest, or A.",
)


@click.group()
def contact() -> None:
    """Contacts and what they bought."""


@contact.command("list")
@click.option("--search", default="", metavar="TEXT", help="Emails and names that contain TEXT, or an order's number.")
@_sort
@click.option("--reverse", is_flag=True, help="The other way round.")
@click.option("--limit", type=click.IntRange(1, MAX_PAGE), default=50, show_default=True, help="At most this many.")
@json_option
def list_contacts(search: str, sort: str, reverse: bool, limit: int, as_json: bool) -> None:
    """List contacts, those who bought last first."""
    query = ContactQuery(search=search, sort=ContactSort(sort), reverse=reverse, limit=limit)
    page = ask(lambda client: client.contacts(query))
    answer(page, _page_lines, as_json=as_json)
    if not as_json:
        say(_how_many(page))


@contact.command("export")
@click.option(
    "--format",
    "kind",
    type=click.Choice(["csv", "jsonl"]),
    default="csv",
    show_default=True,
    help="CSV for spreadsheets, or one JSON object a line.",
)
@click.option("--search", default="", metavar="TEXT", help="Only contacts that `contact list --search` finds.")
@_sort
def export_contacts(kind: str, search: str, sort: str) -> None:
    """Write all contacts to stdout."""
    from tui.cli.export import ExportFormat, write_contacts

    query = ContactQuery(search=search, sort=ContactSort(sort))
    ask(lambda client: write_contacts(client, query, ExportFormat(kind)))


@contact.command("show")
@click.argument("email")
@json_option
def show_contact(email: str, as_json: bool) -> None:
    """Show a contact with the ecommerce box: totals, orders and carts."""
    address = normalised_email(email)
    if not address:
        raise Invalid(
            f"{email!r} is no email address.", remedy="Find contacts with `counterfoil contact list --search`."
        )
    answer(ask(lambda client: client.contact(address)), contact_lines, as_json=as_json)


def _page_lines(page: ContactPage, paper: Paper) -> list[str]:
    rows = (
        (
            row.email,
            full_name(row.first_name, row.last_name),
            count(row.orders),
            row.revenue.text,
            day(row.last_order_at),
        )
        for row in page.contacts
    )
    return table(_COLUMNS, rows, paper) if page.contacts else []


def _how_many(page: ContactPage) -> str:
    if not page.total:
        return "No contacts match."
    return f"{count(len(page.contacts))} of {count(page.total)} contacts"
