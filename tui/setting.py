"""A setting of the daemon in words."""

from common.daemon_settings import SettingInForce


def shown_value(setting: SettingInForce) -> str:
    """Its value; of a secret whether there is one."""
    if setting.is_secret:
        return "is set" if setting.is_set else "is not set"
    return setting.value


def waiting_words(setting: SettingInForce) -> str:
    """What comes into force with the next restart; "" = nothing waits."""
    if not setting.waits:
        return ""
    return f" (waits for a restart: {setting.wanted or 'another one'})"
