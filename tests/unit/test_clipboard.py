"""Text on its way to a clipboard: straight, through tmux, through screen, or refused."""

import base64
from collections.abc import Mapping

import pytest

from common.errors import Refused
from tui.clipboard import MOST_ENCODED, TmuxOptions, sending, tmux_options

_TMUX = {"TERM": "tmux-256color", "TMUX": "/tmp/tmux-0/default,1,0"}


def _told(set_clipboard: str, allow_passthrough: str = "off"):  # type: ignore[no-untyped-def]
    async def told(_: Mapping[str, str]) -> TmuxOptions | None:
        return TmuxOptions(set_clipboard, allow_passthrough)

    return told


async def _silent(_: Mapping[str, str]) -> TmuxOptions | None:
    return None


async def test_a_terminal_gets_osc_52() -> None:
    sent = await sending("añn", {"TERM": "xterm-256color"})

    assert sent.sequence == f"\x1b]52;c;{base64.b64encode('añn'.encode()).decode()}\a"
    assert sent.to == "the terminal's clipboard"


@pytest.mark.parametrize("passthrough", ["on", "off"])
async def test_a_tmux_that_takes_it_gets_it_as_it_is(passthrough: str) -> None:
    sent = await sending("x", _TMUX, _told("on", passthrough))

    assert sent.sequence == "\x1b]52;c;eA==\a"


@pytest.mark.parametrize("passthrough", ["on", "all", ""])
async def test_a_tmux_that_lets_through_is_gone_through(passthrough: str) -> None:
    sent = await sending("x", _TMUX, _told("external", passthrough))

    assert sent.sequence == "\x1bPtmux;\x1b\x1b]52;c;eA==\a\x1b\\"


@pytest.mark.parametrize("set_clipboard", ["external", "off"])
async def test_a_tmux_that_keeps_it_is_told_of_with_what_changes_that(set_clipboard: str) -> None:
    with pytest.raises(Refused) as refused:
        await sending("x", _TMUX, _told(set_clipboard))

    assert refused.value.message == "tmux keeps it from the terminal."
    assert refused.value.remedy == "Run: tmux set -s set-clipboard on"


async def test_a_tmux_that_does_not_answer_gets_it_with_a_doubt() -> None:
    sent = await sending("x", _TMUX, _silent)

    assert (sent.sequence, sent.to) == ("\x1b]52;c;eA==\a", "tmux, which does not answer")


async def test_a_machine_without_tmux_has_nobody_to_ask() -> None:
    assert await tmux_options({"PATH": "/nowhere", "TMUX": "/nowhere,1,0"}) is None


async def test_screen_gets_pieces_that_it_can_hold() -> None:
    text = "y" * 5000

    sent = await sending(text, {"TERM": "screen", "STY": "1.pts"})

    pieces = sent.sequence.removeprefix("\x1bP").removesuffix("\x1b\\").split("\x1b\\\x1bP")
    assert max(map(len, pieces)) <= 768 - 4
    assert "".join(pieces) == f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\a"


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"TERM": "linux"}, "linux"),
        ({"TERM": "dumb"}, "dumb"),
        ({}, "TERM is not set"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, "Apple_Terminal"),
    ],
)
async def test_a_terminal_without_a_clipboard_is_named_with_the_way_out(environ: dict[str, str], named: str) -> None:
    with pytest.raises(Refused) as refused:
        await sending("x", environ)

    assert named in refused.value.message
    assert refused.value.remedy == "e takes it out by a file or a pager."


async def test_a_far_tmux_may_keep_it_and_that_is_said() -> None:
    sent = await sending("x", {"TERM": "tmux-256color"})

    assert "needs set-clipboard on" in sent.to


async def test_what_terminals_would_drop_is_refused_with_the_numbers() -> None:
    fits = "x" * (MOST_ENCODED // 4 * 3)

    await sending(fits, {"TERM": "xterm"})
    with pytest.raises(Refused, match=r"74,996 characters once encoded, and terminals take 74,994"):
        await sending(fits + "x", {"TERM": "xterm"})
