"""A rule on a screen, and the segment it is saved as: saved, duplicated, renamed, deleted; not lost by leaving."""

from functools import partial

from common.segments.answers import Segment, SegmentDeleted, SegmentDetail
from common.segments.language import written
from common.segments.rules import Everyone, Rule
from tui.drawing.line import Role
from tui.format import cut
from tui.screens.choice import Choice, Option
from tui.screens.contact_list import ListScreen
from tui.screens.endings import is_segment_to_end
from tui.screens.naming import duplicated, renamed, saved_anew
from tui.session import Session

_LONGEST_NAME = 30


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

    def show_title(self) -> None:
        """Draws the name anew."""
        raise NotImplementedError

    @property
    def is_saved(self) -> bool:
        return self.rule == self._saved and not self.fault

    @property
    def title_shown(self) -> str:
        return f"{self._called or 'New segment'}{'' if self.is_saved else ' *'}"

    @property
    def _may_be_saved(self) -> bool:
        if self.fault:
            self.say("The text is no rule yet.", Role.WARN)
        return not self.fault

    def action_save(self) -> None:
        if self._may_be_saved:
            self.run_worker(self._save(), group="save", exclusive=True)

    async def _save(self) -> None:
        """Under its name, or one that is asked for where it has none; somebody else's change is not overwritten."""
        rule = self.rule
        if self._kept is None:
            segment = await saved_anew(self.app, self.session, written(rule), name=self._called)
            if segment is not None:
                self._was_saved(rule, segment)
            return
        save = partial(self.session.client.save_segment, self._called, written(rule), revision=self._kept.revision)
        await self._answered(save, partial(self._was_saved, rule))

    def _was_saved(self, rule: Rule, segment: SegmentDetail) -> None:
        self._saved = rule
        self._keep(segment)
        self.say(f"{cut(segment.name, _LONGEST_NAME)} is saved.", Role.GOOD)

    def _keep(self, segment: Segment) -> None:
        self._kept, self._called = segment, segment.name
        self.show_title()

    def action_duplicate(self) -> None:
        if self._kept is None:
            self.action_save()
        elif self._may_be_saved:
            self.run_worker(self._duplicate(self._called), group="save", exclusive=True)

    async def _duplicate(self, name: str) -> None:
        rule = self.rule
        segment = await duplicated(self.app, self.session, name, written(rule))
        if segment is not None:
            self._was_saved(rule, segment)
            shown = cut(segment.name, _LONGEST_NAME)
            self.say(f"{shown} is saved and open; {cut(name, _LONGEST_NAME)} stays as it was.", Role.GOOD)

    def action_rename(self) -> None:
        if self._kept is None:
            self.say("It has no name yet: Ctrl+S saves it under one.", Role.WARN)
        else:
            self.run_worker(self._rename(self._kept), group="save", exclusive=True)

    async def _rename(self, before: Segment) -> None:
        """Its rule is not saved by that; one that was changed elsewhere stays a conflict."""
        after = await renamed(self.app, self.session, before.name)
        if after is None:
            return
        is_ours = after.rule == before.rule
        self._keep(after if is_ours else after.model_copy(update={"revision": before.revision}))
        self.say(f"It is now called {cut(after.name, _LONGEST_NAME)}.", Role.GOOD)

    def action_delete(self) -> None:
        if self._kept is None:
            self.say("It is not saved; Esc leaves it.", Role.WARN)
        else:
            self.run_worker(self._delete(self._called), group="save", exclusive=True)

    async def _delete(self, name: str) -> None:
        if await is_segment_to_end(self.app, name):
            await self._answered(partial(self.session.client.delete_segment, name), self._was_deleted)

    def _was_deleted(self, _: SegmentDeleted) -> None:
        self.dismiss()

    def leave(self) -> None:
        """A rule that is not saved goes only when that is meant."""
        if self.is_saved:
            self.dismiss()
        else:
            self.run_worker(self._leave(), group="leave", exclusive=True)

    async def _leave(self) -> None:
        options = [Option("save", "Save it"), Option("leave", "Leave it")]
        match await self.app.push_screen_wait(Choice("The rule is not saved", options)):
            case "save" if self._may_be_saved:
                await self._save()
                if self.is_saved:
                    self.dismiss()
            case "leave":
                self.dismiss()
