"""e on a text: the pager gets all of it, and the terminal is as it was, whatever the pager did to it."""

import os
import shlex
import sys
from pathlib import Path

import pytest

from common.errors import Refused
from tests.support.fake_daemon import FakeDaemon
from tests.support.terminal import Terminal
from tests.support.ui import ui_on
from tui.pager import pager_in


async def test_a_pager_that_leaves_the_terminal_raw_leaves_it_so_to_nobody(daemon: FakeDaemon, tmp_path: Path) -> None:
    pager = "cat > seen; stty raw -echo < /dev/tty; printf 'paged\\033[31m'"
    ui = shlex.join([sys.executable, "-m", "tui", "--socket", str(daemon.socket)])
    environment = {
        "PYTHONPATH": os.pathsep.join(sys.path),
        "XDG_STATE_HOME": str(tmp_path),
        "PAGER": shlex.join(["sh", "-c", pager]),
    }
    async with Terminal(["sh", "-c", f"{ui}; stty -a"], environment) as terminal:
        await terminal.until("ann@example.com")
        terminal.send("6")
        await terminal.until("Webhooks")

        terminal.send("e")
        await terminal.until("paged\x1b[31m")
        back = len(terminal.written)
        await terminal.until("Webhooks", since=back)
        terminal.send("q")
        await terminal.until("icanon", since=back)

        assert b"-icanon" not in terminal.written
    assert "inbox" in (tmp_path / "seen").read_text("utf-8")


async def test_a_pager_that_is_not_there_is_named(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="status", environ={"PAGER": "no-such-pager -x", "PATH": "/nowhere"}) as ui:
        await ui.until("── Daemon", "● live")

        await ui.press("e")

        await ui.until("PAGER names no-such-pager, which is not installed. Set PAGER to")


def test_less_does_not_end_at_once_when_a_text_is_short() -> None:
    assert pager_in({"PAGER": f"{sys.executable} -u"}) == [sys.executable, "-u"]
    assert pager_in({"PAGER": "less -R", "PATH": os.environ["PATH"]}) == ["less", "-R", "-+F"]


def test_a_pager_that_is_no_command_is_refused() -> None:
    with pytest.raises(Refused, match="PAGER is no command"):
        pager_in({"PAGER": "less '"})
