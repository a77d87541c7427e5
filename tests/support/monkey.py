"""A monkey at the keyboard: presses, types, clicks and resizes, while the daemon lags, fails and tells news."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random

from rich.cells import cell_len
from textual import events

from common import routes
from common.contacts import ContactDetail
from common.errors import CounterfoilError, NotFound, Refused, TryLater
from common.events import What
from common.sync import RunState
from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_data import NOW, dead_delivery, delivery, health_item, people, run
from tests.support.ui import Ui
from tui.bindings import KEYS

_LEAVING = ("quit", "quit.now")
_LETTERS = "abcxyzABC0123456789 .:,@#%&*()[]{}<>=\"'/\\|~`^$!_-+;éß直子😀e\u0301"
_WORDS = (
    ":total_orders > 2", "ann", "bob@example.org", "vip", "abc123", "order_total > 5 and (", "1204", "nobody at all",
    "a\x1b[31mb\u202ec", "x" * 600, "直" * 90, "[red]no[/red]", "line one\nline two",
)  # fmt: skip
_SIGNS = {"question_mark": "?", "slash": "/", "colon": ":", "asterisk": "*", "minus": "-", "space": " "}
_ENDPOINTS = [value for value in vars(routes).values() if isinstance(value, routes.Endpoint)]
_FAILURES: tuple[CounterfoilError, ...] = (
    TryLater("The database is being restored."),
    Refused("That is not possible now.", remedy="Wait a little, or choose another one."),
    NotFound("There is no such thing."),
)
_LAGS_S = (0.0, 0.02, 0.2, 5.0)


class Monkey:
    """Plays with *ui*, and with the *daemon* behind it, as *dice* fall. `trail` is what it did."""

    def __init__(self, ui: Ui, daemon: FakeDaemon, dice: Random) -> None:
        self._ui = ui
        self._daemon = daemon
        self._dice = dice
        self._keys = sorted(_keys())
        self._seen = 0
        self.trail: list[str] = []

    async def play(self, acts: int) -> None:
        """Does so many things, and looks after each whether all is well."""
        for _ in range(acts):
            act = self._dice.choices(_ACTS, _WEIGHTS)[0]
            await act(self)
            await self._ui.when(self._fits)
            self.look()

    def _fits(self) -> bool:
        """Whether what is shown has room in the terminal; a moment after it was resized it may not."""
        lines = self._ui.text.splitlines()
        width, height = self._ui.app.screen.size
        return len(lines) <= height and not any(cell_len(line) > width for line in lines)

    def look(self) -> None:
        """Fails where the UI is at fault."""
        app = self._ui.app
        assert app._exception is None, self._told(repr(app._exception))
        assert not app._exit, self._told("it left")

    def _told(self, what: str) -> str:
        return f"{what}\nafter {self.trail[-40:]}\n{self._ui.text}"

    async def calm_down(self) -> None:
        """The daemon answers again, at once; the terminal is of the usual size."""
        self._daemon.failures.clear()
        self._daemon.delay_s.clear()
        await self._daemon.start_again()
        await self._ui.pilot.resize_terminal(80, 24)
        await self._ui.when(lambda: self._ui.app.screen.size == (80, 24))

    def _did(self, what: str) -> None:
        self.trail.append(what)

    async def _comes(self, *pressed: events.Event) -> None:
        """One after the other, without waiting for what comes of each: a person may be quicker than that."""
        for event in pressed:
            self._ui.app.post_message(event)
        await self._ui.pilot.pause(0)

    async def _press(self, *keys: str) -> None:
        self._did(" ".join(keys))
        await self._comes(*(events.Key(key, _SIGNS.get(key, key if len(key) == 1 else None)) for key in keys))

    async def press(self) -> None:
        await self._press(self._dice.choice(self._keys))

    async def press_quickly(self) -> None:
        await self._press(*self._dice.choices(self._keys, k=self._dice.randint(2, 6)))

    async def go_on(self) -> None:
        await self._press(self._dice.choice(("enter", "enter", "down", "down", "tab", "right", "ctrl+s")))

    async def step_back(self) -> None:
        await self._press("escape")

    async def type_letters(self) -> None:
        await self._press(*self._dice.choices(_LETTERS, k=self._dice.randint(1, 8)))

    async def paste(self) -> None:
        word = self._dice.choice(_WORDS)
        self._did(f"pastes {word[:20]!r}")
        await self._comes(events.Paste(word))

    async def resize(self) -> None:
        size = self._dice.randint(60, 200), self._dice.randint(20, 60)
        self._did(f"{size[0]}x{size[1]}")
        await self._ui.pilot.resize_terminal(*size)

    async def click(self) -> None:
        width, height = self._ui.app.size
        spot = self._dice.randrange(width), self._dice.randrange(height)
        self._did(f"clicks {spot}")
        await self._ui.pilot.click(offset=spot, times=self._dice.choice((1, 1, 2)))

    async def lag(self) -> None:
        endpoint, lag_s = self._dice.choice(_ENDPOINTS), self._dice.choice(_LAGS_S)
        self._did(f"{endpoint.path} takes {lag_s} s")
        self._daemon.delay_s[endpoint] = lag_s

    async def fail(self) -> None:
        endpoint, failure = self._dice.choice(_ENDPOINTS), self._dice.choice(_FAILURES)
        self._did(f"{endpoint.path} fails: {failure}")
        self._daemon.failures[endpoint] = failure

    async def mend(self) -> None:
        self._did("answers are as usual")
        self._daemon.failures.clear()
        self._daemon.delay_s.clear()

    async def tell(self) -> None:
        """One of the facts that a daemon tells; some of them are true."""
        daemon, dice = self._daemon, self._dice
        what = dice.choice(list(What))
        self._did(f"news of {what}")
        match dice.randrange(8):
            case 0 | 1:
                daemon.push_changed(what, dice.randint(1, 9), store=dice.choice(("abc123", "xyz789", "gone", "")))
            case 2:
                daemon.replace_contact(self._somebody())
                daemon.push_changed(What.CONTACT, dice.randint(1, 40))
            case 3:
                daemon.push_run(run(dice.randint(5, 9), state=dice.choice(list(RunState))))
            case 4:
                daemon.push_health([health_item()] if dice.random() < 0.5 else [])
            case 5:
                daemon.push_resync()
            case 6:
                make = dice.choice((delivery, dead_delivery))
                daemon.replace_delivery(make(dice.randint(1, 60), "order 9", received_at=NOW))
            case _:
                daemon.contacts = daemon.contacts[: dice.randint(1, 40)]
                daemon.push_changed(What.CONTACT)

    def _somebody(self) -> ContactDetail:
        return self._dice.choice(people(40, seed=self._dice.randint(1, 5)))

    async def stop_daemon(self) -> None:
        self._did("the daemon stops")
        await self._daemon.stop()

    async def start_daemon(self) -> None:
        self._did("the daemon starts")
        await self._daemon.start_again()

    async def rest(self) -> None:
        self._did("rests")
        await asyncio.sleep(self._dice.choice((0.0, 0.05, 0.3)))


_Act = Callable[[Monkey], Awaitable[None]]
_HABITS: dict[_Act, int] = {
    Monkey.press: 40,
    Monkey.press_quickly: 10,
    Monkey.go_on: 20,
    Monkey.step_back: 6,
    Monkey.type_letters: 6,
    Monkey.paste: 3,
    Monkey.resize: 5,
    Monkey.click: 6,
    Monkey.lag: 2,
    Monkey.fail: 3,
    Monkey.mend: 2,
    Monkey.tell: 6,
    Monkey.stop_daemon: 1,
    Monkey.start_daemon: 2,
    Monkey.rest: 2,
}
_ACTS, _WEIGHTS = list(_HABITS), list(_HABITS.values())


def _keys() -> set[str]:
    """Those of the table, in whatever place, but for what would end the play."""
    known = [key for keys in KEYS.values() for key in keys]
    leaving = {one for key in known if key.id in _LEAVING for one in key.keys.split(",")}
    return {one for key in known for one in key.keys.split(",")} - leaving
