"""What reading the settings anew came to, on the wire."""

from common.wire import Wire


class SettingChanged(Wire):
    """A setting by its name, with its values as one would write them; of a secret both are ""."""

    name: str
    before: str
    after: str


class Reloaded(Wire):
    """`applied` are in force now; `waiting` stand in the settings, and need a restart of the daemon.

    `file` is the configuration that was read; "" = none.
    """

    file: str
    applied: list[SettingChanged]
    waiting: list[SettingChanged]
