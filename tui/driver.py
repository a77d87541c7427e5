"""The terminal's input and output: Textual's driver, which endures bytes that are no text and ends with its line."""

import select
import threading
from contextlib import suppress

from textual.drivers.linux_driver import LinuxDriver

from tui.thrift import thrifty
from tui.widths import held_in_place

_LOOK_MS = 500


class EnduringDriver(LinuxDriver):
    _is_hung_up = False

    def run_input_thread(self) -> None:
        """Reads keys until the app ends.

        What is read together with a byte that is no UTF-8 (a pasted file, noise on the line) is left out whole:
        Textual's own reader ends the app over it.
        """
        threading.Thread(target=self._watch_the_line, daemon=True, name="hang-up").start()
        while not self.exit_event.is_set():
            with suppress(UnicodeDecodeError):
                super().run_input_thread()

    def write(self, data: str) -> None:
        if not self._is_hung_up:  # nobody takes it any more, and who waits for that never ends
            super().write(thrifty(held_in_place(data)))

    def _watch_the_line(self) -> None:
        """Ends the app when the terminal is gone, and the reading when the program is: it would read for ever."""
        line = select.poll()
        line.register(self.fileno, 0)
        while not self.exit_event.is_set():
            if line.poll(_LOOK_MS):
                self._is_hung_up = True
                with suppress(RuntimeError):  # the app is over already
                    self._app.call_from_thread(self._app.exit, return_code=1)
            if self._is_hung_up or not threading.main_thread().is_alive():
                self.exit_event.set()
