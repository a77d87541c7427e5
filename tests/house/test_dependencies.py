"""What comes along with the program when it is installed, told by what stands in the environment."""

import re
import tomllib
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement

_PROJECT = Path(__file__).parents[2] / "pyproject.toml"
_NAMED = frozenset(
    [
        "aiohttp",
        "aiosqlite",
        "apscheduler",
        "click",
        "cryptography",
        "lark",
        "prometheus-client",
        "pydantic-settings",
        "pyjwt",
        "stamina",
        "standardwebhooks",
        "textual",
    ]
)
_MOST_OTHERS = 25


def _key(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _direct() -> frozenset[str]:
    lines = tomllib.loads(_PROJECT.read_text("utf-8"))["project"]["dependencies"]
    return frozenset(_key(Requirement(line).name) for line in lines)


def _pulled(name: str) -> set[str]:
    asked = [Requirement(line) for line in requires(name) or []]
    return {_key(one.name) for one in asked if one.marker is None or one.marker.evaluate({"extra": ""})}


def _whole(names: frozenset[str]) -> set[str]:
    """*names* and all that they pull."""
    found, left = set[str](), set(names)
    while left:
        name = left.pop()
        found.add(name)
        left |= _pulled(name) - found
    return found


def test_few_libraries_come_along_that_the_design_does_not_name() -> None:
    direct = _direct()

    others = _whole(direct) - _whole(_NAMED & direct)

    assert len(others) <= _MOST_OTHERS, sorted(others)


def test_each_library_comes_with_its_reason() -> None:
    block = _PROJECT.read_text("utf-8").partition("\ndependencies = [\n")[2].partition("\n]")[0]

    assert [line for line in block.splitlines() if not re.fullmatch(r' +"[^"]+", +# \S.{10,}', line)] == []
