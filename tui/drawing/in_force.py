"""What is in force as lines: the daemon's settings with their sources, the stores', and this program's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from rich.cells import cell_len

from common.daemon_settings import SettingGroup, SettingInForce, SettingsInForce, Source
from common.reloading import Reloaded
from common.stores import StoreSummary
from tui.drawing.line import BLANK, READABLE, Line, Role, Span, heading, line, spread, wrapped
from tui.drawing.store import StoreTarget
from tui.format import cut, fit
from tui.keymap import shown
from tui.setting import shown_value, waiting_words

_NAME = 27
_TEXT_CHARS = 500


@dataclass(frozen=True, slots=True)
class SettingTarget:
    """The line of a setting. *how* says what sets it."""

    name: str
    how: str


@dataclass(frozen=True, slots=True)
class OwnSetting:
    """A setting of this program: *source* says where its value comes from, "default" = nobody set it."""

    name: str
    value: str
    source: str
    help: str = ""
    how: str = ""


@dataclass(frozen=True, slots=True)
class _Row:
    """A setting of whatever kind as it is drawn."""

    name: str
    value: str
    source: str
    is_default: bool
    help: str
    target: SettingTarget


def in_force_lines(
    found: SettingsInForce, stores: Sequence[StoreSummary], own: Sequence[OwnSetting], width: int
) -> list[Line]:
    """The stores first: theirs is what Enter changes. Beside the daemon's stands the file that was read."""
    width = min(width, READABLE)
    return [
        heading("Stores", width, f"{shown('open')} what it is set to"),
        *_stores(stores, width),
        *(one for at, group in enumerate(found.groups) for one in _group(group, found.file, width, is_first=at == 0)),
        *own_lines(own, width),
    ]


def own_lines(own: Sequence[OwnSetting], width: int) -> list[Line]:
    """The settings of this program; nothing where there are none to tell."""
    if not own:
        return []
    rows = [_own_row(setting) for setting in own]
    return [BLANK, heading("This terminal UI", width), *(one for row in rows for one in _drawn(row, width))]


def _stores(stores: Sequence[StoreSummary], width: int) -> list[Line]:
    if not stores:
        keys = f"{shown('go.stores')}, then {shown('store.add')}"
        return [line(Span(f"No store is connected yet: press {keys}.", Role.MUTED))]
    room = max(width - _NAME, 8)
    return [
        line(
            fit(store.name or store.hash, _NAME),
            Span(cut(store.hash, room), Role.MUTED),
            target=StoreTarget(store.hash),
        )
        for store in stores
    ]


def _group(group: SettingGroup, file: str, width: int, *, is_first: bool) -> list[Line]:
    rows = [_row(setting, file) for setting in group.settings]
    about = wrapped(cut(group.help, _TEXT_CHARS), width, Role.FAINT)
    note = cut(file, width) if is_first else ""
    return [
        BLANK,
        heading(cut(group.title, 40), width, note),
        *about,
        *(one for row in rows for one in _drawn(row, width)),
    ]


def _row(setting: SettingInForce, file: str) -> _Row:
    source = f"{PurePath(file).name}, line {setting.line}" if setting.line else str(setting.source)
    return _Row(
        name=setting.name,
        value=(shown_value(setting) or "–") + waiting_words(setting),
        source=source,
        is_default=setting.source is Source.DEFAULT,
        help=setting.help,
        target=SettingTarget(
            setting.name, f"{setting.variable} sets it, or its line in the file; then `counterfoil reload`."
        ),
    )


def _own_row(setting: OwnSetting) -> _Row:
    return _Row(
        name=setting.name,
        value=setting.value or "–",
        source=setting.source,
        is_default=setting.source == Source.DEFAULT,
        help=setting.help,
        target=SettingTarget(f"own {setting.name}", setting.how),
    )


def _drawn(row: _Row, width: int) -> list[Line]:
    """Name, value and source on one line where they fit, else the value below; then what the setting is."""
    source = Span(cut(row.source, max(width - _NAME - 1, 8)), Role.MUTED if row.is_default else Role.ACCENT)
    name, value = fit(row.name, _NAME), cut(row.value, _TEXT_CHARS)
    role = Role.TEXT if row.is_default else Role.STRONG
    about = [line("  ", *one.spans) for one in wrapped(cut(row.help, _TEXT_CHARS), width - 2, Role.MUTED)]
    if _NAME + cell_len(value) + source.width + 2 <= width:
        return [spread(line(name, Span(value, role), target=row.target), line(source), width), *about]
    below = line("  ", Span(cut(value, max(width - 2, 1)), role))
    return [spread(line(name, target=row.target), line(source), width), below, *about]


def reloaded_words(done: Reloaded) -> str:
    """What a reload came to, in a sentence."""
    if not (done.applied or done.waiting):
        return "The settings were read anew; nothing has changed."
    now = f"In force now: {', '.join(one.name for one in done.applied)}." if done.applied else ""
    later = f"Waiting for a restart: {', '.join(one.name for one in done.waiting)}." if done.waiting else ""
    return f"{now} {later}".strip()
