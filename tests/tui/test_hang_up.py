"""A terminal that goes away, as an SSH connection does that breaks, while its program is deaf to the signal of it."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from tests.support.terminal import Terminal

pytestmark = pytest.mark.slow

_DEAF = "import signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN); sys.argv[1:] = ['--socket', 'none.sock']; "


async def test_the_ui_ends_when_its_terminal_is_gone(tmp_path: Path) -> None:
    words = [sys.executable, "-c", f"{_DEAF} from tui.__main__ import main; main()"]
    environment = {"PYTHONPATH": os.pathsep.join(sys.path), "XDG_STATE_HOME": str(tmp_path)}
    async with Terminal(words, environment) as terminal:
        await terminal.until("Contacts")

        terminal.hang_up()

        async with asyncio.timeout(20):
            assert await terminal.ended() is not None
