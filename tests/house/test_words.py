"""What people are told can be understood where it stands."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

_DOCTOR = Path(__file__).parents[2] / "daemon" / "doctor"
_NOT_WELL = {"note", "warning", "error", "unknown"}
# "It is 12:00 here" is the time's own it; the others stand for something that is told elsewhere, or nowhere.
_OF_WHAT = re.compile(r"(It (?!is )|Its |None |There is none|What is written there|Not |In )")


def _told(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _NOT_WELL:
            told = ast.get_source_segment(file.read_text("utf-8"), node.args[1]) or ""
            if told.startswith(('"', 'f"')):
                yield told.lstrip('f"')


def test_what_the_doctor_finds_names_what_it_is_about() -> None:
    """Where something is not well its code stands below it, small: "None was tried yet." said nothing."""
    told = [text for file in sorted(_DOCTOR.glob("*.py")) for text in _told(file)]

    assert len(told) > 30
    assert [text for text in told if _OF_WHAT.match(text)] == []
