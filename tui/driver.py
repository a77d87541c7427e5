"""The terminal's input and output: Textual's driver, which goes on reading after bytes that are no text."""

from contextlib import suppress

from textual.drivers.linux_driver import LinuxDriver


class EnduringDriver(LinuxDriver):
    def run_input_thread(self) -> None:
        """Reads keys until the app ends.

        What is read together with a byte that is no UTF-8 (a pasted file, noise on the line) is left out whole:
        Textual's own reader ends the app over it.
        """
        while not self.exit_event.is_set():
            with suppress(UnicodeDecodeError):
                super().run_input_thread()
