"""A database of any size for benchmarks, written by SQL and cached outside of the repository.

`python -m tests.bench.generate 1000000` makes that of a million contacts: five orders each, two and a half lines an
order. Few contacts place many of them, what sold last comes first, and currencies, stores, statuses and texts are as
uneven as in a shop. What is derived is written by the daemon's own code, for 125,000 of them; the others are their
twins. It is thrown out when the schema or what makes it changes.
"""

import hashlib
import json
import os
import random
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from daemon.db import product_totals, sales, shelf, totals, traits
from daemon.db.database import connect
from daemon.db.migrate import migrate, migrations
from tests.bench import twins

NOW = 1_772_366_400
"""2026-03-01 12:00 UTC, the end of all that is generated."""

STORES = {"abc123": "Europe/Berlin", "def456": "America/New_York", "ghi789": "Australia/Sydney"}
PRODUCTS, CATEGORIES = 20_000, 300
PLACES = 60_000

DRAWN = 125_000
"""How many contacts are drawn at least, if there are as many; what more there are to be are twins of these."""

_THREE_YEARS_S = 3 * 365 * 86_400
COUNTRIES = (
    "US", "GB", "DE", "CA", "AU", "FR", "NL", "IT", "ES", "NZ", "IE", "SE", "CH", "AT", "BE", "DK", "NO", "FI", "PL",
    "PT", "JP", "SG", "IN", "MX", "BR", "ZA", "IL", "CZ", "GR", "KR",
)  # fmt: skip

_COLOURS = ("blue", "red", "green", "black", "white", "grey", "brown", "pink", "oak", "steel", "linen", "wool")
_THINGS = ("Shoe", "Mug", "Lamp", "Chair", "Shirt", "Bag", "Bowl", "Clock", "Scarf", "Desk", "Vase", "Rug", "Tent")


def database(contacts: int) -> Path:
    """The database of that size, made unless it is there."""
    path = folder() / f"{contacts}-{_version()}.db"
    if not path.exists():
        for stale in folder().glob(f"{contacts}-*"):
            stale.unlink()
        _generate(path.with_suffix(".part"), contacts)
        path.with_suffix(".part").rename(path)
    return path


def folder() -> Path:
    """Where databases and results are kept: COUNTERFOIL_BENCH_DIR, else in the user's cache."""
    path = Path(os.environ.get("COUNTERFOIL_BENCH_DIR") or Path.home() / ".cache" / "counterfoil-bench")
    path.mkdir(parents=True, exist_ok=True)
    return path


def _version() -> str:
    of_schema = "".join(step.sql for step in migrations())
    files = (__file__, *(str(module.__file__) for module in (twins, totals, traits, product_totals, shelf, sales)))
    sources = [of_schema, *(Path(file).read_text("utf-8") for file in files)]
    return hashlib.sha256("".join(sources).encode()).hexdigest()[:12]


def _generate(path: Path, contacts: int) -> None:
    """All have as many twins."""
    times = next(number for number in range(max(1, contacts // DRAWN), 0, -1) if contacts % number == 0)
    if times == 1:
        with _bare(path) as (conn, later):
            _draw(conn, later, contacts)
            _timed("indexes", partial(_put_back, conn, later))
        return
    drawn = path.with_suffix(".drawn")
    with _bare(drawn) as (conn, later):
        _draw(conn, later, contacts // times)
    with _bare(path, attached=drawn) as (conn, later):
        _timed("twins", partial(twins.multiply, conn, times))
        _timed("indexes", partial(_put_back, conn, later))
    drawn.unlink()


@contextmanager
def _bare(path: Path, *, attached: Path | None = None) -> Iterator[tuple[sqlite3.Connection, dict[str, str]]]:
    """A new database in a transaction, without triggers and indexes; and by their names the statements that make these
    again."""
    path.unlink(missing_ok=True)
    migrate(path)
    with closing(connect(path, writes=True)) as conn:
        conn.executescript(
            "pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -800000; pragma threads = 2; "
            "pragma foreign_keys = off; pragma temp_store = file; pragma secure_delete = off;"
        )
        later = _taken_out(conn)
        if attached:
            conn.execute(f"attach ? as {twins.FROM}", (str(attached),))
        conn.execute("begin")
        yield conn, later
        conn.execute("commit")
        conn.execute("pragma journal_mode = wal")


def _draw(conn: sqlite3.Connection, later: dict[str, str], contacts: int) -> None:
    for step in (_shops, _hours, _places, _people, _orders, _lines, _carts):
        _timed(step.__name__[1:], partial(step, conn, contacts))
    conn.execute(later.pop("store_order_contact_ix"))  # by which orders are found to be summed up
    _timed("totals", partial(_totals, conn))


def _timed(name: str, step: Callable[[], None]) -> None:
    began, spent = time.monotonic(), time.process_time()
    step()
    print(f"{name} {time.monotonic() - began:.0f} s, {time.process_time() - spent:.0f} of the processor", flush=True)


def _totals(conn: sqlite3.Connection) -> None:
    last = 0
    while ids := totals.all_contact_ids(conn, after=last, limit=5000):
        totals.refresh_totals(conn, ids)
        last = ids[-1]
    product_totals.rebuild(conn)
    sales.rebuild(conn)
    conn.execute("insert into tally select 0, 'contact', count(*) from contact")
    for table in ("customer", "store_order"):
        what = table.removeprefix("store_")
        conn.execute(f"insert into tally select store_id, '{what}', count(*) from {table} group by 1")
    conn.execute("insert into tally select store_id, 'product', count(*) from shelf group by 1")


def _taken_out(conn: sqlite3.Connection) -> dict[str, str]:
    """Drops what would be kept in step row by row; gives by its name the statement that makes it again."""
    found = conn.execute(
        "select name, type, sql from sqlite_schema where sql is not null and type in ('trigger', 'index')"
    ).fetchall()
    for name, kind, _ in found:
        conn.execute(f"drop {kind} {name}")
    return {name: sql for name, _, sql in found}


def _put_back(conn: sqlite3.Connection, statements: Mapping[str, str]) -> None:
    """What is sorted goes to files in pieces that are as large as the cache: only then do both threads sort."""
    conn.execute("pragma cache_size = -64000")
    for statement in statements.values():
        conn.execute(statement)
    for search in ("contact_search", "shelf_search"):
        conn.execute(f"insert into {search} ({search}) values ('rebuild')")


_NUMBERS = "with recursive number (i) as (select 1 union all select i + 1 from number where i < {})"

# What is thrown is thrown once. Without this the planner takes a query into the one around it, and each name that
# stands for dice throws them anew: an order would be in one store and its buyer's account in another.
_ONCE = "limit -1 offset 0"


def _dice(sides: int | str) -> str:
    return f"((random() & 0x7fffffffffff) % {sides})"


def _shops(conn: sqlite3.Connection, contacts: int) -> None:
    del contacts
    goods(conn, PRODUCTS)
    conn.execute("insert or replace into tag (id, name) values (1, 'bigcommerce-customer'), (2, 'vip'), (3, 'press')")
    conn.execute("insert or ignore into list (id, name) values (1, 'Master Contact List')")


def goods(conn: sqlite3.Connection, count: int) -> None:
    """That many products in the catalogues of three stores, which are made with them."""
    conn.executemany(
        "insert into store (hash, store_number, name, state, domain, currency, timezone, plan, token, client_secret, "
        "hook_key, wants_hooks, connected_at) values (?, '1', ?, 'connected', '', 'USD', ?, '', x'', x'', x'', 0, 0)",
        [(name, name, zone) for name, zone in STORES.items()],
    )
    names = ["Shoes", "Mugs", *(f"Category {number}" for number in range(3, CATEGORIES + 1))]
    conn.executemany(
        "insert into category_set values (?, ?, ?, ?)",
        [
            (number, json.dumps([number]), json.dumps(one), json.dumps(one))
            for number, one in enumerate(([name] for name in names), 1)
        ],
    )
    conn.executemany(
        "insert into item values (?, ?, ?, 0, ?, ?, ?, ?, ?, ?)",
        [
            (
                number,
                1 + number % len(STORES),
                number,
                f"{_COLOURS[number % 12]} {_THINGS[number % 13]} {number // 10}",
                f"{_THINGS[number % 13].upper()}-{number}",
                1 + number * 7 % CATEGORIES,
                _brand(number),
                number * 31 % 100 < 12,
                0 if number % 6 == 0 else 50 - int((number * 7919 % 10007 / 10007) ** 3 * 38),
            )
            for number in range(1, count + 1)
        ],
    )
    conn.execute(_CATALOGUE)


_CATALOGUE = f"""
insert into product (store_id, product_id, name, name_folded, sku, price_minor, sale_minor, rating, category_ids,
  is_visible, url_path, image_url, modified_at, deleted_at, fetched_at_ms, digest)
select store_id, product_id, name, folded(name), sku, 200 + id * 7919 % 50000, iif(is_on_sale, 150, null), rating,
  '[' || category_set_id || ']', id % 50 != 0, '/' || lower(sku) || '/', '', {NOW} - id * 7919 % 1000003,
  iif(id % 100, null, {NOW}), 0, x'0011223344556677'
from item"""


def _brand(number: int) -> str:
    """Four hundred of them; the first have most products, and some products have none."""
    place = int((number * 104729 % 10009 / 10009) ** 2 * 400)
    return "" if number % 11 == 0 else "Acme" if place == 12 else f"Brand {place}"


_CONTACTS = f"""{_NUMBERS},
named as (
  select i, case i % 50 when 0 then 'Ann' when 1 then 'Zoë' else 'First' || {_dice(5000)} end as first,
    case i % 40 when 0 then 'Lee' when 1 then 'O''Neill' when 2 then 'Müller' else 'Last' || {_dice(90000)} end as last,
    iif(i % 3, '+49 30 ' || i, '') as phone,
    case i % 7 when 0 then 'example.com' when 1 then 'mail.test' else 'web.example' end as domain
  from number {_ONCE})
insert into contact (id, email, first_name, last_name, phone, created_at, revenue_currency, first_folded, last_folded,
  phone_folded, email_domain)
select i, 'customer' || i || '@' || domain, first, last, phone, {NOW} - {_dice(1500 * 86400)}, 'USD', folded(first),
  folded(last), phone, domain
from named"""

_CUSTOMERS = f"""
insert into customer (store_id, customer_id, contact_id, email, first_name, last_name, company, phone, channel_ids,
  accepts_marketing, created_at, modified_at, origin, fetched_at_ms, digest)
select 1 + id % 3, id, id, email, first_name, last_name,
  iif(id % 10, '', 'Acme ' || id % 100 || iif(id % 3, '', ' Ltd')),
  '', '[]', {_dice(3)} = 0, created_at, 0, 'historical', 0, x'0011223344556677'
from contact"""


def _people(conn: sqlite3.Connection, contacts: int) -> None:
    conn.execute(_CONTACTS.format(contacts))
    conn.execute(_CUSTOMERS)
    for tag_id, every in ((1, 1), (2, 20), (3, 100)):
        conn.execute(
            f"insert into contact_tag select id, ?, {NOW} - {_dice(600 * 86400)}, 'historical' from contact "
            "where id % ? = 0",
            (tag_id, every),
        )
    conn.execute(
        f"insert into list_member select id, 1, iif(id % 9, 'active', 'unsubscribed'), {NOW} - {_dice(600 * 86400)}, "
        "'historical' from contact where id % 3 = 0"
    )


# What the clocks on the walls of each store show. They differ from UTC by whole hours.
_HOURS = f"""{_NUMBERS}
insert into hour
select store.id, hour, minute_of_day(hour * 3600, timezone), month_of(hour * 3600, timezone)
from store, (select {NOW} / 3600 + 2 - i as hour from number)"""


def _hours(conn: sqlite3.Connection, contacts: int) -> None:
    del contacts
    conn.execute("create temp table hour (store_id, hour, minute, month, primary key (store_id, hour)) without rowid")
    conn.execute(_HOURS.format(_THREE_YEARS_S // 3600 + 3))


# A contact's share falls with the square root of its number: the first hundredth places a tenth of the orders.
_ORDERS = f"""{_NUMBERS},
thrown as (
  select i, {{contacts}} - 1 as most, {_dice(10**6)} as u, {_dice(100)} as s, {_dice(100)} as m,
    {_dice(20)} as p, {_dice(20)} as q, {_dice(10**6)} as w from number {_ONCE}),
placed as (
  select *, 1 + cast(most * (u / 1e6) * (u / 1e6) as integer) as contact,
    {NOW} - 60 - i * {_THREE_YEARS_S} / {{orders}} + w % 3600 as at
  from thrown)
insert into store_order (store_id, number, contact_id, customer_id, status_id, store_status, status, counts, currency,
  total_minor, refunded_minor, subtotal_minor, discount_minor, shipping_minor, tax_minor, products, placed_at,
  placed_minute, placed_month, modified_at, shipping_method, payment_method, cart_id, channel_id, origin,
  first_seen_at, fetched_at_ms, digest)
select 1 + contact % 3, i, contact, contact, 10,
  case when s < 88 then 'Completed' when s < 92 then 'Shipped' when s < 96 then 'Refunded' else 'Awaiting Pickup' end,
  case when s < 92 then 'Completed' when s < 96 then 'Refunded' else 'Waiting' end, s < 92,
  case when contact % 40 = 0 and m < 70 then 'EUR' when contact % 100 = 1 then 'JPY' else 'USD' end,
  500 + w * w / 10000000, iif(s in (90, 91), 500, 0), 500, iif(m < 15, 250, 0), 500, 0, 0, at,
  minute + at % 3600 / 60, month, 0,
  case when p < 12 then 'Flat Rate' when p < 17 then 'Free Shipping' when p < 19 then 'Express' else 'Store pickup' end,
  case when q < 11 then 'Card' when q < 19 then 'PayPal' else 'Bank transfer' end, '', 1, 'historical', 0, 0,
  x'0011223344556677'
from placed cross join hour on store_id = 1 + contact % 3 and hour = at / 3600"""


def _orders(conn: sqlite3.Connection, contacts: int) -> None:
    conn.execute(_ORDERS.format(5 * contacts, contacts=contacts, orders=5 * contacts))


def _places(conn: sqlite3.Connection, contacts: int) -> None:
    """In no order of their countries: a place is known from when somebody of there first bought something."""
    del contacts
    dice = random.Random(1)
    shares = [100 / (1 + rank) ** 1.3 for rank in range(len(COUNTRIES))]
    rows: set[tuple[str, str, str, str]] = set()
    while len(rows) < PLACES:
        (country,) = dice.choices(COUNTRIES, shares)
        city = int(dice.paretovariate(0.7)) % (5 * 10**5 // (10 + COUNTRIES.index(country)) // 100)
        state = f"State {city % 40}" if country in ("US", "CA", "AU", "DE", "IN") else ""
        name = "Berlin" if (country, city) == ("DE", 1) else f"{country.title()}ville {city}"
        if country == "US" and city % 40 == 1:
            state = "California"
        rows.add((country, state, name, f"{city % 90 + 10}{dice.randrange(900):03}"))
    conn.executemany(
        "insert into place (id, country_code, state, city, postal_code) values (?, ?, ?, ?, ?)",
        [(number, *row) for number, row in enumerate(dice.sample(sorted(rows), PLACES), 1)],
    )


# One to four lines, two and a half on average; of the products the first sell best.
_LINES = f"""
insert into order_line (order_id, line_id, position, item_id, contact_id, standing, quantity, quantity_refunded,
  price_minor, total_minor, parent_line_id, options)
select id, id * 4 + k, k, 1 + cast({PRODUCTS - 1} * (u / 1e6) * (u / 1e6) as integer), contact_id,
  counts, iif(v % 8, 1, 2 + v % 3), 0, 200 + v % 5000, 200 + v % 5000, 0, '[]'
from (select purchase.id, purchase.contact_id, purchase.counts, k, {_dice(10**6)} as u, {_dice(10**6)} as v
  from store_order as purchase, (select 0 as k union all select 1 union all select 2 union all select 3)
  where k <= purchase.id % 4 {_ONCE})"""


# Nineteen of twenty orders are billed to where their buyer lives; most live in the first places.
_SHARE = "(iif(id % 20, contact_id, id) * 7919 % 1000003) / 1000003.0"
_PLACE = f"1 + cast({PLACES - 1} * ({_SHARE}) * ({_SHARE}) as integer)"


# What an order keeps of its lines, as the daemon sums it up, and where it was billed to.
_OF_LINES = f"""
update store_order set place_id = {_PLACE},
  (products, top_quantity, top_price_minor, has_sale, top_rating, low_rating) = (
    select sum(quantity), max(quantity), max(price_minor), max(is_on_sale), max(nullif(rating, 0)),
      min(nullif(rating, 0))
    from order_line join item on item.id = item_id where order_id = store_order.id)"""


def _lines(conn: sqlite3.Connection, contacts: int) -> None:
    del contacts
    conn.execute(_LINES)
    conn.execute(_OF_LINES)
    named = "select place_id, count(*) as n from store_order group by 1"
    conn.execute(f"update place set orders = named.n from ({named}) as named where named.place_id = id")


def _carts(conn: sqlite3.Connection, contacts: int) -> None:
    del contacts
    conn.execute(
        f"""insert into cart (store_id, cart_id, contact_id, customer_id, status, currency, total_minor, abandoned_at,
          updated_at, is_from_order, origin, fetched_at_ms, digest)
        select 1 + id % 3, 'cart-' || id, id, id, iif({_dice(5)}, 'Abandoned', 'Recovered'), 'USD',
          500 + {_dice(20000)}, {NOW} - {_dice(400 * 86400)}, 0, 0, 'live', 0, x'00' from contact where id % 10 = 0"""
    )
    conn.execute(
        f"insert into cart_line select id, k, 1 + {_dice(PRODUCTS)}, 1, 500 from cart, (select 0 as k union select 1)"
    )


if __name__ == "__main__":
    print(database(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))
