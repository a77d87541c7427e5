"""Members come in pages, and the daemon's own connections can answer rules."""

from contextlib import closing
from pathlib import Path

from common.segments.language import parsed
from daemon.db.database import connect
from daemon.db.migrate import migrate
from daemon.segments.count import count
from tests.segments.shop import Shop
from tests.support.members import members


def test_pages_of_members_follow_each_other(shop: Shop) -> None:
    ids = [shop.person(f"person{number}") for number in range(5)]
    rule = parsed("total_orders = 0")

    first = members(shop.conn, rule, shop.asking(), limit=2)
    second = members(shop.conn, rule, shop.asking(), after=first[-1], limit=2)
    last = members(shop.conn, rule, shop.asking(), after=second[-1], limit=2)

    assert [*first, *second, *last] == ids
    assert len(last) == 1


def test_a_connection_of_the_daemon_knows_the_functions_of_rules(tmp_path: Path, shop: Shop) -> None:
    migrate(tmp_path / "counterfoil.db")

    with closing(connect(tmp_path / "counterfoil.db", writes=False)) as conn:
        assert count(conn, parsed('first_name matches "ß*" or order_time at 12:00'), shop.asking()) == 0
