"""The builder: a rule as a tree with live counts, the contacts it holds for, and its text; each follows the others."""

import asyncio
from functools import partial

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.events import Resize
from textual.timer import Timer
from textual.widgets import TextArea

from common.contacts import ContactQuery, ContactRow
from common.errors import CounterfoilError, DaemonUnreachable
from common.segments.answers import PreviewQuery, Segment
from common.segments.edits import Join, Path, denied, is_in_order, joined, part_at, replaced, turned, without
from common.segments.language import parsed, written
from common.segments.rules import Condition, Everyone, Rule
from tui import taking
from tui.bindings import Place, bindings
from tui.drawing.line import Role
from tui.drawing.notices import NOBODY
from tui.drawing.rule import RuleView, rule_lines
from tui.keymap import shown
from tui.pages import Pages
from tui.rule_counts import RuleCounts
from tui.screens.condition import chosen_condition, edited_condition
from tui.screens.contact import ContactScreen
from tui.screens.framed import SIDE_BY_SIDE_FROM
from tui.screens.kept_rule import KeptRuleScreen
from tui.screens.why import WhyScreen
from tui.session import Session
from tui.taking import Taken
from tui.widgets.contact_list import ContactList
from tui.widgets.count_bar import ContactCount
from tui.widgets.lines_view import LinesView
from tui.widgets.notice import Notice
from tui.widgets.row_list import RowList
from tui.widgets.rule_text import RuleText
from tui.widgets.search_box import SearchBox

# Between two keys of quick typing nothing is counted.
_TYPING_S = 0.15
# Counts follow the data once in so long, and take at most a fifth of the time of whoever counts.
_COUNT_AGAIN_S = 3.0
_PAUSE_SHARE = 4


class BuilderScreen(KeptRuleScreen):
    MODE = "segments"
    PLACES = (Place.BUILDER, Place.RULE_TEXT, Place.PICKER, Place.VALUES, Place.OPTIONS, Place.LINES)
    BINDINGS = bindings(Place.BUILDER)

    def __init__(
        self, session: Session, rule: str = "everyone", *, kept: Segment | None = None, name: str = ""
    ) -> None:
        """*rule* is a text that reads as one, that of the segment *kept* where it is saved."""
        super().__init__(session, parsed(rule), kept=kept, name=name)
        self.list_query = self._query_of(self.rule)
        self._counts = RuleCounts()
        self._is_counting = False
        self._has_moved = False  # the data, since the counts were begun
        self._next_count: Timer | None = None
        self._counted_in_s = 0.0
        self._shows_found = False  # on a narrow terminal: the contacts, instead of the tree

    def body(self) -> ComposeResult:
        with Vertical(id="content"):
            with Horizontal(id="panes"):
                yield LinesView(id="tree")
                with Vertical(id="found"):
                    yield ContactCount()
                    yield SearchBox(id="search")
                    yield Notice(id="no-match")
                    yield ContactList(self.list_query, id="contacts")
            yield RuleText()

    @property
    def page(self) -> LinesView | None:
        """What is taken out are the contacts."""
        return None

    @property
    def rule_tree(self) -> LinesView:
        return self.query_one("#tree", LinesView)

    @property
    def text(self) -> RuleText:
        return self.query_one(RuleText)

    @property
    def is_side_by_side(self) -> bool:
        return self.size.width >= SIDE_BY_SIDE_FROM

    @property
    def path(self) -> Path:
        """The part of the rule that the cursor is on."""
        target = self.rule_tree.target
        return target if isinstance(target, tuple) else ()

    def on_mount(self) -> None:
        self.text.text = written(self.rule)
        self._draw_tree()
        self.query_one(ContactCount).display = False
        self.stand_back()

    def failed(self, error: CounterfoilError) -> None:
        """What each count would say again while the daemon is away, the banner says already."""
        if self.session.is_live or not isinstance(error, DaemonUnreachable):
            super().failed(error)
        self.query_one(ContactCount).is_busy = False

    def show_or_stand_in(self, pages: Pages[ContactQuery, ContactRow]) -> None:
        """The rule is there in any case; only the list gives way."""
        nobody = self.query_one("#no-match", Notice)
        nobody.said = NOBODY if self.is_filtered else self.nothing()
        nobody.display = not pages.total
        self.row_list.display = bool(pages.total)
        self.query_one(ContactCount).display = True

    def on_resize(self, _: Resize) -> None:
        self._show_panes()

    def _show_panes(self) -> None:
        both = self.is_side_by_side
        self.rule_tree.display = both or not self._shows_found
        self.query_one("#found").display = both or self._shows_found
        self.query_one("#found").set_class(both, "-beside")

    def focus_content(self) -> None:
        self.rule_tree.focus()

    def read(self) -> None:
        super().read()
        self._has_moved = True
        if self._next_count is None:
            self._count_again()

    def read_anew(self) -> None:
        super().read_anew()
        self._counts.age()
        self._count()

    # The rule ------------------------------------------------------------------------------------------------------

    def on_text_area_changed(self, message: TextArea.Changed) -> None:
        """The tree follows the text as far as that is a rule; until then it stays and says what is wrong."""
        typed = message.text_area.text
        try:
            rule = parsed(typed)
        except CounterfoilError as error:
            self._show_fault(str(error) if typed.strip() else "")
            return
        self._show_fault("")
        if rule != self.rule:
            self._take(rule)

    def _show_fault(self, fault: str) -> None:
        """Below the tree; where that has no room beside the contacts, above the keys."""
        before, self.fault = self.fault, fault
        if not self.rule_tree.display and fault != before:
            self.say(fault, Role.WARN)
        self._draw_tree()

    def _change(self, rule: Rule, path: Path | None = None) -> None:
        """Another rule, made in the tree; the text follows."""
        self.fault = ""
        self._take(rule)
        self.text.text = written(rule)
        if path is not None:
            self.rule_tree.rest_on(path)

    def _take(self, rule: Rule) -> None:
        self.rule = rule
        self.open_list(self._query_of(rule), after_s=_TYPING_S)
        self._count()

    def _query_of(self, rule: Rule) -> ContactQuery:
        return self.list_query.model_copy(update={"match": "" if isinstance(rule, Everyone) else written(rule)})

    def _draw_tree(self) -> None:
        if self.is_whole:
            self.rule_tree.show(partial(rule_lines, self._view))

    @property
    def _view(self) -> RuleView:
        counts = self._counts.of(self.rule)
        is_old = self._has_moved or self._counts.next_due(self.rule) is not None
        is_counting = self._is_counting or (self._has_moved and self._next_count is not None)
        return RuleView(self.rule, counts, self.fault, is_counting, self.title_shown, is_old=is_old)

    def show_title(self) -> None:
        self._draw_tree()

    # Counts --------------------------------------------------------------------------------------------------------

    def _count(self) -> None:
        """Counts what is not known of the rule and its parts; the next change ends a count under way."""
        self._is_counting = True
        self._draw_tree()
        self.ask(self._counted, lambda _: None, group="counts")

    def _count_again(self) -> None:
        """Counts as the data is now, once in a while: what is under way is not ended for it, but followed by it."""
        self._next_count = None
        if self._has_moved and self.is_current:
            self._next_count = self.set_timer(self._pause_s, self._count_again, name="count")
            if not self._is_counting:
                self._has_moved = False
                self._counts.age()
                self._count()

    @property
    def _pause_s(self) -> float:
        return max(_COUNT_AGAIN_S, _PAUSE_SHARE * self._counted_in_s)

    async def _counted(self) -> None:
        await asyncio.sleep(_TYPING_S)
        clock = asyncio.get_running_loop().time
        began_at = clock()
        is_over = True
        try:
            while (text := self._counts.next_due(self.rule)) is not None:
                self._counts.take(text, await self.session.client.count_rule(text))
                self._draw_tree()
        except asyncio.CancelledError:
            is_over = False  # another one has begun
            raise
        finally:
            if is_over:
                self._is_counting = False
                self._counted_in_s = clock() - began_at
                self._draw_tree()

    def take_rule(self, rule: Rule) -> None:
        self._change(rule)

    # Keys ----------------------------------------------------------------------------------------------------------

    def action_join(self, join: str) -> None:
        self.run_worker(self._join("all" if join == "all" else "any"), group="edit", exclusive=True)

    async def _join(self, join: Join) -> None:
        path = self.path
        part = await chosen_condition(self.app, self.session, in_order=is_in_order(self.rule, path))
        if part is not None:
            self._change(*joined(self.rule, path, part, join))

    def on_lines_view_opened(self, message: LinesView.Opened) -> None:
        if message.control is self.rule_tree:
            self.run_worker(self._edit(self.path), group="edit", exclusive=True)

    async def _edit(self, path: Path) -> None:
        part = part_at(self.rule, path)
        if isinstance(part, Everyone):
            await self._join("all")
        elif isinstance(part, Condition):
            changed = await edited_condition(self.app, self.session, part, in_order=is_in_order(self.rule, path))
            if changed is not None:
                self._change(replaced(self.rule, path, changed))
        else:
            keys = f"{shown('rule.turn')} turns a group, {shown('rule.text')} edits the text"
            self.say(f"{shown('open')} edits a condition; {keys}.", Role.MUTED)

    def action_turn(self) -> None:
        if self._has_condition():
            rule = turned(self.rule, self.path)
            if rule == self.rule:
                self.say("It is in no group: there is nothing to turn into any or all.", Role.WARN)
            self._change(rule, self.path)

    def action_deny(self) -> None:
        if self._has_condition():
            self._change(denied(self.rule, self.path))

    def action_remove(self) -> None:
        if self._has_condition():
            self._change(without(self.rule, self.path))

    def _has_condition(self) -> bool:
        """Whether there is a part to change; says so when there is none."""
        is_empty = isinstance(self.rule, Everyone)
        if is_empty:
            self.say(f"There is no condition yet: {shown('rule.and')} adds one.", Role.WARN)
        return not is_empty

    def action_edit_text(self) -> None:
        self.text.focus()

    def on_rule_text_left(self, _: RuleText.Left) -> None:
        self._to_tree()

    def _to_tree(self) -> None:
        """The tree shows, where there is room for one of both, and has the keys."""
        self._shows_found = False
        self._show_panes()
        self.rule_tree.focus()

    def action_switch_pane(self) -> None:
        """Tree, contacts, text, and again."""
        if self.focused is self.rule_tree:
            self._shows_found = True
            self._show_panes()
            self.row_list.focus()
        elif self.focused is self.text:
            self._to_tree()
        else:
            self.text.focus()

    @property
    def can_go_back(self) -> bool:
        return True

    def action_back(self) -> None:
        if self.focused is not self.rule_tree:
            self._to_tree()
        else:
            self.leave(self.dismiss)

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        if isinstance(message.row, ContactRow):
            self.open_over(ContactScreen(self.session, message.row))

    def taken(self) -> Taken | None:
        """The contact under the cursor where the contacts have the keys, else the rule."""
        if self.focused is self.row_list:
            return self.taken_of_row()
        text = written(self.rule)
        return partial(taking.rule, text, partial(self.session.client.preview_rule, PreviewQuery(rule=text, limit=20)))

    def action_why(self) -> None:
        row = self.row_list.current
        if row is None:
            self.say("There is no contact to explain.", Role.WARN)
        elif self.can("rule.why"):
            self.open_over(WhyScreen(self.session, written(self.rule), row.email))
