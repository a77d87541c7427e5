"""Every colour of the terminal UI, by theme: one accent, the rest tells states apart, beside a sign or a word."""

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from rich.console import Console
from textual.theme import BUILTIN_THEMES, Theme

from tui.preferences import ThemeName


@dataclass(frozen=True, slots=True)
class Palette:
    """The names by which theme.tcss knows the colours."""

    ground: str
    raised: str
    veil: str  # what lies over a screen that a dialog covers
    cursor: str
    cursor_idle: str  # while another pane has the keys
    text: str
    strong: str
    muted: str
    faint: str
    line: str
    accent: str
    good: str
    warn: str
    bad: str
    flash: str


# The tones stay apart from each other when a terminal has 256 colours.
_DARK = Palette(
    ground="#14171c", raised="#1c2129", veil="#14171c 60%", cursor="#2b3846", cursor_idle="#20262f",
    text="#d3d7de", strong="#ffffff", muted="#8b94a3", faint="#5c6573", line="#414a57",
    accent="#66d0e0", good="#6fcf83", warn="#d9c15f", bad="#e5737a", flash="#5c4a1e",
)  # fmt: skip
_LIGHT = Palette(
    ground="#fbfbf9", raised="#f0f1ee", veil="#fbfbf9 60%", cursor="#cfe3ee", cursor_idle="#e7ebee",
    text="#24292f", strong="#000000", muted="#5a6472", faint="#9aa3ad", line="#b9c0c8",
    accent="#005f87", good="#1a7332", warn="#8a5a00", bad="#b3202c", flash="#ffe9a8",
)  # fmt: skip
_CONTRAST = Palette(
    ground="#000000", raised="#000000", veil="#000000 70%", cursor="#0047c2", cursor_idle="#333333",
    text="#ffffff", strong="#ffffff", muted="#e0e0e0", faint="#b0b0b0", line="#ffffff",
    accent="#00e5ff", good="#5dff7f", warn="#ffe900", bad="#ff9d9d", flash="#7a5200",
)  # fmt: skip
# The terminal's own colours: whatever the person made of them.
_SIXTEEN = Palette(
    ground="ansi_default", raised="ansi_default", veil="transparent", cursor="ansi_blue", cursor_idle="ansi_default",
    text="ansi_default", strong="ansi_default", muted="ansi_white", faint="ansi_bright_black", line="ansi_bright_black",
    accent="ansi_bright_cyan", good="ansi_bright_green", warn="ansi_bright_yellow", bad="ansi_bright_red",
    flash="ansi_magenta",
)  # fmt: skip
_NONE = Palette(**(dict.fromkeys(Palette.__slots__, "ansi_default") | {"veil": "transparent"}))

PALETTES: Mapping[ThemeName, Palette] = {
    ThemeName.DARK: _DARK,
    ThemeName.LIGHT: _LIGHT,
    ThemeName.CONTRAST: _CONTRAST,
    ThemeName.SIXTEEN: _SIXTEEN,
    ThemeName.NONE: _NONE,
}
ANSI = (ThemeName.SIXTEEN, ThemeName.NONE)
_ANSI_NEEDS = BUILTIN_THEMES["ansi-dark"].variables  # of Textual's own widgets, which know no theme without them


def theme(name: ThemeName) -> Theme:
    """The theme in the form Textual takes, under the same name."""
    palette = PALETTES[name]
    colours = {part.replace("_", "-"): colour for part, colour in asdict(palette).items()}
    return Theme(
        name=name,
        primary=palette.accent,
        foreground=palette.text,
        background=palette.ground,
        dark=name is not ThemeName.LIGHT,
        ansi=name in ANSI,
        variables=(_ANSI_NEEDS if name in ANSI else {}) | colours,
    )


def fitting(wanted: ThemeName) -> ThemeName:
    """*wanted*, or for `auto` what suits the terminal. NO_COLOR wins over every theme that has colours."""
    if os.environ.get("NO_COLOR"):
        return ThemeName.NONE
    if wanted is not ThemeName.AUTO:
        return wanted
    if Console(force_terminal=True).color_system == "standard":
        return ThemeName.SIXTEEN
    return ThemeName.LIGHT if _is_light(os.environ.get("COLORFGBG", "")) else ThemeName.DARK


def _is_light(colours: str) -> bool:
    """Whether COLORFGBG ("0;15", set by some terminals) names a light background."""
    return colours.rpartition(";")[2] in ("7", "15")
