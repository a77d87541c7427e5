"""`counterfoil contact`: who bought, and what."""

import time
from pathlib import Path

import click

from common.contacts import MAX_PAGE, ContactPage, ContactQuery, ContactSort
from common.emails import normalised_email
from common.errors import Invalid
from common.persons import Erased
from common.text import safe
from common.timeline import MAX_EVENTS, TimelineQuery
from tui.box import Activity, shown, stores_of
from tui.cli import offers
from tui.cli.box import contact_lines
from tui.cli.contact_table import contact_rows, sort_option
from tui.cli.export_options import format_option, output_option
from tui.cli.paper import Paper, answer, json_text, say
from tui.cli.question import typed
from tui.cli.rule import match_option
from tui.cli.session import ask, json_option, store_option
from tui.cli.timeline import timeline_lines
from tui.export.kinds import ExportFormat
from tui.format import count

_ACTIVITIES = {"all": Activity.ALL, "orders": Activity.ORDERS, "carts": Activity.CARTS}


@click.group()
def contact() -> None:
    """Contacts and what they bought."""


@contact.command("list")
@click.option("--search", default="", metavar="TEXT", help="Emails and names that contain TEXT, or an order's number.")
@sort_option
@click.option("--reverse", is_flag=True, help="The other way round.")
@click.option("--limit", type=click.IntRange(1, MAX_PAGE), default=50, show_default=True, help="At most this many.")
@click.option("--after", default="", metavar="CURSOR", help="Go on after a page, by the `next` of its JSON.")
@match_option
@json_option
def list_contacts(search: str, sort: str, reverse: bool, limit: int, after: str, match: str, as_json: bool) -> None:
    """List contacts, those who bought last first."""
    query = ContactQuery(search=search, match=match, sort=ContactSort(sort), reverse=reverse, limit=limit, after=after)
    page = ask(lambda client: client.contacts(query))
    answer(page, lambda page, paper: contact_rows(page.contacts, paper), as_json=as_json)
    if not as_json:
        say(_how_many(page))


@contact.command("export")
@click.argument("email", required=False, shell_complete=offers.contacts)
@format_option(default="csv")
@output_option
@click.option("--search", default="", metavar="TEXT", help="Only contacts that `contact list --search` finds.")
@match_option
@sort_option
@click.option("--reverse", is_flag=True, help="The other way round.")
def export_contacts(email: str | None, kind: str, output: Path | None, **which: str | bool) -> None:
    """Write all contacts; or, with EMAIL, everything that is kept of that person, as one JSON document on stdout."""
    from tui.cli.export import contact_pages, write
    from tui.export.sheets import CONTACTS

    if email is not None:
        if output is not None or kind == ExportFormat.PARQUET:
            raise Invalid("One person is exported as JSON on stdout.", remedy="Leave --output and --format out.")
        person = ask(lambda client: client.export_person(address_in(email)))
        click.echo(json_text(person.model_dump_json(indent=2), indent=2))
        return

    query = ContactQuery.model_validate(which)
    ask(lambda client: write(contact_pages(client, query), CONTACTS, ExportFormat(kind), output))


@contact.command("show")
@click.argument("email", shell_complete=offers.contacts)
@store_option("Only what there is of this store.")
@click.option("--activity", type=click.Choice(list(_ACTIVITIES)), default="all", help="Orders alone, or carts alone.")
@json_option
def show_contact(email: str, store: str, activity: str, as_json: bool) -> None:
    """Show a contact with the ecommerce box: totals, what was spent by month, orders and carts."""
    address = address_in(email)
    found = ask(lambda client: client.contact(address))
    seen = shown(found, store or None, _ACTIVITIES[activity], now=int(time.time()))
    answer(seen, contact_lines, as_json=as_json)
    if store and store not in stores_of(found) and not as_json:
        say(f"Nothing is known of {address} in the store {store}.")


@contact.command("timeline")
@click.argument("email")
@click.option("--limit", type=click.IntRange(1, MAX_EVENTS), default=50, show_default=True, help="At most this many.")
@click.option("--after", default="", metavar="CURSOR", help="Go on behind an earlier page: `next` of its --json.")
@json_option
def show_timeline(email: str, limit: int, after: str, as_json: bool) -> None:
    """Show what happened to a contact, the newest first: orders, carts, tags, lists, segments."""
    query = TimelineQuery(email=address_in(email), limit=limit, after=after)
    page = ask(lambda client: client.timeline(query))
    answer(page, timeline_lines, as_json=as_json)
    if page.next and not as_json:
        say(f"There is more: --limit {min(limit * 4, MAX_EVENTS)}, or --after {page.next}")


@contact.command("erase")
@click.argument("email", shell_complete=offers.contacts)
@click.option("--confirm", default="", metavar="EMAIL", help="The address once more, instead of typing it when asked.")
@json_option
def erase_contact(email: str, confirm: str, as_json: bool) -> None:
    """Erase a person, for good: contact, accounts, consents, carts, and their name on what they bought.

    Orders stay as rows of what was sold. A keyed hash keeps the person from coming back with the next sync;
    `contact readmit` lifts that.
    """
    address = address_in(email)
    typed_address = confirm or typed(
        f"Everything of {address} will be erased, for good. Type the address to go on", option="--confirm EMAIL"
    )
    erased = ask(lambda client: client.erase_person(address, confirm=typed_address))
    answer(erased, _erased_lines, as_json=as_json)


def _erased_lines(erased: Erased, _: Paper) -> list[str]:
    return [f"Erased. {count(erased.orders)} orders stay, and no longer say whose."]


@contact.command("readmit")
@click.argument("email", shell_complete=offers.contacts)
@json_option
def readmit_contact(email: str, as_json: bool) -> None:
    """Let somebody who was erased be known again; a historical run brings what the stores still have of them."""
    address = address_in(email)
    readmitted = ask(lambda client: client.readmit_person(address))
    answer(readmitted, lambda done, _: [f"{safe(done.email)} may come back."], as_json=as_json)


def address_in(email: str) -> str:
    """The normalised address. Raises Invalid."""
    address = normalised_email(email)
    if not address:
        raise Invalid(
            f"{email!r} is no email address.", remedy="Find contacts with `counterfoil contact list --search`."
        )
    return address


def _how_many(page: ContactPage) -> str:
    if not page.total:
        return "No contacts match."
    return f"{count(len(page.contacts))} of {count(page.total)} contacts"
