"""Log lines: one per decision, whatever strangers' words stand in it."""

import logging
from collections.abc import Iterator

import pytest

from daemon.logs import start_logging


@pytest.fixture(autouse=True)
def _handlers_as_before() -> Iterator[None]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before, level


def logged(capsys: pytest.CaptureFixture[str], message: str, *, under_journald: bool = True, **extra: object) -> str:
    start_logging("info", under_journald=under_journald)
    logging.getLogger("daemon.test").info(message, extra=extra)
    return capsys.readouterr().err


def test_the_event_comes_first_and_then_its_facts(capsys: pytest.CaptureFixture[str]) -> None:
    assert logged(capsys, "page applied", run=7, rows=250) == "INFO    page applied run=7 rows=250\n"


def test_strangers_words_stay_on_the_line_and_command_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    line = logged(capsys, "run over", error="refused\nERROR   forged\x1b[2J\x1b]0;x\x07")

    assert line == "INFO    run over error=refused ERROR forged\n"


def test_the_journal_adds_the_time_and_else_we_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert logged(capsys, "ready").startswith("INFO")
    assert logged(capsys, "ready", under_journald=False)[:4].isdigit()


def test_less_than_the_level_is_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("warning", under_journald=True)
    logging.getLogger("daemon.test").info("ready")

    assert capsys.readouterr().err == ""
