"""A rule on a screen, and the segment it is saved as: saved, duplicated, renamed, deleted; not lost by leaving."""

from collections.abc import Awaitable, Callable
from functools import partial

from common.errors import CounterfoilError, Refused
from common.events import What
from common.segments.answers import Segment, SegmentDeleted, SegmentDetail, SegmentList
from common.segments.language import parsed, written
from common.segments.rules import Everyone, Rule
from common.text import safe
from tui.drawing.line import Role
from tui.format import cut
from tui.keymap import shown
from tui.screens.choice import Choice, Option
from tui.screens.contact_list import ListScreen
from tui.screens.endings import is_segment_to_end
from tui.screens.naming import duplicated, renamed, saved_anew
from tui.session import Regained, RowsChanged, Session

_LONGEST_NAME = 30
_LONGEST_LEAD = 300


class KeptRuleScreen(ListScreen):
    """A subclass shows `rule` and `title`, and says by `fault` why what was typed is none ("" = it is one)."""

    def __init__(self, session: Session, rule: Rule, *, kept: Segment | None, name: str) -> None:
        """*kept* is the segment of that rule, None = it is not saved yet and may be called *name*."""
        super().__init__(session)
        self.rule = rule
        self.fault = ""
        self._kept = kept
        self._saved: Rule = rule if kept else Everyone()
        self._called = kept.name if kept else name
        self._theirs: Segment | None = None  # as somebody else saved it, while there is another rule here
        self._is_busy = False

    def show_title(self) -> None:
        """Draws the name anew."""
        raise NotImplementedError

    def take_rule(self, rule: Rule) -> None:
        """Shows *rule* in place of the one there is."""
        raise NotImplementedError

    @property
    def is_saved(self) -> bool:
        return self.rule == self._saved and not self.fault

    @property
    def title_shown(self) -> str:
        star = "" if self.is_saved else " *"
        return f"{self._called or 'New segment'}{star}{' changed elsewhere' if self._theirs else ''}"

    @property
    def _may_be_saved(self) -> bool:
        if self.fault:
            self.say("The text is no rule yet.", Role.WARN)
        return not self.fault

    def _begin(self, work: Awaitable[None]) -> None:
        """Does what changes the segment; what others do to it meanwhile is looked at afterwards."""
        self.run_worker(self._undisturbed(work), group="save", exclusive=True)

    async def _undisturbed(self, work: Awaitable[None]) -> None:
        self._is_busy = True
        try:
            await work
        finally:
            self._is_busy = False
        if self.is_attached:
            self._look_at_kept()

    # Saving --------------------------------------------------------------------------------------------------------

    def action_save(self) -> None:
        if self._may_be_saved and self.can("rule.save"):
            self._begin(self._save())

    async def _save(self) -> None:
        """Under its name, or one that is asked for where it has none; somebody else's change is not overwritten."""
        rule = self.rule
        if self._kept is None:
            segment = await saved_anew(self.app, self.session, written(rule), name=self._called)
            if segment is not None:
                self._was_saved(rule, segment)
        elif self._theirs is not None:
            await self._settle(self._theirs)
        else:
            await self._save_over(rule, self._kept)

    async def _save_over(self, rule: Rule, before: Segment) -> None:
        """Raises nothing: a segment that is not as it was *before* becomes a question."""
        save = partial(self.session.client.save_segment, before.name, written(rule), revision=before.revision)
        try:
            segment = await self.session.ask(save)
        except Refused as error:
            await self._answered(self.session.client.segments, partial(self._kept_seen, before))
            if self._theirs is not None:
                await self._settle(self._theirs)
            elif self._kept is before:
                self.failed(error)
        except CounterfoilError as error:
            self.failed(error)
        else:
            self._was_saved(rule, segment)

    async def _settle(self, theirs: Segment) -> None:
        """Asks whose rule it is to be; without an answer both stay."""
        options = [
            Option("both", "Save mine under another name"),
            Option("mine", "Save mine in place of it"),
            Option("theirs", "Take it", "Mine is dropped."),
        ]
        lead = f"Somebody changed it meanwhile. It is now: {safe(theirs.rule or theirs.fault)}"
        title = cut(theirs.name, _LONGEST_NAME)
        match await self.app.push_screen_wait(Choice(title, options, lead=cut(lead, _LONGEST_LEAD))):
            case "both":
                await self._duplicate(theirs.name)
            case "mine":
                self._theirs = None
                await self._save_over(self.rule, theirs)
            case "theirs":
                self._take_theirs(theirs)

    def _take_theirs(self, theirs: Segment) -> None:
        if not theirs.rule:
            self.say(f"It cannot be read: {theirs.fault}", Role.WARN)
            return
        self._saved = parsed(theirs.rule)
        self._keep(theirs)
        self.take_rule(self._saved)

    def _was_saved(self, rule: Rule, segment: SegmentDetail) -> None:
        self._saved = rule
        self._keep(segment)
        self.say(f"{cut(segment.name, _LONGEST_NAME)} is saved.", Role.GOOD)

    def _keep(self, segment: Segment) -> None:
        self._kept, self._called, self._theirs = segment, segment.name, None
        self.show_title()

    # What others do to it ------------------------------------------------------------------------------------------

    def on_rows_changed(self, message: RowsChanged) -> None:
        super().on_rows_changed(message)
        if What.SEGMENT in message.what:
            self._look_at_kept()

    def on_regained(self, message: Regained) -> None:
        super().on_regained(message)
        self._look_at_kept()

    def _look_at_kept(self) -> None:
        if self._kept is not None and not self._is_busy:
            seen = partial(self._kept_seen, self._kept)
            self.ask_again(self.session.client.segments, seen, group="kept")

    def _kept_seen(self, before: Segment, found: SegmentList) -> None:
        """Follows what others did to the segment since it was as *before*."""
        if before is not self._kept:
            return
        after = next((one for one in found.segments if one.id == before.id), None)
        if after is None:
            self._kept, self._theirs, self._saved = None, None, Everyone()
            self.show_title()
            self.say(
                f"{cut(before.name, _LONGEST_NAME)} was deleted elsewhere; {shown('rule.save')} saves it anew.",
                Role.WARN,
            )
        elif after.revision >= before.revision and (after.name, after.rule) != (before.name, before.rule):
            self._follow(before, after)
        elif after.revision > before.revision:
            self._keep(after)

    def _follow(self, before: Segment, after: Segment) -> None:
        if after.rule == before.rule:
            self._keep(after)
            self.say(f"It was renamed elsewhere: {cut(after.name, _LONGEST_NAME)}.", Role.WARN)
        elif after.rule == written(self.rule):
            self._saved = self.rule
            self._keep(after)
        elif self.is_saved and after.rule:
            self._take_theirs(after)
            self.say(f"{cut(after.name, _LONGEST_NAME)} was changed elsewhere; this is its rule now.", Role.WARN)
        elif after != self._theirs:
            self._theirs, self._called = after, after.name
            self.show_title()
            self.say(f"It was changed elsewhere; {shown('rule.save')} asks what is to become of yours.", Role.WARN)

    # Names, and the end --------------------------------------------------------------------------------------------

    def action_duplicate(self) -> None:
        if self._kept is None:
            self.action_save()
        elif self._may_be_saved and self.can("rule.duplicate"):
            self._begin(self._duplicate(self._called))

    async def _duplicate(self, name: str) -> None:
        rule = self.rule
        segment = await duplicated(self.app, self.session, name, written(rule))
        if segment is not None:
            self._was_saved(rule, segment)
            shown = cut(segment.name, _LONGEST_NAME)
            self.say(f"{shown} is saved and open; {cut(name, _LONGEST_NAME)} stays as it was.", Role.GOOD)

    def action_rename(self) -> None:
        if self._kept is None:
            self.say(f"It has no name yet: {shown('rule.save')} saves it under one.", Role.WARN)
        elif self.can("rule.rename"):
            self._begin(self._rename(self._theirs or self._kept))

    async def _rename(self, before: Segment) -> None:
        """Its rule is not saved by that; one that was changed elsewhere stays a conflict."""
        after = await renamed(self.app, self.session, before.name)
        if after is None:
            return
        if self._theirs is not None:
            self._theirs, self._called = after, after.name
            self.show_title()
        elif after.rule == before.rule:
            self._keep(after)
        self.say(f"It is now called {cut(after.name, _LONGEST_NAME)}.", Role.GOOD)

    def action_delete(self) -> None:
        if self._kept is None:
            self.say(f"It is not saved; {shown('back')} leaves it.", Role.WARN)
        elif self.can("rule.delete"):
            self._begin(self._delete(self._called))

    async def _delete(self, name: str) -> None:
        if await is_segment_to_end(self.app, name):
            await self._answered(partial(self.session.client.delete_segment, name), self._was_deleted)

    def _was_deleted(self, _: SegmentDeleted) -> None:
        self.dismiss()

    def leave(self, then: Callable[[], object]) -> None:
        """A rule that is not saved goes only when that is meant."""
        if self.is_saved:
            then()
        else:
            self._begin(self._leave(then))

    async def _leave(self, then: Callable[[], object]) -> None:
        options = [Option("save", "Save it"), Option("leave", "Leave it")]
        match await self.app.push_screen_wait(Choice("The rule is not saved", options)):
            case "save" if self._may_be_saved and self.can("rule.save"):
                await self._save()
                if self.is_saved:
                    then()
            case "leave":
                then()
