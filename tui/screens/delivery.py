"""One delivery on the whole screen, and the question before a replay."""

from collections.abc import Sequence
from functools import partial

from textual.app import ComposeResult

from common.inbox import DeliveryDetail, Replayed, ReplayRequest
from tui import taking
from tui.bindings import Place, bindings
from tui.drawing.contact import OrderTarget
from tui.drawing.delivery import delivery_lines
from tui.drawing.line import Role
from tui.format import count, cut
from tui.screens.choice import Choice, Option
from tui.screens.framed import Framed
from tui.screens.order import OrderScreen
from tui.screens.trace import TraceScreen
from tui.session import InboxMoved, Session
from tui.taking import Taken
from tui.widgets.lines_view import LinesView

_YES = "yes"


class ReplayKeys(Framed):
    """What the keys do on a screen with deliveries."""

    def show_delivery(self, view: LinesView, delivery: DeliveryDetail, *, from_top: bool = False) -> None:
        name = self.session.store_name(delivery.store)
        view.show(partial(delivery_lines, delivery, name, self.session.now()), from_top=from_top)

    def replayed(self) -> None:
        """Called when a replay has been done."""

    def ask_replay(self, ids: Sequence[int], title: str) -> None:
        """Asks whether the deliveries with *ids* are to be worked in again, and does it."""
        if why := self.why_not("inbox.replay"):
            self.say(why, Role.WARN)
            return
        lead = "What they named is fetched anew from the store and applied. Pending ones are left as they are."
        options = [Option(_YES, title), Option("no", "Not now")]

        def chosen(answer: str | None) -> None:
            if answer == _YES:
                request = ReplayRequest(ids=list(ids))
                self.ask(partial(self.session.client.replay, request), self._replayed, group="replay")

        self.open_over(Choice(f"{title}?", options, lead=lead), chosen)

    def _replayed(self, done: Replayed) -> None:
        if done.left and not done.replayed:
            self.say(f"Not replayed. {done.left[0].why}", Role.WARN)
            return
        noun = "delivery is" if done.replayed == 1 else "deliveries are"
        left = f"; {count(len(done.left))} left as they are" if done.left else ""
        self.say(f"{count(done.replayed)} {noun} pending again{left}.", Role.GOOD)
        self.replayed()

    def on_lines_view_opened(self, message: LinesView.Opened) -> None:
        if isinstance(message.target, OrderTarget):
            self.open_over(OrderScreen(self.session, message.target.store, message.target.number))


def replay_title(resource: str, number: int) -> str:
    """What is to be done: "Replay order 1204" or "Replay 3 deliveries"."""
    return f"Replay {cut(resource, 30)}" if number == 1 else f"Replay {count(number)} deliveries"


class DeliveryScreen(ReplayKeys):
    MODE = "inbox"
    PLACES = (Place.DELIVERY, Place.LINES)
    BINDINGS = bindings(Place.DELIVERY)

    def __init__(self, session: Session, delivery_id: int) -> None:
        super().__init__(session)
        self._delivery_id = delivery_id
        self._resource = ""
        self._delivery: DeliveryDetail | None = None

    def body(self) -> ComposeResult:
        yield LinesView(id="content")

    def read(self) -> None:
        self.ask_again(self._ask, self._shown, group="delivery")

    async def _ask(self) -> DeliveryDetail:
        return await self.session.client.delivery(self._delivery_id)

    def taken(self) -> Taken | None:
        return partial(taking.delivery, self._delivery, self._ask) if self._delivery else None

    def _shown(self, delivery: DeliveryDetail) -> None:
        self._delivery = delivery
        self._resource = delivery.resource or delivery.scope
        self.show_delivery(self.query_one(LinesView), delivery)
        self.stand_back()

    def on_inbox_moved(self, _: InboxMoved) -> None:
        self.read_soon()

    def action_trace(self) -> None:
        self.app.push_screen(TraceScreen(self.session, self._delivery_id))

    def action_replay(self) -> None:
        self.ask_replay([self._delivery_id], replay_title(self._resource, 1))
