"""What the daemon is set to, a setting a line."""

from dataclasses import dataclass

from common.daemon_settings import SettingInForce
from tui.linear.place import Page, Place, Room, Wanted, details
from tui.linear.spoken import sentences
from tui.setting import shown_value


@dataclass(frozen=True, slots=True)
class InForce(Place):
    word = "settings"

    async def read(self, room: Room, wanted: Wanted) -> Page:
        found = await room.client.settings()
        lines = [_told(setting) for group in found.groups for setting in group.settings]
        head = sentences("Settings in force", f"File {found.file}" if found.file else "No file was read")
        return details([head], lines, wanted)


def _told(setting: SettingInForce) -> str:
    where = f", line {setting.line}" if setting.line else ""
    value = f"{setting.name}: {shown_value(setting) or 'not set'}"
    return sentences(value, f"From {setting.source}{where}", setting.help[:1].upper() + setting.help[1:])
