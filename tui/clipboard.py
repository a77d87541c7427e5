"""Text for the clipboard of the terminal, wherever that stands: by OSC 52, through tmux and GNU screen."""

import asyncio
import base64
import subprocess
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from common.errors import Refused
from tui.format import count
from tui.keymap import shown

MOST_ENCODED = 74_994
"""Characters of base64 that terminals take at most; many drop all of a longer one without a word."""

# GNU screen holds 768 bytes of one control string, its frame included.
_SCREEN_CHUNK = 700
_TMUX_ANSWERS_WITHIN_S = 2.0

_ESCAPE, _END_OF_STRING, _BELL = "\x1b", "\x1b\\", "\a"
_TERMINAL = "the terminal's clipboard"

# TERM -> what it is; none of them has a clipboard to send to.
_WITHOUT = {
    "": "TERM is not set: what terminal this is cannot be told",
    "dumb": "TERM says dumb, a terminal without a clipboard",
    "linux": "TERM says linux, the console, which has no clipboard",
}
_PROGRAMS_WITHOUT = ("Apple_Terminal",)


@dataclass(frozen=True, slots=True)
class TmuxOptions:
    """What tmux is set to. *allow_passthrough* is "" for a tmux too old to know it, which passes everything on."""

    set_clipboard: str
    allow_passthrough: str


AskTmux: TypeAlias = Callable[[Mapping[str, str]], Awaitable[TmuxOptions | None]]
"""What tmux is set to, by the environment of one of its panes; None = it does not tell."""


@dataclass(frozen=True, slots=True)
class Sending:
    """*sequence* is what to write to the terminal, *to* who gets it, in words."""

    sequence: str
    to: str


async def tmux_options(environ: Mapping[str, str]) -> TmuxOptions | None:
    """Asks the tmux around this process."""
    try:
        async with asyncio.timeout(_TMUX_ANSWERS_WITHIN_S):
            return TmuxOptions(
                await _tmux_says(environ, "-gqv", "set-clipboard"),
                await _tmux_says(environ, "-Apqv", "allow-passthrough"),
            )
    except (OSError, TimeoutError):
        return None


async def _tmux_says(environ: Mapping[str, str], *words: str) -> str:
    """Raises OSError when there is no such program, or nobody whom it could ask."""
    asking = await asyncio.create_subprocess_exec(
        *("tmux", "show-options", *words),
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        said, _ = await asking.communicate()
    except asyncio.CancelledError:
        asking.kill()
        raise
    if asking.returncode:
        raise OSError("tmux does not answer")
    return said.decode(errors="replace").strip()


async def sending(text: str, environ: Mapping[str, str], ask_tmux: AskTmux = tmux_options) -> Sending:
    """How *text* gets to the clipboard of a terminal with that environment.

    Raises Refused where it cannot. Whether it got there no terminal says.
    """
    encoded = base64.b64encode(text.encode("utf-8", errors="replace")).decode()
    if len(encoded) > MOST_ENCODED:
        raise Refused(
            f"That is too long for a clipboard: {count(len(encoded))} characters once encoded, "
            f"and terminals take {count(MOST_ENCODED)}.",
            remedy=_way_out(),
        )
    if environ.get("TMUX"):
        return _by_tmux(encoded, await ask_tmux(environ))
    if environ.get("STY"):
        return Sending(_through_screen(encoded), "the terminal, through screen")
    return _straight(encoded, environ)


def _straight(encoded: str, environ: Mapping[str, str]) -> Sending:
    term, program = environ.get("TERM", ""), environ.get("TERM_PROGRAM", "")
    if term in _WITHOUT:
        raise Refused(f"{_WITHOUT[term]}.", remedy=_way_out())
    if program in _PROGRAMS_WITHOUT:
        raise Refused(f"{program} takes nothing for the clipboard from programs.", remedy=_way_out())
    if term.startswith(("tmux", "screen")):
        return Sending(_osc52(encoded), "the terminal (a tmux there needs set-clipboard on)")
    return Sending(_osc52(encoded), _TERMINAL)


def _by_tmux(encoded: str, options: TmuxOptions | None) -> Sending:
    if options is None:
        return Sending(_osc52(encoded), "tmux, which does not answer")
    if options.set_clipboard == "on":
        return Sending(_osc52(encoded), "tmux and the terminal")
    if options.allow_passthrough in ("on", "all", ""):
        return Sending(_through_tmux(_osc52(encoded)), "the terminal, through tmux")
    raise Refused("tmux keeps it from the terminal.", remedy="Run: tmux set -s set-clipboard on")


def _osc52(encoded: str) -> str:
    return f"{_ESCAPE}]52;c;{encoded}{_BELL}"


def _through_tmux(sequence: str) -> str:
    return f"{_ESCAPE}Ptmux;{sequence.replace(_ESCAPE, _ESCAPE * 2)}{_END_OF_STRING}"


def _through_screen(encoded: str) -> str:
    """In pieces that screen can hold; the terminal gets them as one."""
    whole = _osc52(encoded)
    pieces = (whole[at : at + _SCREEN_CHUNK] for at in range(0, len(whole), _SCREEN_CHUNK))
    return "".join(f"{_ESCAPE}P{piece}{_END_OF_STRING}" for piece in pieces)


def _way_out() -> str:
    return f"{shown('export')} takes it out by a file or a pager."
