"""The guide's steps as lines: what is needed, which store, the token or the app's link."""

from collections.abc import Sequence

from common.connecting import AppLink, Connecting, WantedScope
from common.times import MINUTE_S, duration
from tui.drawing.line import BLANK, Line, Role, Span, heading, line, wrapped
from tui.drawing.said import LOADING
from tui.format import cut, fit
from tui.guide import Act, Journey, Step
from tui.keymap import with_keys

_SCOPE_CELLS = 34
_TITLE_CELLS = 15
_ONE_LINE_FROM = 76


def step_line(journey: Journey, width: int) -> Line:
    """✓ 1 What is needed  ✓ 2 Store  ▸ 3 Token  · 4 Scopes  · 5 First sync; in short where it is narrow."""
    steps = journey.steps
    current = steps.index(journey.step)
    spans: list[Span] = []
    for at, step in enumerate(steps):
        sign, role = ("✓", Role.GOOD) if at < current else ("▸", Role.ACCENT) if at == current else ("·", Role.FAINT)
        title_role = Role.STRONG if at == current else Role.MUTED
        spans += [Span("  ") if spans else Span(""), Span(f"{sign} ", role), Span(f"{at + 1} {step}", title_role)]
    whole = line(" ", *spans)
    if whole.width <= width:
        return whole
    told = f" Step {current + 1} of {len(steps)}"
    return line(Span(told, Role.MUTED), Span(" ▸ ", Role.ACCENT), Span(str(journey.step), Role.STRONG))


def needs_lines(needs: Connecting | None, width: int) -> list[Line]:
    """What it takes, where to get it, and what the store can reach."""
    if needs is None:
        return [line(Span(f"◌ {LOADING.title}", Role.MUTED))]
    return [
        *wrapped("Counterfoil reads a store, and writes nothing into it but its webhooks.", width),
        BLANK,
        heading("Which way in", width),
        *choice(Act.BY_ACCOUNT, "With a token", "of an API account that the store's owner makes: the usual way", width),
        *choice(Act.BY_APP, "By an app", _app_note(needs.app), width),
        BLANK,
        heading("Where to make the token", width),
        *wrapped(
            "In the store's control panel: Settings → Store-level API accounts. It gives an access token, a client "
            "secret, and an API path in which the store's hash stands. The scopes of an account never change: for "
            "others make another one.",
            width,
        ),
        BLANK,
        heading("Scopes", width, "● required  ○ optional; read-only is enough"),
        *(one for scope in needs.scopes for one in _wanted(scope, width)),
        BLANK,
        heading("Webhooks", width, "changes as they happen"),
        *_reach(needs, width),
    ]


def choice(act: Act, title: str, note: str, width: int, *, title_cells: int = _TITLE_CELLS) -> list[Line]:
    """A line to open, with a note beside it, or below it where it is narrow."""
    if width >= _ONE_LINE_FROM:
        first, *more = wrapped(cut(note, 400), width - title_cells, Role.MUTED) or [BLANK]
        beside = [line(Span(" " * title_cells), *one.spans) for one in more]
        return [line(Span(fit(title, title_cells), Role.STRONG), *first.spans, target=act), *beside]
    below = [line("  ", *one.spans) for one in wrapped(cut(note, 400), width - 2, Role.MUTED)]
    return [line(Span(cut(title, width), Role.STRONG), target=act), *below]


def _app_note(app: AppLink) -> str:
    if app.link:
        return "installed in the store by a link; nothing has to be typed"
    return f"not set up here: {not_set(app.missing)}"


def not_set(names: Sequence[str]) -> str:
    """ "A is not set", "A and B are not set"."""
    *before, last = names
    return f"{', '.join(before)} and {last} are not set" if before else f"{last} is not set"


def _wanted(scope: WantedScope, width: int) -> list[Line]:
    sign, role = ("●", Role.ACCENT) if scope.required else ("○", Role.MUTED)
    first = [Span(f"{sign} ", role), Span(fit(scope.scope, _SCOPE_CELLS))]
    if width >= _ONE_LINE_FROM:
        return [line(*first, Span(f" {cut(scope.feeds, width - _SCOPE_CELLS - 3)}", Role.MUTED))]
    return [line(*first), line(Span(f"  {cut(scope.feeds, width - 2)}", Role.MUTED))]


def _reach(needs: Connecting, width: int) -> list[Line]:
    if needs.public_url:
        text = f"The store calls {cut(needs.public_url, 200)}: orders, customers and carts come as they happen."
        return signed("●", Role.GOOD, text, width)
    every = duration(needs.catch_up_minutes * MINUTE_S)
    by_itself = (
        f"what changes is read every {every}" if needs.catch_up_minutes else "what changes is read by syncs only"
    )
    text = (
        f"COUNTERFOIL_PUBLIC__URL is not set: the store cannot call. All else works: {by_itself}. Abandoned carts come "
        "by webhook only. To have them, set it to the https address of your reverse proxy, restart the daemon and "
        "press {refresh}."
    )
    return signed("!", Role.WARN, with_keys(text), width)


def signed(sign: str, role: Role, text: str, width: int) -> list[Line]:
    """*text* (safe already) with *sign* before its first line."""
    rows = wrapped(text, width - 2)
    return [line(Span(f"{sign} " if at == 0 else "  ", role), *row.spans) for at, row in enumerate(rows)]


def store_lines(width: int) -> list[Line]:
    return [
        *wrapped("Which store? Its hash, or any address that holds it, like one of these:", width),
        BLANK,
        *(
            line(Span(f"  {cut(example, width - 2)}", Role.MUTED))
            for example in (
                "abc123xyz",
                "https://store-abc123xyz.mybigcommerce.com/manage",
                "https://api.bigcommerce.com/stores/abc123xyz/v3/",
            )
        ),
        BLANK,
    ]


def token_lines(width: int) -> list[Line]:
    return [
        *wrapped(
            "The access token of the API account: pasted here, where it is not shown, or in a file. It goes to the "
            "daemon over its socket only, and is kept encrypted.",
            width,
        ),
        BLANK,
    ]


def install_lines(app: AppLink, width: int) -> list[Line]:
    """The app's link, to be opened in a browser that is logged in to the store."""
    return [
        *wrapped("Open this link in a browser that is logged in to the store, and agree to what it asks:", width),
        BLANK,
        *_whole(app.link, Role.ACCENT, width, target=Act.COPY_LINK),
        BLANK,
        *wrapped("Its auth callback must be registered as:", width, Role.MUTED),
        *_whole(app.callback, Role.TEXT, width),
        BLANK,
        line(Span("◌ ", Role.ACCENT), "Waiting for the store…"),
        *wrapped(
            with_keys("{open} or {guide.copy} copies the link. The store appears here by itself."), width, Role.MUTED
        ),
    ]


def _whole(link: str, role: Role, width: int, *, target: Act | None = None) -> list[Line]:
    """*link* on as many lines as it takes: it has to be copied, so nothing is left out."""
    shown = cut(link, 2000)
    parts = [shown[at : at + width] for at in range(0, len(shown), width)]
    return [line(Span(part, role), target=None if at else target) for at, part in enumerate(parts)]


def page_lines(journey: Journey, width: int) -> list[Line]:
    """The text of the step a person is at, for the steps before the store has answered."""
    match journey.step:
        case Step.STORE:
            return store_lines(width)
        case Step.TOKEN:
            return token_lines(width)
        case Step.INSTALL if journey.needs is not None:
            return install_lines(journey.needs.app, width)
        case _:
            return needs_lines(journey.needs, width)
