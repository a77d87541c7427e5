"""`counterfoil settings`."""

import json

import pytest

from tests.cli.conftest import Cli
from tests.support.fake_daemon import FakeDaemon


def test_json_is_the_wire_model(cli: Cli, daemon: FakeDaemon) -> None:
    result = cli("settings", "--json")

    assert json.loads(result.stdout) == json.loads(daemon.in_force.model_dump_json())


@pytest.mark.usefixtures("daemon")
def test_each_setting_is_a_line_with_its_source(cli: Cli) -> None:
    shown = cli("settings").stdout

    lines = {line.split()[0]: line.split() for line in shown.splitlines()}
    assert lines["file"] == ["file", "/etc/counterfoil/counterfoil.toml"]
    assert lines["public.url"][:5] == ["public.url", "https://hooks.example.com", "file,", "line", "7"]
    assert lines["bigcommerce.client_secret"][1:4] == ["is", "set", "credentials"]
    assert lines["bigcommerce.client_id"][1:3] == ["-", "default"]
