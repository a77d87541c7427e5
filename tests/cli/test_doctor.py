"""`counterfoil doctor` and `metrics`: what they print, and the codes they end with."""

import json

from common.doctor import Verdict
from tests.cli.conftest import Cli, Served
from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_doctor import diagnosis, result


def test_what_is_wrong_ends_with_one_the_worst_first(cli: Cli, daemon: FakeDaemon) -> None:
    done = cli("doctor")

    assert done.exit_code == 1
    assert done.stdout.splitlines()[0].startswith("error: /var/lib/counterfoil/counterfoil.key has the mode 0644.")
    assert "8 checks: 1 error, 2 warnings, 1 note, 1 unknown, 3 well." in done.stderr


def test_notes_alone_are_no_failure(cli: Cli, served: Served) -> None:
    served.daemon.diagnosis = diagnosis().model_copy(
        update={"results": [result("unsupervised", Verdict.INFO, "The daemon was started by hand.")], "wrong": 0}
    )

    assert cli("doctor").exit_code == 0


def test_fix_tells_what_it_did(cli: Cli, daemon: FakeDaemon) -> None:
    assert "Set right: It was set right." in cli("doctor", "--fix").stdout


def test_a_daemon_of_another_version_is_wrong(cli: Cli, served: Served) -> None:
    served.daemon.diagnosis = diagnosis().model_copy(update={"version": "9.9"})

    done = cli("doctor", "--json")

    assert json.loads(done.stdout)["wrong"] == 4


def test_without_a_daemon_what_needs_none_is_looked_at_and_the_code_is_three(cli: Cli, served: Served) -> None:
    served.stop()
    try:
        done = cli("doctor", "--json")
    finally:
        served.start()

    found = json.loads(done.stdout)
    assert done.exit_code == 3
    assert not found["is_whole"]
    assert "python-old" in [one["code"] for one in found["results"]]


def test_the_list_of_checks_needs_no_daemon(cli: Cli, served: Served) -> None:
    served.stop()
    try:
        done = cli("doctor", "--list")
    finally:
        served.start()

    assert done.exit_code == 0
    assert len(done.stdout.splitlines()) > 30
