"""A store's settings as lines: what may be changed, to what it is set, and what it does."""

from common.store_settings import SettingRow, StoreSettings
from tui.drawing.line import BLANK, Line, Role, Span, heading, line, wrapped
from tui.format import cut, fit
from tui.keymap import shown

_NAME = 22
_VALUE = 18


def settings_lines(settings: StoreSettings, store_name: str, width: int) -> list[Line]:
    """A setting a line with its help below; what is not at its default stands out. Targets are the settings."""
    lines = [heading(f"Settings of {cut(store_name, 30)}", width, f"{shown('open')} change")]
    for row in settings.settings:
        lines += _setting(row, width)
    if settings.doing:
        lines += [BLANK, *wrapped(f"Under way: {settings.doing}.", width, Role.ACCENT)]
    return lines


def _setting(row: SettingRow, width: int) -> list[Line]:
    is_default = row.value == row.default
    first = line(
        fit(row.name, _NAME),
        Span(fit(row.value, _VALUE), Role.TEXT if is_default else Role.STRONG),
        Span("" if is_default else f"not the default, {row.default}", Role.ACCENT),
        target=row.name,
    )
    return [first, *(line("  ", *one.spans) for one in wrapped(row.help, width - 2, Role.MUTED))]
