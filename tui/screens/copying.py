"""The menu of what can be copied of the thing under the cursor, and what became of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from textual.message import Message

from common.errors import CounterfoilError
from common.paths import client_socket
from common.text import safe
from tui.bindings import Place, bindings
from tui.clipboard import Sending
from tui.drawing.form import Told
from tui.drawing.line import Role
from tui.format import count, cut
from tui.keymap import shown
from tui.screens.choice import Choice, Option
from tui.screens.framed import Framed
from tui.taking import Thing, command_line

Send = Callable[[str], Awaitable[Sending]]
"""Sends a text to the clipboard. Raises Refused where there is none."""

_PREVIEW = 48
_SAID = 30


@dataclass(frozen=True, slots=True)
class _Form:
    """One way to take the thing: *seen* is how it reads on the screen, *text* what is copied.

    *said* is what the message calls it; "" = as it is seen.
    """

    title: str
    seen: str
    text: Callable[[], Awaitable[str]]
    said: str = ""


class CopyMenu(Choice):
    """y once more takes the first."""

    BINDINGS = bindings(Place.COPY)

    def action_take_first(self) -> None:
        self.dismiss("0")


@dataclass
class LinkWanted(Message):
    """The app's *link* is to be copied; *tell* says what became of it."""

    link: str
    tell: Callable[[Told], None]


async def copy_link(wanted: LinkWanted, send: Send) -> None:
    try:
        sent = await send(wanted.link)
    except CounterfoilError as error:
        wanted.tell(Told(str(error), is_error=True))
    else:
        wanted.tell(Told(f"Sent to {sent.to}, if it takes that: the app's link", is_good=True))


def ask_form(screen: Framed, send: Send) -> None:
    """Asks in which form the thing under the cursor is wanted, and sends that."""
    taken = screen.taken()
    if taken is None:
        screen.say("There is nothing to copy here.", Role.WARN)
        return
    forms = _forms(screen, taken(), screen.session.shown_call(taken)())
    options = [Option(str(at), form.title, cut(form.seen, _PREVIEW)) for at, form in enumerate(forms)]
    menu = CopyMenu("Copy", options, lead=f"{shown('copy.first')} takes the first.")

    def chosen(at: str | None) -> None:
        if at is not None:
            screen.run_worker(_sent(screen, forms[int(at)], send), group="copy", exclusive=True)

    screen.open_over(menu, chosen)


async def _sent(screen: Framed, form: _Form, send: Send) -> None:
    try:
        text = await screen.session.ask(form.text)
        sent = await send(text)
    except CounterfoilError as error:
        screen.say(str(error), Role.WARN)
        return
    unmasked = " unmasked" if screen.session.is_masked else ""
    said = cut(form.said or form.seen, _SAID)
    screen.say(f"Sent{unmasked} to {sent.to}, if it takes that: {said}", Role.GOOD)


def _forms(screen: Framed, thing: Thing, seen: Thing) -> list[_Form]:
    """In the order of the menu: values, row or page, JSON, command."""
    forms = [
        _Form(name[0].upper() + name[1:], cut(shown, _PREVIEW), _ready(safe(text)))
        for (name, text), (_, shown) in zip(thing.values, seen.values, strict=True)
        if text
    ]
    if thing.row:
        forms.append(_Form("Row, tab-separated", _row(seen, " · "), _ready(_row(thing, "\t"))))
    elif page := screen.page_text(is_masked=False):
        forms.append(_Form("This page as text", f"{count(page.count(chr(10)))} lines", _ready(page), "this page"))
    forms.append(_Form("JSON", "what the command prints with --json", lambda: _json(thing), "JSON"))
    shown = command_line(seen.command, None)
    return [*forms, _Form("The command that shows it", shown, _ready(_command(screen, thing)))]


def _row(thing: Thing, gap: str) -> str:
    return gap.join(safe(cell) for cell in thing.row)


def _command(screen: Framed, thing: Thing) -> str:
    """With the socket named where the command would not find it by itself."""
    socket = screen.session.client.socket
    return command_line(thing.command, None if socket == client_socket() else socket.absolute())


async def _json(thing: Thing) -> str:
    return (await thing.document()).model_dump_json()


def _ready(text: str) -> Callable[[], Awaitable[str]]:
    async def ready() -> str:
        return text

    return ready
