"""Settings: where they come from, which wins, and how a mistake is told with its place."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from common.daemon_settings import Source
from common.errors import Invalid
from daemon.in_force import in_force
from daemon.origins import Origin
from daemon.settings import _known_variables, load_settings

Written = Callable[[str], Path]


@pytest.fixture(autouse=True)
def _nothing_given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in os.environ:
        if name.startswith("COUNTERFOIL_") or name in ("CREDENTIALS_DIRECTORY", "RUNTIME_DIRECTORY", "STATE_DIRECTORY"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """A configuration file with that text."""

    def write(text: str) -> Path:
        file = tmp_path / "counterfoil.toml"
        file.write_text(text, "utf-8")
        return file

    return write


def refused(config: Path | None = None) -> Invalid:
    with pytest.raises(Invalid) as caught:
        load_settings(config)
    return caught.value


def test_without_anything_given_the_defaults_hold() -> None:
    settings = load_settings()

    assert (settings.public.listen, settings.public.url) == ("127.0.0.1:8474", "")
    assert (settings.sync.catch_up_minutes, settings.bigcommerce.quota_share) == (15, 0.5)
    assert settings.segments.log_days == 365


def test_a_file_wins_over_the_defaults(written: Written) -> None:
    assert load_settings(written("[sync]\ncatch_up_minutes = 3\n")).sync.catch_up_minutes == 3


def test_the_environment_wins_over_the_file(written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERFOIL_SYNC__CATCH_UP_MINUTES", "0")

    settings = load_settings(written("[sync]\ncatch_up_minutes = 3\nquiet_hours = '01:00-05:00'\n"))

    assert (settings.sync.catch_up_minutes, settings.sync.quiet_hours) == (0, "01:00-05:00")


def test_arguments_win_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERFOIL_STATE_DIR", "/from-environment")

    assert load_settings(state_dir=Path("/from-argument")).state_dir == Path("/from-argument")
    assert load_settings(state_dir=None).state_dir == Path("/from-environment")


def test_the_file_may_be_named_by_the_environment(written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERFOIL_CONFIG", str(written("log_level = 'debug'\n")))

    assert load_settings().log_level == "debug"


def test_an_empty_variable_counts_as_unset(written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERFOIL_SOCKET", "")
    monkeypatch.setenv("COUNTERFOIL_STATE_DIR", "")

    assert load_settings(written("state_dir = '/state'\n")).socket_path == Path("/state/counterfoil.sock")


def test_a_secret_from_the_credentials_folder_wins_over_the_file(
    written: Written, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bigcommerce.client_secret").write_text("from-credentials\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))

    settings = load_settings(written("[bigcommerce]\nclient_secret = 'from-file'\n"))

    assert settings.bigcommerce.client_secret.get_secret_value() == "from-credentials"


def test_secrets_do_not_show_in_print(written: Written) -> None:
    settings = load_settings(written("[bigcommerce]\nclient_secret = 's3cret'\n"))

    assert "s3cret" not in repr(settings) + settings.model_dump_json()


@pytest.mark.parametrize(
    ("text", "line", "near"),
    [
        pytest.param("log_leve = 'info'\n", 1, "log_level", id="top"),
        pytest.param("# hello\n[public]\n\nlistn = '127.0.0.1:1'\n", 4, "public.listen", id="in-section"),
        pytest.param("[sync]\ncatch_up_minutes = 1\n\n[publik]\nurl = ''\n", 4, None, id="section"),
        pytest.param("public.lisen = '127.0.0.1:1'\n", 1, "public.listen", id="dotted"),
    ],
)
def test_an_unknown_key_is_told_with_its_line_and_the_nearest_name(
    written: Written, text: str, line: int, near: str | None
) -> None:
    error = refused(file := written(text))

    assert f"{file}, line {line}" in error.message
    assert "no setting" in error.message
    assert near is None or near in error.remedy


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("\n[sync]\ncatch_up_minutes = 'often'\n", 3, id="text-for-a-number"),
        pytest.param("[sync]\n# comment\ncatch_up_minutes = 1.5\n", 3, id="fraction"),
        pytest.param("[public]\nlisten = 'localhost'\n", 2, id="no-port"),
        pytest.param("[public]\nlisten = '127.0.0.1:70000'\n", 2, id="port-beyond-the-last"),
        pytest.param("log_level = 'loud'\n", 1, id="unknown-level"),
        pytest.param("[sync]\nquiet_hours = '25:00-26:00'\n", 2, id="hours"),
        pytest.param("[bigcommerce]\nquota_share = 0\n", 2, id="share-of-nothing"),
        pytest.param("[bigcommerce]\nquota_share = 1.01\n", 2, id="share-beyond-all"),
        pytest.param("[public]\nmax_body_bytes = 10\n", 2, id="no-room-for-a-delivery"),
        pytest.param("public = 5\n", 1, id="no-section"),
    ],
)
def test_a_wrong_value_is_told_with_its_line(written: Written, text: str, line: int) -> None:
    error = refused(file := written(text))

    assert f"{file}, line {line}" in error.message
    assert "counterfoil check" in error.remedy


@pytest.mark.parametrize("share", ["0.01", "1"])
def test_the_quota_share_may_be_all(share: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERFOIL_BIGCOMMERCE__QUOTA_SHARE", share)

    assert load_settings().bigcommerce.quota_share == float(share)


def test_an_unknown_variable_is_told_with_the_nearest_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERFOIL_PUBLIC_URL", "https://hooks.example.com")

    error = refused()

    assert "COUNTERFOIL_PUBLIC_URL" in error.message
    assert "COUNTERFOIL_PUBLIC__URL" in error.remedy


def test_an_unknown_variable_like_no_other_gets_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERFOIL_QQQQQQ", "1")

    assert "COUNTERFOIL_SYNC__CATCH_UP_MINUTES" in refused().remedy


@pytest.mark.parametrize(
    ("name", "value"), [("SYNC__CATCH_UP_MINUTES", "soon"), ("PUBLIC__LISTEN", "8474"), ("LOG_LEVEL", "loud")]
)
def test_a_wrong_variable_is_named(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"COUNTERFOIL_{name}", value)

    assert f"COUNTERFOIL_{name}" in refused().message


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "No such file" in refused(tmp_path / "none.toml").message


def test_a_folder_is_no_configuration(tmp_path: Path) -> None:
    error = refused(tmp_path)

    assert "cannot be read" in error.message
    assert error.remedy


@pytest.mark.parametrize("raw", [b"[public\n", b"a = \n", b"\xff\xfe", b"a = 1\na = 2\n"])
def test_what_is_no_toml_is_refused(raw: bytes, tmp_path: Path) -> None:
    file = tmp_path / "counterfoil.toml"
    file.write_bytes(raw)

    assert "not valid TOML" in refused(file).message


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.com",
        "https://x.example/cf/",
        "http://127.0.0.1:8474",
        "http://[::1]:80",
        "http://localhost",
    ],
)
def test_a_public_address_is_https_or_on_loopback(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERFOIL_PUBLIC__URL", url)

    assert load_settings().public.url == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.com",
        "http://10.0.0.1",
        "http://127.0.0.1.example.com",
        "ftp://hooks.example.com",
        "hooks.example.com",
        "https://",
        "https://hooks.example.com?x=1",
        "https://hooks.example.com#x",
        "https://[nonsense",
    ],
)
def test_another_public_address_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERFOIL_PUBLIC__URL", url)

    assert "COUNTERFOIL_PUBLIC__URL" in refused().message


def test_the_token_is_never_sent_in_clear_over_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERFOIL_BIGCOMMERCE__API_URL", "http://api.example.com")

    assert "https" in refused().message


@pytest.mark.parametrize(
    ("listen", "host", "port"),
    [("127.0.0.1:8474", "127.0.0.1", 8474), ("[::1]:0", "::1", 0), ("localhost:1", "localhost", 1)],
)
def test_the_listener_has_a_host_and_a_port(listen: str, host: str, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERFOIL_PUBLIC__LISTEN", listen)
    public = load_settings().public

    assert (public.host, public.port) == (host, port)


def test_a_socket_path_longer_than_the_system_takes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERFOIL_STATE_DIR", "/tmp/" + "long/" * 25)

    error = refused()

    assert "107 bytes" in error.message
    assert "COUNTERFOIL_SOCKET" in error.remedy


def test_a_state_folder_of_ones_own_holds_its_own_socket(tmp_path: Path) -> None:
    assert load_settings(state_dir=tmp_path).socket_path == tmp_path / "counterfoil.sock"


def test_the_service_managers_runtime_folder_holds_the_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNTIME_DIRECTORY", "/run/cf")

    assert load_settings(state_dir=tmp_path).socket_path == Path("/run/cf/counterfoil.sock")


def test_each_value_says_where_it_comes_from(written: Written, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "bigcommerce.client_secret").write_text("of-the-app")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("COUNTERFOIL_PUBLIC__LISTEN", "127.0.0.1:1")
    monkeypatch.setenv("COUNTERFOIL_LOG_LEVEL", "")
    file = written("log_level = 'debug'\n\n[public]\nlisten = '127.0.0.1:2'\nurl = 'https://hooks.example.com'\n")

    origins = load_settings(file, state_dir=tmp_path).origins

    assert origins.file == file
    assert origins.of(("state_dir",)) == Origin(Source.ARGUMENT)
    assert origins.of(("public", "listen")) == Origin(Source.ENVIRONMENT)
    assert origins.of(("bigcommerce", "client_secret")) == Origin(Source.CREDENTIALS)
    assert origins.of(("log_level",)) == Origin(Source.FILE, 1)
    assert origins.of(("public", "url")) == Origin(Source.FILE, 5)
    assert origins.of(("sync", "quiet_hours")) == Origin(Source.DEFAULT)


def test_what_is_in_force_is_every_setting_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERFOIL_BIGCOMMERCE__CLIENT_SECRET", "of-the-app")

    told = in_force(load_settings())

    by_name = {one.name: one for group in told.groups for one in group.settings}
    assert {one.variable for one in by_name.values()} == set(_known_variables()) - {"COUNTERFOIL_CONFIG"}
    assert all(one.help for one in by_name.values())
    secret = by_name["bigcommerce.client_secret"]
    assert (secret.value, secret.is_secret, secret.is_set, secret.source) == ("", True, True, Source.ENVIRONMENT)
    assert "of-the-app" not in told.model_dump_json()


def test_the_socket_is_told_where_it_is_though_nobody_chose_it(tmp_path: Path) -> None:
    (daemon, *_) = in_force(load_settings(state_dir=tmp_path)).groups

    socket = next(one for one in daemon.settings if one.name == "socket")

    assert (socket.value, socket.source) == (str(tmp_path / "counterfoil.sock"), Source.DEFAULT)
