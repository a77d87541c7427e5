"""Checks on how the daemon is set: what is written against what is in force, and what it leads to."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from common.daemon_settings import Source
from common.errors import CounterfoilError
from daemon.doctor.finding import Finding, error, note, or_well, unknown, warning, well
from daemon.in_force import in_force
from daemon.settings import Settings, is_loopback, load_settings

# The whole data base of zones has about 600 names; a crippled one a handful.
_FEW_ZONES = 300


def config_findings(settings: Settings) -> Iterator[Finding]:
    yield from _written(settings)
    yield from _readable(settings)
    yield _public_url(settings)
    yield _public_listen(settings)
    yield _log_level(settings)
    yield _zones(settings)


def _written(settings: Settings) -> Iterator[Finding]:
    """The file and the environment, read once more."""
    file = settings.origins.file
    try:
        written = load_settings(file, **_arguments(settings))
    except CounterfoilError as fault:
        yield error("config-invalid", fault.message, fault.remedy)
        yield unknown("config-changed", "What stands in the configuration file cannot be read.")
        return
    yield well("config-invalid", f"{file} was read." if file else "There is no file; environment and defaults hold.")
    yield from or_well("config-changed", _changed(settings, written), "What is written there is in force.")


def _arguments(settings: Settings) -> dict[str, Any]:
    """What was given as an argument is in no file: it is taken as it is."""
    given = [name for name in Settings.model_fields if settings.origins.of((name,)).source is Source.ARGUMENT]
    return {name: getattr(settings, name) for name in given}


def _changed(settings: Settings, written: Settings) -> Iterator[Finding]:
    if settings.origins.file is None:
        return
    before, after = _values(settings), _values(written)
    if names := sorted(name for name, value in after.items() if before.get(name) != value):
        yield warning("config-changed", f"Settings not in force yet: {', '.join(names)}.")


def _values(settings: Settings) -> dict[str, tuple[str, bool]]:
    """Secrets tell only whether they are set."""
    return {one.name: (one.value, one.is_set) for group in in_force(settings).groups for one in group.settings}


def _readable(settings: Settings) -> Iterator[Finding]:
    file = settings.origins.file
    secret = settings.origins.of(("bigcommerce", "client_secret"))
    if file is None or secret.source is not Source.FILE or not file.exists():
        yield well("config-readable", "No secret stands in the configuration file.")
        return
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & stat.S_IROTH:
        yield warning("config-readable", f"{file} has the mode {mode:04o}.", mend=lambda: close(file, mode & 0o770))
    else:
        yield well("config-readable", f"{file} has the mode {mode:04o}.")


def close(path: Path, mode: int) -> str:
    """Gives *path* that mode, and tells so."""
    path.chmod(mode)
    return f"{path} has the mode {mode:04o} now."


def _public_url(settings: Settings) -> Finding:
    url = settings.public.url
    if not url:
        return warning("public-url-missing", "COUNTERFOIL_PUBLIC__URL is not set.")
    if url.startswith("http://"):
        return note(
            "public-url-missing", f"Stores call {url}: only those on this machine can.", "A real store needs https."
        )
    return well("public-url-missing", f"Stores call {url}.")


def _public_listen(settings: Settings) -> Finding:
    listen = settings.public.listen
    if is_loopback(settings.public.host):
        return well("public-listen-open", f"It listens on {listen}.")
    return warning("public-listen-open", f"The public listener listens on {listen}.")


def _log_level(settings: Settings) -> Finding:
    if settings.log_level == "debug":
        return note("log-level-debug", "log_level is debug.", "Set it back to info once the trouble is found.")
    return well("log-level-debug", f"log_level is {settings.log_level}.")


def _zones(settings: Settings) -> Finding:
    zones = len(available_timezones())
    if zones < _FEW_ZONES:
        return warning("time-zone-unknown", f"Only {zones} time zones are known here.")
    return well("time-zone-unknown", f"{zones} zones are known; days are those of {ZoneInfo(settings.timezone).key}.")


def locale_findings() -> Iterator[Finding]:
    """What the environment says of its character set."""
    told = os.environ.get("LC_ALL") or os.environ.get("LC_CTYPE") or os.environ.get("LANG") or ""
    if "utf" in told.lower():
        yield well("locale-narrow", f"The locale is {told}.")
    elif told in ("", "C", "POSIX"):
        yield well("locale-narrow", "No locale is set: Python takes UTF-8 then.")
    else:
        yield warning("locale-narrow", f"The locale is {told}.")
