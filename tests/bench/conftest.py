"""After all benchmarks: one table of them, on the screen and beside the databases they used."""

import tempfile

import pytest

from tests.bench import report
from tests.bench.generate import folder


@pytest.hookimpl(trylast=True)  # after the suite's own, which puts folders into memory
def pytest_configure() -> None:
    tempfile.tempdir = None  # on a disk: what a commit costs is part of what is measured


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    measured = report.rows()
    if not measured:
        return
    machine = report.machine()
    table = report.markdown(measured, machine)
    (folder() / "summary.md").write_text(table, "utf-8")
    (folder() / "summary.json").write_text(report.as_json(measured, machine), "utf-8")
    terminalreporter.section("side by side")
    terminalreporter.write(table)
    terminalreporter.write_line(f"kept as {folder() / 'summary.md'} and .json")
