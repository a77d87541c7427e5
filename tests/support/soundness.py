"""What must hold of the database whatever happened: nothing is broken, doubled or wrongly derived."""

from contextlib import closing

from daemon.db.database import connect
from daemon.rebuild import rebuild_totals
from daemon.settings import Settings

# Each finds rows that must not be; what SQLite checks by itself (a key, one row a line or tag) needs no sentence here.
_FAULTS = {
    "broken pages": "select integrity_check from pragma_integrity_check where integrity_check != 'ok'",
    "lost references": "select * from pragma_foreign_key_check",
    "orders whose steps do not begin with one first step": "select number from store_order where 1 != "
    "(select count(*) from order_status_change as step where order_id = store_order.id and from_status_id is null)",
    "steps to where the order was": "select * from order_status_change where from_status_id = to_status_id",
    "steps that do not follow from the one before": "select * from (select id, from_status_id, lag(to_status_id) over "
    "(partition by order_id order by id) as before from order_status_change) where from_status_id is not before",
    "orders that are not where their last step led": "select number from store_order where status_id != (select "
    "to_status_id from order_status_change as step where order_id = store_order.id order by id desc limit 1)",
    "consents that were already given so": "select * from (select value, lag(value) over (partition by customer_id, "
    "signal order by id) as before from consent_change) where value = before",
    "places that are not as often named as they say": "select * from place "
    "where orders != (select count(*) from store_order where place_id = place.id) or orders = 0",
    "traits that nobody has": "select kind, folded from trait where id not in (select trait_id from contact_trait)",
    "counts that are not the counts": "select * from (select 0, 'contact', count(*) as n from contact union all "
    "select store_id, 'customer', sum(deleted_at is null) from customer group by store_id union all "
    "select store_id, 'order', sum(deleted_at is null) from store_order group by store_id union all "
    "select store_id, 'product', count(*) from shelf group by store_id union all "
    "select 0, 'delivery', count(*) from delivery where state = 'done') "
    "where n > 0 except select * from tally",
}
_DERIVED = (
    "select * from contact_total order by 1, 2, 3",
    "select * from product_total order by 1, 2, 3",
    "select * from shelf order by id",
    "select * from contact order by id",
    "select * from contact_place order by 1, 2",
    "select * from sales_month where orders > 0 order by 1, 2, 3",
    "select id, buyer, placed_minute, placed_month, top_quantity, top_price_minor, has_sale, top_rating, low_rating "
    "from store_order order by 1",
    "select order_id, line_id, standing from order_line order by 1, 2",
    "select contact_id, kind, folded from contact_trait join trait on trait.id = trait_id order by 1, 2, 3",
)


def faults_in(settings: Settings) -> dict[str, list[object]]:
    """What is wrong, in words, with the rows that show it; empty when all is well. The daemon may run."""
    with closing(connect(settings.database, writes=False)) as conn:
        found = {what: conn.execute(sql).fetchmany(5) for what, sql in _FAULTS.items()}
    return {what: rows for what, rows in found.items() if rows}


def is_rebuilt_alike(settings: Settings) -> bool:
    """Whether a rebuild changes nothing. No daemon may run."""
    before = _derived(settings)
    rebuild_totals(settings)
    return _derived(settings) == before


def _derived(settings: Settings) -> list[list[object]]:
    with closing(connect(settings.database, writes=False)) as conn:
        return [conn.execute(sql).fetchall() for sql in _DERIVED]
