"""`counterfoil contact export EMAIL`, `erase` and `readmit`."""

import json

from tests.cli.conftest import Cli
from tests.support.fake_daemon import FakeDaemon


def test_export_of_a_person_is_one_document(cli: Cli, daemon: FakeDaemon) -> None:
    told = json.loads(cli("contact", "export", "Ann@Example.com").stdout)

    assert told["contact"]["email"] == "ann@example.com"
    assert {"orders", "consent_changes", "deliveries"} <= told.keys()


def test_erase_wants_the_address_once_more(cli: Cli, daemon: FakeDaemon) -> None:
    assert cli("contact", "erase", "ann@example.com").exit_code == 2
    assert cli("contact", "erase", "ann@example.com", "--confirm", "bob@example.com").exit_code == 2
    assert len(daemon.contacts) == 1

    done = cli("contact", "erase", "ann@example.com", "--confirm", "ann@example.com")

    assert (done.exit_code, daemon.contacts) == (0, [])
    assert "orders stay, and no longer say whose" in done.stdout


def test_erase_of_nobody_is_exit_1(cli: Cli, daemon: FakeDaemon) -> None:
    assert cli("contact", "erase", "x@example.com", "--confirm", "x@example.com").exit_code == 1


def test_readmit_says_who_may_come_back(cli: Cli, daemon: FakeDaemon) -> None:
    assert cli("contact", "readmit", "ann@example.com").stdout == "ann@example.com may come back.\n"
