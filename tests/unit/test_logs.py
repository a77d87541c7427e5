"""Log lines: one per decision, whatever strangers' words stand in it."""

import logging
from collections.abc import Iterator

import pytest
from aiohttp.http_exceptions import BadHttpMessage, ContentEncodingError

from daemon.logs import start_logging


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


def test_a_traceback_commands_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("info", under_journald=True)

    logging.getLogger("daemon.test").error("page failed", exc_info=ValueError("name\x1b[2J\r\x1b]0;x\x07"))

    assert capsys.readouterr().err == "ERROR   page failed\nValueError: name\n"


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

    assert capsys.readouterr().err == f"INFO    call is no HTTP reason={reason}\n"


def test_a_fault_of_ours_in_a_call_keeps_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("info", under_journald=True)

    logging.getLogger("aiohttp.server").error("Unhandled exception", exc_info=KeyError("order"))

    assert capsys.readouterr().err == "ERROR   Unhandled exception\nKeyError: 'order'\n"
