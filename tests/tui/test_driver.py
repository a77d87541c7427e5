"""Bytes on the terminal's line, as the driver hears them."""

import asyncio
import fcntl
import os
import struct
import termios
import time
from collections.abc import Iterator

import pytest
from textual.app import App
from textual.events import Key
from textual.message import Message

from tui.driver import EnduringDriver

_DEADLINE_S = 10


class _Listening(EnduringDriver):
    """Reads from *fileno*; q ends it."""

    def __init__(self, fileno: int) -> None:
        super().__init__(App())
        self.fileno = fileno
        self.keys: list[str] = []

    def process_message(self, message: Message) -> None:
        if isinstance(message, Key):
            self.keys.append(message.key)
            if message.key == "q":
                self.exit_event.set()


@pytest.fixture
def line() -> Iterator[tuple[int, int]]:
    """The reading and the writing end."""
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


def _until_read(fileno: int) -> None:
    deadline = time.monotonic() + _DEADLINE_S
    while struct.unpack("i", fcntl.ioctl(fileno, termios.FIONREAD, b"\0" * 4)) != (0,):
        assert time.monotonic() < deadline, "nobody reads"
        time.sleep(0.01)


@pytest.mark.parametrize("noise", [b"\xff\xfe", b"\xc3\x28", b"a\x80", b"\xed\xa0\x80"])
async def test_bytes_that_are_no_text_do_not_end_the_ui(line: tuple[int, int], noise: bytes) -> None:
    reading, writing = line
    driver = _Listening(reading)
    listening = asyncio.create_task(asyncio.to_thread(driver.run_input_thread))

    async with asyncio.timeout(_DEADLINE_S):
        os.write(writing, noise)
        await asyncio.to_thread(_until_read, reading)
        os.write(writing, b"q")
        await listening

    assert driver.keys == ["q"]
