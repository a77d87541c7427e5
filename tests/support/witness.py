"""A witness inside the database: which tables of store data were written to, even when a write changed nothing."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from tests.support.bench import Bench

# What a run or a delivery writes of itself, without any change in a store's data.
_OF_THE_WORK = ("run", "run_skip", "delivery", "store", "store_scope", "hook", "audit", "witnessed")


@contextmanager
def witness(bench: Bench) -> Iterator[Callable[[], list[str]]]:
    """Gives a call that tells the tables whose rows were inserted, updated or deleted since."""
    with closing(bench.database(writes=True)) as conn:
        conn.execute("create table witnessed (name text)")
        for name in _tables(bench):
            for deed in ("insert", "update", "delete"):
                conn.execute(
                    f"create trigger witness_{name}_{deed} after {deed} on {name} "
                    f"begin insert into witnessed values ('{name}'); end"
                )
        yield lambda: bench.rows("select distinct name from witnessed order by name")


def _tables(bench: Bench) -> list[str]:
    virtual = "select name from sqlite_schema where sql like 'create virtual table%'"
    named = bench.rows("select name from sqlite_schema where type = 'table' and sql not like 'create virtual table%'")
    shadows = tuple(f"{name}_" for name in bench.rows(virtual))
    return [name for name in named if name not in _OF_THE_WORK and not name.startswith((*shadows, "sqlite_"))]
