"""Log lines: one per decision, whatever strangers' words stand in it."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from aiohttp.http_exceptions import BadHttpMessage, ContentEncodingError

from daemon.logs import goes_to_journal, start_logging


@pytest.fixture(autouse=True)
def _handlers_as_before() -> Iterator[None]:
    root, server = logging.getLogger(), logging.getLogger("aiohttp.server")
    before, level, filters = root.handlers[:], root.level, server.filters[:]
    yield
    root.handlers[:], root.level, server.filters[:] = before, level, filters


def logged(capsys: pytest.CaptureFixture[str], message: str, *, under_journald: bool = True, **extra: object) -> str:
    start_logging("info", under_journald=under_journald)
    logging.getLogger("daemon.test").info(message, extra=extra)
    return capsys.readouterr().err


def test_the_event_comes_first_and_then_its_facts(capsys: pytest.CaptureFixture[str]) -> None:
    assert logged(capsys, "page applied", run=7, rows=250) == "<6>INFO    page applied run=7 rows=250\n"


def test_strangers_words_stay_on_the_line_and_command_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    line = logged(capsys, "run over", error="refused\nERROR   forged\x1b[2J\x1b]0;x\x07")

    assert line == "<6>INFO    run over error=refused ERROR forged\n"


def test_the_journal_adds_the_time_and_else_we_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert logged(capsys, "ready").startswith("<6>INFO")
    assert logged(capsys, "ready", under_journald=False)[:4].isdigit()


def test_less_than_the_level_is_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("warning", under_journald=True)
    logging.getLogger("daemon.test").info("ready")

    assert capsys.readouterr().err == ""


def test_a_traceback_commands_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("info", under_journald=True)

    logging.getLogger("daemon.test").error("page failed", exc_info=ValueError("name\x1b[2J\r\x1b]0;x\x07"))

    assert capsys.readouterr().err == "<3>ERROR   page failed\n<3>ValueError: name\n"


def raised_from(cause: Exception) -> Exception:
    error = RuntimeError("payload")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (BadHttpMessage("Content-Length: \x1b[2J"), "BadHttpMessage"),
        (raised_from(ContentEncodingError("gzip")), "ContentEncodingError"),
    ],
    ids=["no request", "no body"],
)
def test_a_call_that_is_no_http_is_one_line(capsys: pytest.CaptureFixture[str], fault: Exception, reason: str) -> None:
    start_logging("info", under_journald=True)

    logging.getLogger("aiohttp.server").error("Unhandled exception", exc_info=fault)

    assert capsys.readouterr().err == f"<6>INFO    call is no HTTP reason={reason}\n"


def test_many_calls_that_are_no_http_are_a_line_a_minute(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("info", under_journald=True)
    server = logging.getLogger("aiohttp.server")

    with time_machine.travel(1_790_000_000, tick=False) as clock:
        for _ in range(100):
            server.error("Unhandled exception", exc_info=BadHttpMessage("x"))
        clock.shift(60)
        server.error("Unhandled exception", exc_info=BadHttpMessage("x"))

    told = "<6>INFO    call is no HTTP reason=BadHttpMessage"
    assert capsys.readouterr().err == f"{told}\n{told} untold=99\n"


def test_a_fault_of_ours_in_a_call_keeps_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("info", under_journald=True)

    logging.getLogger("aiohttp.server").error("Unhandled exception", exc_info=KeyError("order"))

    assert capsys.readouterr().err == "<3>ERROR   Unhandled exception\n<3>KeyError: 'order'\n"


def test_the_journal_is_told_the_grade_of_every_line(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("debug", under_journald=True)
    logging.getLogger("daemon").error("page failed", exc_info=ValueError("no"))
    logging.getLogger("daemon").debug("looked")

    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "<3>ERROR   page failed"
    assert all(line.startswith("<3>") for line in lines[:-1])
    assert lines[-1] == "<7>DEBUG   looked"


def test_stderr_is_the_journals_when_it_is_the_stream_the_journal_names(tmp_path: Path) -> None:
    with (tmp_path / "stream").open("w") as stream:
        found = os.fstat(stream.fileno())

        assert goes_to_journal(f"{found.st_dev}:{found.st_ino}", stream.fileno())
        assert not goes_to_journal(f"{found.st_dev}:{found.st_ino + 1}", stream.fileno())
        assert not goes_to_journal("", stream.fileno())


def test_the_last_thousand_lines_are_remembered() -> None:
    remembered = start_logging("info", under_journald=True)
    for number in range(1200):
        logging.getLogger("daemon").info("line %d", number)

    assert len(remembered.lines) == 1000
    assert remembered.lines[-1].endswith("line 1199")
