"""Screens on a stack: each opens one other at a time, and goes once, however quick the keys are."""

from collections.abc import Callable
from typing import TypeVar

from textual import events
from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen, Screen

Result = TypeVar("Result")
Answer = TypeVar("Answer")


class Stacked(Screen[Result]):
    """A message asks for what a key wants, and comes after the next key: by then the screen may not be the top one."""

    _is_gone = False
    _is_to_go: tuple[Result | None] | None = None  # with what, once nothing lies over it any more

    async def on_event(self, event: events.Event) -> None:
        """Leaves out a size that the terminal no longer has.

        A layout of another size than before tells the screen of it in turn: two sizes in its queue would take turns
        without end.
        """
        if not isinstance(event, events.Resize) or event.size == self.app.size:
            await super().on_event(event)

    def open_over(self, screen: Screen[Answer], then: Callable[[Answer | None], None] | None = None) -> None:
        """Puts *screen* over this one, unless something else is on show already. *then* is given what it answers."""
        if self.is_active:
            self.app.push_screen(screen, then)

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        if self._is_gone:
            return AwaitComplete()
        if not self.is_active:
            self._is_to_go = (result,)
            return AwaitComplete()
        self._is_gone = True
        return super().dismiss(result)

    def on_screen_resume(self) -> None:
        if self._is_to_go is not None:
            self.dismiss(*self._is_to_go)


class Dialog(ModalScreen[Result], Stacked[Result]):
    """Asks for one thing, over the screen that wants to know it."""

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        leaving = super().dismiss(result)
        if self._is_gone:  # and its parts, one by one: what is looked up for them finds them no more
            self.workers.cancel_node(self)
        return leaving
