"""What the daemon is set to, on the wire: each setting with where its value comes from."""

from enum import StrEnum

from common.wire import Wire


class Source(StrEnum):
    """Each wins over those before it."""

    DEFAULT = "default"
    FILE = "file"
    CREDENTIALS = "credentials"
    ENVIRONMENT = "environment"
    ARGUMENT = "argument"


class SettingInForce(Wire):
    """`value` is as one would write it; of a secret it is "", and only `is_set` tells that there is one.

    `waits`: another value, `wanted`, stands in the settings, and comes into force with a restart. `line` is where the
    file sets it. `variable` is the environment variable that would.
    """

    name: str
    value: str
    is_set: bool
    is_secret: bool
    source: Source
    line: int | None
    variable: str
    help: str
    waits: bool = False
    wanted: str = ""


class SettingGroup(Wire):
    name: str
    title: str
    help: str
    settings: list[SettingInForce]


class SettingsInForce(Wire):
    """`file` is the configuration that was read; "" = none."""

    file: str
    groups: list[SettingGroup]
