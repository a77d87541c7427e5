"""`counterfoil openapi` prints what the daemon serves."""

import json

import pytest

from tests.cli.conftest import Cli


@pytest.mark.usefixtures("daemon")
def test_the_description_is_json_for_people_and_for_scripts(cli: Cli) -> None:
    shown, script = cli("openapi"), cli("openapi", "--json")

    assert shown.exit_code == script.exit_code == 0
    assert json.loads(shown.stdout) == json.loads(script.stdout)
    assert json.loads(shown.stdout)["openapi"] == "3.1.0"
    assert len(shown.stdout.splitlines()) > len(script.stdout.splitlines()) == 1
