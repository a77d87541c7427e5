"""What can be taken from the screen: a thing's values, its row, its JSON, and the command that shows the same."""

import shlex
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from pydantic import BaseModel

from common.audit import AuditRow
from common.contacts import BoxOrder, ContactDetail, ContactRow
from common.daemon_settings import SettingsInForce
from common.doctor import Diagnosis
from common.inbox import DeliveryDetail, DeliveryRow, DeliveryTrace
from common.orders import OrderDetail
from common.products import ProductBuyer, ProductDetail, ProductOrder, ProductRow
from common.segments.answers import Explanation, Segment
from common.status import Status
from common.store_settings import StoreSettings
from common.stores import StoreSummary
from common.sync import Run
from common.times import ago
from tui.drawing import audit, columns, deliveries, products
from tui.drawing.glyphs import STORE_SIGNS
from tui.drawing.moments import long_ago
from tui.format import count, full_name

Document: TypeAlias = Callable[[], Awaitable[BaseModel]]
"""Gives what `--json` of the command prints."""


@dataclass(frozen=True, slots=True)
class Thing:
    """*values* are names and texts, the main one first; those that are empty are left out.

    *row* is its cells as they stand in its list, () = it is in none. *command* are the words after `counterfoil`.
    """

    values: Sequence[tuple[str, str]]
    command: Sequence[str]
    document: Document
    row: Sequence[str] = ()


Taken: TypeAlias = Callable[[], Thing]
"""A partial of one of the functions below; it says the same masked where the models it is of are."""


def command_line(words: Sequence[str], socket: Path | None) -> str:
    """The command to be typed into a shell; *socket* None = the one that is found by itself."""
    asked = ["counterfoil", *(["--socket", str(socket)] if socket else []), *words]
    return shlex.join("".join(char for char in word if char.isprintable()) for word in asked)


def contact_row(row: ContactRow, now: int, document: Document) -> Thing:
    cells = tuple(columns.cells(row, now=now).values())
    return _contact(row, document, cells, phone="")


def contact(person: ContactDetail, document: Document) -> Thing:
    return _contact(person, document, (), phone=person.phone)


def _contact(person: ContactRow | ContactDetail, document: Document, row: Sequence[str], *, phone: str) -> Thing:
    name = full_name(person.first_name, person.last_name)
    values = (("email address", person.email), ("name", name), ("phone", phone))
    return Thing(values, ("contact", "show", person.email), document, row)


def box_order(order: BoxOrder, buyer: ContactDetail, store_name: str, now: int, document: Document) -> Thing:
    cells = (f"#{order.number}", order.status.value, order.total.text, ago(order.placed_at, now=now), store_name)
    values = (("order number", str(order.number)), ("email address", buyer.email))
    return Thing(values, _show_order(order), document, cells)


def order(detail: OrderDetail, document: Document) -> Thing:
    values = (("order number", str(detail.number)), ("email address", detail.email))
    return Thing(values, _show_order(detail), document)


def _show_order(order: OrderDetail | BoxOrder) -> Sequence[str]:
    return "order", "show", order.store, str(order.number)


def product_row(row: ProductRow, store_name: str, now: int, document: Document) -> Thing:
    return replace(product(row, document), row=tuple(products.cells(row, store_name, now=now).values()))


def product(row: ProductRow | ProductDetail, document: Document) -> Thing:
    values = (("SKU", row.sku), ("product id", str(row.product_id)), ("name", row.name))
    return Thing(values, ("product", "show", row.store, str(row.product_id)), document)


def product_buyer(buyer: ProductBuyer, of: ProductDetail, now: int, document: Document) -> Thing:
    person = contact_row(buyer, now, document)
    return replace(person, values=(*person.values, ("SKU", of.sku)))


def product_order(order: ProductOrder, of: ProductDetail, now: int, document: Document) -> Thing:
    values = (("order number", str(order.number)), ("email address", order.email), ("SKU", of.sku))
    sold = (f"#{order.number}", order.status.value, count(order.quantity), order.total.text)
    row = (*sold, ago(order.placed_at, now=now), order.email)
    return Thing(values, ("order", "show", of.store, str(order.number)), document, row)


def store(summary: StoreSummary, now: int, document: Document) -> Thing:
    _, state, _ = STORE_SIGNS[summary.state]
    hooks = f"{summary.hooks.alive}/{summary.hooks.expected}"
    last = (long_ago(at, now=now) for at in (summary.last_delivery_at, summary.last_sync_at))
    return replace(store_page(summary, document), row=(summary.name, summary.hash, state, hooks, *last))


def store_page(summary: StoreSummary, document: Document) -> Thing:
    values = (("store hash", summary.hash), ("name", summary.name), ("domain", summary.domain))
    return Thing(values, ("store", "show", summary.hash), document)


def settings(told: StoreSettings, store_hash: str, setting: str, document: Document) -> Thing:
    """*setting* is the one under the cursor."""
    values = tuple((f"{row.name}", row.value) for row in told.settings if row.name == setting)
    row = next(((row.name, row.value, row.help) for row in told.settings if row.name == setting), ())
    return Thing(values, ("store", "settings", store_hash), document, row)


def in_force(found: SettingsInForce, setting: str, document: Document) -> Thing:
    """*setting* is the one under the cursor; of a secret there is no value."""
    known = (one for group in found.groups for one in group.settings if one.name == setting)
    return Thing([(one.name, one.value) for one in known], ("settings",), document)


def run(one: Run, store_name: str, now: int, document: Document) -> Thing:
    read = (one.products, one.customers, one.orders, one.carts)
    row = (str(one.id), one.kind, store_name, one.state, long_ago(one.finished_at, now=now), *map(count, read))
    return replace(run_page(one, document), row=row)


def run_page(one: Run, document: Document) -> Thing:
    return Thing((("run", str(one.id)),), ("runs", "show", str(one.id)), document)


def segment(saved: Segment, document: Document) -> Thing:
    values = (("name", saved.name), ("rule", saved.rule))
    return Thing(values, ("segment", "show", saved.name), document, (saved.name, count(saved.members), saved.rule))


def growth(saved: Segment, days: int, document: Document) -> Thing:
    values = (("name", saved.name), ("rule", saved.rule))
    return Thing(values, ("segment", "growth", saved.name, "--days", str(days)), document)


def rule(text: str, document: Document) -> Thing:
    return Thing((("rule", text),), ("segment", "preview", text), document)


def explanation(why: Explanation, text: str, document: Document) -> Thing:
    verdict = "holds" if why.member else "does not hold"
    values = (("answer", f"The rule {verdict} for {why.email}."), ("email address", why.email))
    return Thing(values, ("segment", "explain", text, why.email), document)


def command_row(row: AuditRow, now: int, document: Document) -> Thing:
    values = (("command", row.command), ("about", row.subject), ("user", row.user))
    return Thing(values, ("audit", "--limit", "50"), document, tuple(audit.cells(row, now=now).values()))


def delivery_row(row: DeliveryRow, now: int, document: Document) -> Thing:
    cells = (str(row.id), *deliveries.cells(row, now=now).values())
    return Thing(_of_delivery(row), ("inbox", "show", str(row.id)), document, cells)


def delivery(one: DeliveryDetail, document: Document) -> Thing:
    return Thing((*_of_delivery(one), ("body", one.body)), ("inbox", "show", str(one.id)), document)


def _of_delivery(row: DeliveryRow) -> Sequence[tuple[str, str]]:
    return ("delivery", str(row.id)), ("resource", row.resource), ("error", row.error)


def diagnosis(told: Diagnosis, document: Document) -> Thing:
    wrong = " ".join(f"{one.found} {one.remedy} ({one.code})" for one in told.results if one.verdict.is_wrong)
    return Thing((("what is wrong", wrong), ("version", told.version)), ("doctor",), document)


def trace(told: DeliveryTrace, document: Document) -> Thing:
    steps = tuple((str(step.what), step.words) for step in told.steps)
    return Thing(steps, ("inbox", "show", str(told.id), "--trace"), document)


def status(told: Status, document: Document) -> Thing:
    wrong = " ".join(f"{item.title.rstrip('.')}. {item.fix}" for item in told.health)
    return Thing((("what is wrong", wrong), ("version", told.version)), ("status",), document)
