"""`counterfoil support-bundle`: shown first, written when it was agreed to, never over another file."""

import tarfile
from pathlib import Path

from tests.cli.conftest import Cli
from tests.support.fake_daemon import FakeDaemon


def test_it_lists_the_files_and_writes_them_when_told_to(cli: Cli, daemon: FakeDaemon, tmp_path: Path) -> None:
    done = cli("support-bundle", "--yes", str(tmp_path / "help.tar.gz"))

    assert "versions.txt" in done.stdout
    with tarfile.open(tmp_path / "help.tar.gz") as archive:
        assert archive.getnames() == ["counterfoil-support/versions.txt"]
    assert (tmp_path / "help.tar.gz").stat().st_mode & 0o077 == 0


def test_nobody_to_ask_writes_nothing(cli: Cli, daemon: FakeDaemon, tmp_path: Path) -> None:
    done = cli("support-bundle", str(tmp_path / "help.tar.gz"))

    assert done.exit_code == 2
    assert not (tmp_path / "help.tar.gz").exists()


def test_print_shows_what_stands_in_it(cli: Cli, daemon: FakeDaemon) -> None:
    assert cli("support-bundle", "--print").stdout.startswith("==> versions.txt <==\ncounterfoil 1")


def test_a_file_that_is_there_stays(cli: Cli, daemon: FakeDaemon, tmp_path: Path) -> None:
    (tmp_path / "help.tar.gz").write_text("mine")

    assert cli("support-bundle", "--yes", str(tmp_path / "help.tar.gz")).exit_code == 1
    assert (tmp_path / "help.tar.gz").read_text() == "mine"
