"""What lies in systemd/ for the operator to copy: as the tools that read it and the daemon itself see it."""

import itertools
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from common.errors import Invalid
from daemon.settings import Section, Settings, load_settings

_FOLDER = Path(__file__).parents[2] / "systemd"
_BIN = "/opt/counterfoil/bin/"
_UNITS = ("counterfoild.service", "counterfoil@.service")

# What the alerts may stand on.
METRICS = {
    "counterfoil_build_info",
    "counterfoil_health",
    "counterfoil_inbox_oldest_pending_age_seconds",
    "counterfoil_store_up",
    "counterfoil_last_backup_age_seconds",
}


def told_by(*words: str | Path) -> str:
    """What the program says, all of it; a test for which it is not here is skipped."""
    if shutil.which(str(words[0])) is None:
        pytest.skip(f"{words[0]} is not installed")
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=30, check=False)
    return f"{done.stdout}{done.stderr}"


@pytest.fixture(params=_UNITS)
def unit(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A unit as it would be installed, whose programs are there."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for program in ("counterfoil", "counterfoild"):
        (programs / program).touch(mode=0o755)
    name: str = request.param
    made = tmp_path / name.replace("@", "@shops")
    made.write_text((_FOLDER / name).read_text().replace(_BIN, f"{programs}/"))
    return made


def test_a_unit_has_nothing_that_systemd_complains_about(unit: Path) -> None:
    assert told_by("systemd-analyze", "verify", "--man=no", unit) == ""


def test_a_unit_is_closed_as_far_as_its_work_allows(unit: Path) -> None:
    told = told_by("systemd-analyze", "security", "--offline=true", "--no-pager", unit)

    (level,) = re.findall(r"Overall exposure level for \S+: ([\d.]+)", told)
    assert float(level) <= 1.5


def test_an_instance_differs_from_the_service_only_in_what_is_its_own() -> None:
    service, instance = (set((_FOLDER / name).read_text().splitlines()) for name in _UNITS)

    assert {line for line in instance - service if "=" in line and not line.startswith("#")} == {
        "Description=Counterfoil (%i): the customer side of your stores' purchases",
        "Environment=COUNTERFOIL_CONFIG=/etc/counterfoil/%i.toml",
        "EnvironmentFile=-/etc/counterfoil/%i.environment",
        "StateDirectory=counterfoil-%i",
        "RuntimeDirectory=counterfoil-%i",
        "LoadCredential=counterfoil.key:counterfoil-%i.key",
        "LoadCredential=bigcommerce.client_secret:counterfoil-%i.client_secret",
    }


@pytest.mark.parametrize("name", _UNITS)
def test_callers_of_the_socket_keep_their_uid(name: str) -> None:
    """Under PrivateUsers= everybody but root and the service's own user comes as nobody."""
    assert "\nPrivateUsers=" not in (_FOLDER / name).read_text()


def test_the_service_s_user_is_made() -> None:
    assert "Creating user 'counterfoil'" in told_by(
        "systemd-sysusers", "--dry-run", "--root=/nonexistent", _FOLDER / "counterfoil.sysusers"
    )


def test_caddy_takes_its_sample() -> None:
    assert "Valid configuration" in told_by(
        "caddy", "validate", "--adapter", "caddyfile", "--config", _FOLDER / "Caddyfile"
    )


def _example() -> str:
    return (_FOLDER / "counterfoil.toml").read_text("utf-8")


def _uncommented() -> str:
    """The example with all its settings in force. What stands right behind a "#" is one."""
    return re.sub(r"^#(?=\w)", "", _example(), flags=re.MULTILINE)


# Where things are under the unit; without it, it depends on whose they are.
_PLACES = {
    "state_dir": "/var/lib/counterfoil",
    "socket": "/run/counterfoil/counterfoil.sock",
}


def _defaults(section: type[BaseModel], prefix: str = "") -> dict[str, Any]:
    """Every setting at its default, as the file would say it."""
    return {name: _in_file(f"{prefix}{name}", field) for name, field in section.model_fields.items()}


def _in_file(name: str, field: FieldInfo) -> Any:
    if name in _PLACES:
        return _PLACES[name]
    default = field.get_default(call_default_factory=True)
    if isinstance(default, Section):
        return _defaults(type(default), f"{name}.")
    return default.get_secret_value() if isinstance(default, SecretStr) else default


def test_the_example_has_every_setting_at_its_default() -> None:
    assert tomllib.loads(_uncommented()) == _defaults(Settings)


def test_the_example_as_it_is_changes_nothing() -> None:
    assert [value for value in tomllib.loads(_example()).values() if value] == []


def test_every_setting_of_the_example_is_explained_above_it() -> None:
    lines = _example().splitlines()

    assert [line for above, line in itertools.pairwise(lines) if _sets(line) and not _explains(above)] == []


def _sets(line: str) -> bool:
    return re.match(r"#\w+ = ", line) is not None


def _explains(line: str) -> bool:
    return line.startswith("# ")


@pytest.fixture
def _nothing_given(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CREDENTIALS_DIRECTORY", "RUNTIME_DIRECTORY", "STATE_DIRECTORY", "COUNTERFOIL_CONFIG"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("_nothing_given")
def test_the_example_loads_with_all_its_settings_in_force(tmp_path: Path) -> None:
    file = tmp_path / "counterfoil.toml"
    file.write_text(_uncommented(), "utf-8")

    assert load_settings(file).socket_path == Path("/run/counterfoil/counterfoil.sock")

    file.write_text(_uncommented() + "no_such_setting = 1\n", "utf-8")
    with pytest.raises(Invalid, match="no_such_setting"):
        load_settings(file)


def test_alerts_are_made_of_figures_there_are() -> None:
    yaml = pytest.importorskip("yaml", reason="nothing here reads YAML")
    (group,) = yaml.safe_load((_FOLDER / "counterfoil.rules.yml").read_text())["groups"]

    assert all(set(rule) == {"alert", "expr", "for", "labels", "annotations"} for rule in group["rules"])
    assert {name for rule in group["rules"] for name in re.findall(r"counterfoil_\w+", rule["expr"])} == METRICS
