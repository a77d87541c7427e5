"""The pace of a slow line: held back by itself, free after a key, with a glimpse every few seconds."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from textual.app import App

from tui.pace import Pace


class _Clockwork:
    """An app whose timers are rung by hand, and which tells whether it paints."""

    def __init__(self) -> None:
        self.paints = True
        self.glimpse: Callable[[], None] = lambda: None
        self.timers: list[Callable[[], None]] = []
        self.woken = 0
        self.screen = self

    @contextmanager
    def batch_update(self) -> Iterator[None]:
        self.paints = False
        yield
        self.paints = True

    def set_interval(self, every_s: float, ring: Callable[[], None], *, name: str) -> None:
        assert (every_s, name) == (5.0, "glimpse")
        self.glimpse = ring

    def set_timer(self, after_s: float, ring: Callable[[], None], *, name: str) -> "_Timer":
        assert 0 < after_s <= 2
        self.timers.append(ring)
        return _Timer(self, ring)

    def check_idle(self) -> None:
        self.woken += 1

    def ring(self) -> None:
        for ring in self.timers[:]:
            self.timers.remove(ring)
            ring()


class _Timer:
    def __init__(self, app: _Clockwork, ring: Callable[[], None]) -> None:
        self._app, self._ring = app, ring

    def stop(self) -> None:
        if self._ring in self._app.timers:
            self._app.timers.remove(self._ring)


def _begun() -> tuple[_Clockwork, Pace]:
    app = _Clockwork()
    pace = Pace(cast(App[Any], app))
    pace.begin()
    return app, pace


def test_what_comes_first_shows_at_once_and_then_all_waits() -> None:
    app, _ = _begun()
    assert app.paints

    app.ring()

    assert not app.paints


def test_a_key_frees_the_screen_for_a_moment() -> None:
    app, pace = _begun()
    app.ring()

    pace.free()

    assert app.paints
    assert app.woken == 1
    app.ring()
    assert not app.paints


def test_keys_in_quick_succession_are_followed_by_one_rest() -> None:
    app, pace = _begun()

    for _ in range(5):
        pace.free()

    assert len(app.timers) == 1


def test_a_glimpse_shows_what_moved_and_ends() -> None:
    app, _ = _begun()
    app.ring()

    app.glimpse()

    assert app.paints
    app.ring()
    assert not app.paints


def test_a_glimpse_does_not_cut_short_what_a_key_freed() -> None:
    app, pace = _begun()
    app.ring()
    pace.free()
    (hold,) = app.timers

    app.glimpse()

    assert app.timers == [hold]
