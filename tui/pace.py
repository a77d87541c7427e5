"""The pace of a slow line: what moves by itself is painted together, every few seconds; what a key does, at once."""

from contextlib import ExitStack

from textual.app import App
from textual.timer import Timer

_EVERY_S = 5.0
# What a key asked for comes within this time, as the page of a list does over a slow line.
_FREE_S = 2.0
# A glimpse lasts until everything that changed is on the screen.
_GLIMPSE_S = 0.1


class Pace:
    """Holds the painting of *app* back, but for a moment after each key and a glimpse every five seconds."""

    def __init__(self, app: App[None]) -> None:
        self._app = app
        self._held = ExitStack()
        self._is_held = False
        self._hold: Timer | None = None

    def begin(self) -> None:
        self._app.set_interval(_EVERY_S, self._glimpse, name="glimpse")
        self.free()

    def free(self, for_s: float = _FREE_S) -> None:
        """Lets everything show from now on, *for_s* seconds long."""
        if self._is_held:
            self._is_held = False
            self._held.close()
            self._app.screen.check_idle()
        if self._hold is not None:
            self._hold.stop()
        self._hold = self._app.set_timer(for_s, self._hold_back, name="hold")

    def _glimpse(self) -> None:
        if self._is_held:
            self.free(_GLIMPSE_S)

    def _hold_back(self) -> None:
        if not self._is_held:
            self._is_held = True
            self._held.enter_context(self._app.batch_update())
