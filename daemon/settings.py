"""Settings: defaults < counterfoil.toml < credentials directory < environment < arguments.

A mistake is refused with the place where it stands, never skipped.
"""

import difflib
import grp
import ipaddress
import os
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    field_validator,
)
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from common.errors import Invalid
from common.paths import SOCKET_PATH_MAX_BYTES, default_socket, default_state_dir, system_config_file
from common.roles import Role
from common.sync import quiet_window
from common.toml_lines import line_of
from daemon.origins import Origins, Place, origins_of

PREFIX = "COUNTERFOIL_"
_DELIMITER = "__"

# With our prefix, but no settings of the daemon: where its file is, and what the terminal UI prefers.
_CONFIG_VARIABLE = "COUNTERFOIL_CONFIG"
_UI_PREFIX = "COUNTERFOIL_UI__"

_CREDENTIAL = "bigcommerce.client_secret"  # the file's name in the credentials directory


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


@lru_cache(maxsize=8)
def _networks(text: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError:
        raise ValueError("expected addresses or networks with commas between, like 127.0.0.1, 10.0.0.0/8") from None


class ListenerSettings(Section):
    """A place to listen at; empty = none."""

    listen: str

    @property
    def host(self) -> str:
        return self._place[0]

    @property
    def port(self) -> int:
        return int(self._place[1])

    @property
    def _place(self) -> tuple[str, str]:
        host, _, port = self.listen.rpartition(":")
        return host.strip("[]"), port


class PublicSettings(ListenerSettings):
    """The listener behind the reverse proxy, and the address under which the stores reach it."""

    listen: str = Field(default="127.0.0.1:8474", description="address:port for webhooks; keep it on loopback")
    url: str = Field(default="", description="what the stores call, like https://hooks.example.com")
    max_body_bytes: int = Field(default=65536, ge=1024, description="larger webhook bodies are refused (413)")
    require_signature: bool = Field(
        default=False, description="webhooks without a signature are refused, for stores whose client secret is known"
    )
    trusted_proxies: str = Field(
        default="127.0.0.1, ::1", description="addresses or networks whose X-Forwarded-For is believed"
    )
    per_source_per_minute: int = Field(
        default=120, ge=0, description="refused calls a source may make in a minute, then 429; 0 = any number"
    )

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, proxies: str) -> str:
        _networks(proxies)
        return proxies

    @property
    def proxies(self) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
        return _networks(self.trusted_proxies)

    @field_validator("listen")
    @classmethod
    def _has_host_and_port(cls, listen: str) -> str:
        host, _, port = listen.rpartition(":")
        if not host or not port.isdigit() or int(port) > 65535:
            raise ValueError("expected address:port, like 127.0.0.1:8474")
        return listen

    @field_validator("url")
    @classmethod
    def _is_https(cls, url: str) -> str:
        if not url:
            return url
        parts = urlsplit(url)
        if not parts.hostname or parts.query or parts.fragment:
            raise ValueError("expected an address like https://hooks.example.com")
        if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname)):
            return url.rstrip("/")
        raise ValueError("must be https (http is allowed on loopback only): stores deliver to https")


class BigCommerceSettings(Section):
    """How the stores' API is reached."""

    api_url: str = Field(default="https://api.bigcommerce.com", description="the API; another one for the sandbox")
    login_url: str = Field(default="https://login.bigcommerce.com", description="where an app's tokens come from")
    client_id: str = Field(default="", description="of the app, when stores connect by installing one")
    client_secret: SecretStr = Field(default=SecretStr(""), description="of the app; also checks signed deliveries")
    quota_share: float = Field(default=0.5, gt=0, le=1, description="how much of a store's request quota runs may use")

    @field_validator("api_url", "login_url")
    @classmethod
    def _is_url(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("expected an address like https://api.bigcommerce.com")
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise ValueError("must be https: the store's token travels in every request")
        return url.rstrip("/")


class SyncSettings(Section):
    """When syncs run by themselves."""

    catch_up_minutes: int = Field(default=15, ge=0, le=1440, description="a catch-up every so often; 0 = never")
    quiet_hours: str = Field(default="none", description='hours (UTC) for historical runs, like "01:00-05:00", or none')

    @field_validator("quiet_hours")
    @classmethod
    def _is_window(cls, hours: str) -> str:
        return quiet_window(hours)


class SegmentSettings(Section):
    """What is kept of segments."""

    log_days: int = Field(
        default=365, ge=0, le=36_500, description="how long who entered and left is kept; 0 = for ever"
    )


class BackupSettings(Section):
    """When the database is copied, where to, and for how long copies are kept."""

    dir: Path | None = Field(default=None, description="where to, better on another disk; by default beside the state")
    every_hours: int = Field(default=24, ge=0, le=8760, description="a backup every so often; 0 = only when asked for")
    keep_days: int = Field(default=14, ge=0, le=36_500, description="older ones are removed; 0 = none ever is")
    keep_at_least: int = Field(default=3, ge=1, le=1000, description="so many of the newest stay, however old")
    drill_days: int = Field(default=7, ge=0, le=365, description="the newest is tried every so often; 0 = never")


class RetentionSettings(Section):
    """For how long things are kept (days; 0 = for ever), and what is kept free on the disk."""

    delivery_body_days: int = Field(default=30, ge=0, le=36_500, description="bodies of deliveries; the rest stays")
    delivery_days: int = Field(default=180, ge=0, le=36_500, description="deliveries that are done")
    run_days: int = Field(default=365, ge=0, le=36_500, description="runs that are over, and what they skipped")
    order_raw_days: int = Field(default=0, ge=0, le=36_500, description="orders as the store sent them, by their date")
    audit_days: int = Field(default=365, ge=0, le=36_500, description="who gave which command")
    reserve_mb: int = Field(
        default=512, ge=0, le=1_000_000, description="with less free on the disk only deliveries are taken in; 0 = off"
    )


class MetricsSettings(ListenerSettings):
    """Where a monitor on this machine may read the metrics; on the socket they always are."""

    listen: str = Field(default="", description="loopback address:port for /metrics, like 127.0.0.1:9474; empty = none")

    @field_validator("listen")
    @classmethod
    def _is_on_loopback(cls, listen: str) -> str:
        host, _, port = listen.rpartition(":")
        if listen and (not host or not port.isdigit() or int(port) > 65535):
            raise ValueError("expected address:port, like 127.0.0.1:9474, or nothing")
        if listen and not is_loopback(host.strip("[]")):
            raise ValueError("must be a loopback address: metrics are for monitors on this machine")
        return listen


def _groups(given: object) -> object:
    """A list of names, or the names in one text with spaces or commas between them."""
    names = given.replace(",", " ").split() if isinstance(given, str) else given
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError("expected the names of Unix groups")
    return ", ".join(map(_group, names))


def _group(name: str) -> str:
    """A name that is mistyped would shut people out, or let in too many."""
    try:
        return grp.getgrnam(name).gr_name
    except KeyError:
        raise ValueError(f"there is no group {name!r} on this machine") from None


Groups = Annotated[str, BeforeValidator(_groups)]
"""Unix groups as a file may list them; kept as one text."""


class AccessSettings(Section):
    """Who may use the socket, by Unix groups. Root and the service's own user may do everything."""

    group: Groups = Field(default="", description="the socket's group; by default the service's own")
    viewers: Groups = Field(default="", description="groups that may look; none = whoever reaches the socket")
    operators: Groups = Field(default="", description="groups that may work here; none = the socket's group")
    admins: Groups = Field(default="", description="groups that may erase, delete and reload, beside root")

    def named(self, role: Role) -> tuple[str, ...]:
        """The groups that have it."""
        text = {Role.VIEWER: self.viewers, Role.OPERATOR: self.operators, Role.ADMIN: self.admins}[role]
        return tuple(text.split(", ")) if text else ()


class Settings(BaseSettings):
    """All settings of the daemon."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter=_DELIMITER,
        env_ignore_empty=True,  # as the client reads them: a variable that is set to nothing is not set
        extra="forbid",
        frozen=True,
    )

    state_dir: Path = Field(default_factory=default_state_dir, description="where the database and its key live")
    socket: Path | None = Field(default=None, description="the API's Unix socket; by default beside the state")
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="how much is logged")
    timezone: str = Field(default="UTC", description="whose days count in segments, like Europe/Berlin")
    public: PublicSettings = PublicSettings()
    bigcommerce: BigCommerceSettings = BigCommerceSettings()
    sync: SyncSettings = SyncSettings()
    segments: SegmentSettings = SegmentSettings()
    backup: BackupSettings = BackupSettings()
    retention: RetentionSettings = RetentionSettings()
    metrics: MetricsSettings = MetricsSettings()
    access: AccessSettings = AccessSettings()
    _origins: Origins = PrivateAttr(default_factory=Origins)

    @field_validator("timezone")
    @classmethod
    def _is_zone(cls, name: str) -> str:
        try:
            return ZoneInfo(name).key
        except (ValueError, OSError, LookupError):
            raise ValueError("expected a time zone like Europe/Berlin or UTC") from None

    @property
    def origins(self) -> Origins:
        """Where each value comes from, as far as `load_settings` gave it."""
        return self._origins

    def come_from(self, origins: Origins) -> None:
        """Takes over where the values come from, as after they were read anew."""
        self._origins = origins

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def database(self) -> Path:
        return self.state_dir / "counterfoil.db"

    @property
    def backup_dir(self) -> Path:
        return self.backup.dir or self.state_dir / "backups"

    @property
    def socket_path(self) -> Path:
        """Where the API listens. A state folder of one's own holds its own socket, so that several daemons can live."""
        if self.socket is not None:
            return self.socket
        if "state_dir" in self.model_fields_set and "RUNTIME_DIRECTORY" not in os.environ:
            return self.state_dir / "counterfoil.sock"
        return default_socket()


def load_settings(config_file: Path | None = None, **arguments: Any) -> Settings:
    """The settings in force. *config_file* None = COUNTERFOIL_CONFIG, else the system's file if there is one.

    Raises Invalid that names the file and line, or the environment variable, and what is wrong there.
    """
    file = _config_file(config_file)
    in_file = _read(file) if file else {}
    _refuse_unknown_variables()

    class Sources(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            del dotenv_settings, file_secret_settings
            credentials = InitSettingsSource(settings_cls, _credentials())
            return init_settings, env_settings, credentials, InitSettingsSource(settings_cls, in_file)

    given = {name: value for name, value in arguments.items() if value is not None}
    try:
        settings = Sources(**given)
    except (ValidationError, SettingsError) as error:
        raise _explained(error, file) from None
    settings.come_from(origins_of(file, in_file, _credentials(), _variables_set(), given))
    return _checked(settings)


def variable_name(place: tuple[str | int, ...]) -> str:
    """("public", "listen") -> "COUNTERFOIL_PUBLIC__LISTEN"."""
    return PREFIX + _DELIMITER.join(str(part).upper() for part in place)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches *host*."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _checked(settings: Settings) -> Settings:
    socket = settings.socket_path.absolute()
    if len(os.fsencode(socket)) > SOCKET_PATH_MAX_BYTES:
        raise Invalid(
            f"The socket path {socket} is longer than the {SOCKET_PATH_MAX_BYTES} bytes Linux allows.",
            remedy="Set COUNTERFOIL_SOCKET to a shorter one, like /run/user/1000/counterfoil.sock.",
        )
    return settings


def _config_file(given: Path | None) -> Path | None:
    named = given or (Path(os.environ[_CONFIG_VARIABLE]) if os.environ.get(_CONFIG_VARIABLE) else None)
    if named is not None:
        return named
    system = system_config_file()
    try:
        return system if system.exists() else None
    except PermissionError:  # it is there for others: nobody starts without knowing that it was left out
        return system


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise Invalid(
            f"The configuration {file} cannot be read: {error.strerror}.",
            remedy="Check the path and its permissions; the service's user must be able to read it. "
            "Another user names a file of their own: COUNTERFOIL_CONFIG, which may be /dev/null.",
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"The configuration {file} is not valid TOML: {error}.", remedy="Mend that line.") from error


def _credentials() -> dict[str, Any]:
    directory = os.environ.get("CREDENTIALS_DIRECTORY")
    secret = Path(directory) / _CREDENTIAL if directory else None
    if secret is None or not secret.exists():
        return {}
    return {"bigcommerce": {"client_secret": secret.read_text("utf-8").strip()}}


def _known_variables() -> list[str]:
    names = [_CONFIG_VARIABLE]
    for name, setting in Settings.model_fields.items():
        section = setting.annotation
        if isinstance(section, type) and issubclass(section, Section):
            names += [variable_name((name, inner)) for inner in section.model_fields]
        else:
            names.append(variable_name((name,)))
    return names


def _variables_set() -> dict[Place, str]:
    """The variables that say something, by the setting they are of."""
    given = {name.upper(): value for name, value in os.environ.items() if value}
    places = [tuple(name.removeprefix(PREFIX).lower().split(_DELIMITER)) for name in _known_variables()]
    return {place: given[variable_name(place)] for place in places if variable_name(place) in given}


def _refuse_unknown_variables() -> None:
    known = _known_variables()
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and not name.startswith(_UI_PREFIX) and name.upper() not in known:
            raise Invalid(
                f"The environment variable {name} is no setting of Counterfoil.", remedy=_closest(name.upper(), known)
            )


def _closest(name: str, known: list[str]) -> str:
    bare = {one.removeprefix(PREFIX): one for one in known}  # with it every name would be near to every other
    near = difflib.get_close_matches(name.removeprefix(PREFIX), bare, n=1, cutoff=0.5)
    return f"Did you mean {bare[near[0]]}?" if near else f"Known are: {', '.join(sorted(known))}."


def _explained(error: ValidationError | SettingsError, file: Path | None) -> Invalid:
    if isinstance(error, SettingsError):
        return Invalid(f"The settings cannot be read: {error}.", remedy="Mend or unset that environment variable.")
    first = error.errors(include_url=False, include_input=False)[0]
    place, kind = first["loc"], first["type"]
    dotted = ".".join(str(part) for part in place)
    where = _where(place, file)
    if kind == "extra_forbidden":
        known = [name.removeprefix(PREFIX).replace(_DELIMITER, ".").lower() for name in _known_variables()]
        return Invalid(f"{where}: {dotted} is no setting of Counterfoil.", remedy=_closest(dotted, known))
    reason = first["msg"].removeprefix("Value error, ")
    return Invalid(
        f"{where}: {dotted} is wrong: {reason}.", remedy="Mend it; `counterfoil check` tries it without starting."
    )


def _where(place: tuple[str | int, ...], file: Path | None) -> str:
    """The environment variable or the file's line that set *place*."""
    variable = variable_name(place)
    if any(name.upper() == variable for name in os.environ):
        return f"Environment variable {variable}"
    if file is not None and (line := line_of(place, file)):
        return f"{file}, line {line}"
    return "Settings"
