"""What this program itself is set to, as the screen of settings shows it."""

from pathlib import Path

from common.paths import ui_config_file
from tui.drawing.in_force import OwnSetting
from tui.preferences import PREFIX, Preferences


def own_settings(prefers: Preferences, socket: Path) -> list[OwnSetting]:
    """Where it looks for the daemon, and what the person prefers."""
    where = OwnSetting("socket", str(socket), "chosen at the start", help="where it looks for the daemon")
    return [where, *(_preference(prefers, name) for name in Preferences.model_fields)]


def _preference(prefers: Preferences, name: str) -> OwnSetting:
    in_file = f"{name} in {ui_config_file()}"
    how = f"{in_file} sets them." if name == "keys" else f"{PREFIX}{name.upper()} sets it, or {in_file}."
    return OwnSetting(
        name,
        _value(getattr(prefers, name)),
        prefers.source(name),
        help=Preferences.model_fields[name].description or "",
        how=how,
    )


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, dict):
        return ", ".join(f"{key} = {keys}" for key, keys in value.items())
    return str(value)
