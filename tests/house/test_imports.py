"""The rules of who may import what, as facts about the running program and its source."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]

# Where the other end of HTTP may be served.
SERVERS = ("daemon/api/", "daemon/public/", "daemon/sandbox/", "daemon/serving.py")


def loaded_by(module: str) -> set[str]:
    """The modules in memory once *module* is imported by a fresh interpreter."""
    code = f"import {module}, json, sys; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=HOUSE, capture_output=True, check=True, text=True)
    return set(json.loads(done.stdout))


def sources(*packages: str) -> Iterator[Path]:
    for package in packages:
        yield from (HOUSE / package).rglob("*.py")


@cache
def imported(file: Path) -> set[str]:
    """Every module *file* imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def place(file: Path) -> str:
    return file.relative_to(HOUSE).as_posix()


def imports_any(file: Path, *names: str) -> bool:
    return any(name == one or name.startswith(f"{one}.") for name in imported(file) for one in names)


def test_the_program_starts_without_what_it_may_not_need() -> None:
    assert not {"textual", "aiohttp", "sqlite3"} & loaded_by("tui.__main__")


def test_the_plain_lines_need_no_painter() -> None:
    assert "textual" not in loaded_by("tui.linear.program")


def test_the_daemons_own_help_needs_no_database_and_no_network() -> None:
    assert not {"textual", "aiohttp", "sqlite3", "apscheduler"} & loaded_by("daemon.__main__")


def test_the_whole_daemon_draws_nothing() -> None:
    loaded = loaded_by("daemon.app")

    assert "textual" not in loaded
    assert not [name for name in loaded if name.split(".")[0] == "tui"]


def test_the_client_brings_nothing_of_the_daemon() -> None:
    loaded = loaded_by("common.client")

    assert not [name for name in loaded if name.split(".")[0] in ("daemon", "tui", "sqlite3", "textual")]


@pytest.mark.parametrize(
    ("package", "strangers"),
    [
        ("common", ("daemon", "tui")),
        ("tui", ("daemon", "sqlite3", "aiosqlite", "apscheduler")),
        ("daemon", ("tui", "textual")),
        ("daemon/db", ("daemon.bigcommerce", "daemon.ingest", "daemon.api", "aiohttp")),
        ("daemon/segments", ("daemon.bigcommerce", "daemon.ingest", "daemon.api", "aiohttp")),
        ("daemon/bigcommerce", ("daemon.db", "daemon.ingest", "daemon.api", "sqlite3")),
    ],
)
def test_a_package_keeps_to_its_own_side(package: str, strangers: tuple[str, ...]) -> None:
    assert [place(file) for file in sources(package) if imports_any(file, *strangers)] == []


def test_http_is_served_in_four_places_only() -> None:
    servers = [place(file) for file in sources("common", "daemon", "tui") if imports_any(file, "aiohttp.web")]

    assert [server for server in servers if not server.startswith(SERVERS)] == []


def test_packages_say_what_they_are_and_do_nothing() -> None:
    for file in sources("common", "daemon", "tui"):
        if file.name == "__init__.py":
            (only,) = ast.parse(file.read_text("utf-8")).body
            assert isinstance(only, ast.Expr), place(file)


def test_every_module_says_what_it_is() -> None:
    silent = [
        place(file)
        for file in sources("common", "daemon", "tui")
        if not ast.get_docstring(ast.parse(file.read_text("utf-8")))
    ]

    assert silent == []


def test_imports_are_absolute() -> None:
    relative = [
        place(file)
        for file in sources("common", "daemon", "tui")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.level
    ]

    assert relative == []
