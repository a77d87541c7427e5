"""SQL stands in one place: a statement in a text literal elsewhere is a mistake."""

import ast
import re
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
HOMES = ("daemon/db/", "daemon/segments/")

_STATEMENT = re.compile(
    r"\s*(select\s.+\sfrom\s|insert\s+(or\s+\w+\s+)?into\s|update\s+\w+\s+set\s|delete\s+from\s|"
    r"(create|drop|alter)\s+(table|index|trigger|view)\s|pragma\s+\w+|begin\s+immediate|vacuum\s+into)",
    re.IGNORECASE | re.DOTALL,
)


def texts(source: str) -> list[str]:
    """The text literals of *source* that are no docstrings; an f-string counts as its fixed parts."""
    tree = ast.parse(source)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, documented)}
    found = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [text for text in found if text not in docstrings]


def statements(source: str) -> list[str]:
    return [text for text in texts(source) if _STATEMENT.match(text)]


@pytest.mark.parametrize(
    "source",
    [
        'x = "select id from contact"',
        'x = f"insert into {table} (id) values (1)"',
        'x = "UPDATE contact SET name = ?"',
        'x = "delete from contact where id = ?"',
        'def f():\n    """Says."""\n    return "create table t (id)"',
        'conn.execute("pragma user_version")',
    ],
)
def test_a_statement_is_recognised(source: str) -> None:
    assert statements(source)


@pytest.mark.parametrize(
    "source",
    ['x = "Select a store."', 'x = "Update it."', 'x = "deleted"', '"""select id from contact in a docstring"""'],
)
def test_prose_is_no_statement(source: str) -> None:
    assert not statements(source)


def test_sql_stands_in_the_database_package_only() -> None:
    astray = {
        file.relative_to(HOUSE).as_posix(): found
        for package in ("common", "daemon", "tui")
        for file in (HOUSE / package).rglob("*.py")
        if not file.relative_to(HOUSE).as_posix().startswith(HOMES) and (found := statements(file.read_text("utf-8")))
    }

    assert set(astray) - ALLOWED == set()


# A transaction around a unit of work is opened where the work is cut into pieces.
ALLOWED = {"daemon/rebuild.py"}


def test_the_database_package_is_where_it_stands() -> None:
    assert any(statements(file.read_text("utf-8")) for file in (HOUSE / "daemon" / "db").glob("*.py"))
