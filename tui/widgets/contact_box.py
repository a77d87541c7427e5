"""One contact with its ecommerce box, all stores or one of them."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from common.contacts import ContactDetail, ContactRow
from common.timeline import Timeline
from tui.box import Activity, stores_of
from tui.drawing.contact import BoxView, contact_lines, introduction
from tui.widgets.lines_view import LinesView


class ContactBox(LinesView):
    """Shows a row of the list at once, and the contact when it has been read."""

    marks_when_idle = False

    contact: ContactDetail | None = None
    view = BoxView(now=0, names={})
    next_events = ""  # the cursor behind what is told of the timeline

    def introduce(self, row: ContactRow, *, is_coming: bool = True) -> None:
        """Another contact is about to be shown, or *is_coming* only when the daemon is back."""
        self.contact = None
        self.view = replace(self.view, store=None, timeline=(), has_earlier=False)
        self.show(partial(introduction, row, is_coming=is_coming), from_top=True)

    def show_contact(self, contact: ContactDetail, *, now: int, names: Mapping[str, str]) -> None:
        is_another = self.contact is None or contact.id != self.contact.id
        if is_another:
            self.view = replace(self.view, store=None, timeline=(), has_earlier=False)
        self.contact = contact
        self.view = replace(self.view, now=now, names=names)
        self._draw_contact(from_top=is_another)

    def show_timeline(self, timeline: Timeline, *, is_continued: bool) -> None:
        """Of the contact on show: its beginning, or with *is_continued* what comes behind what is there."""
        if self.contact is not None and timeline.contact_id == self.contact.id:
            events = (*self.view.timeline, *timeline.events) if is_continued else tuple(timeline.events)
            self.next_events = timeline.next
            self.view = replace(self.view, timeline=events, has_earlier=bool(timeline.next))
            self._draw_contact()

    def next_store(self) -> bool:
        """All stores, then each the contact bought in; False when there is but one."""
        stores = stores_of(self.contact) if self.contact else []
        if len(stores) < 2:
            return False
        round_of_stores = [None, *stores]
        at = round_of_stores.index(self.view.store) if self.view.store in round_of_stores else 0
        self.view = replace(self.view, store=round_of_stores[(at + 1) % len(round_of_stores)])
        self._draw_contact()
        return True

    def next_activity(self) -> None:
        """All activity, then orders alone, then carts."""
        every = list(Activity)
        at = every.index(self.view.activity)
        self.view = replace(self.view, activity=every[(at + 1) % len(every)])
        self._draw_contact()

    def _draw_contact(self, *, from_top: bool = False) -> None:
        if self.contact is not None:
            self.show(partial(contact_lines, self.contact, self.view), from_top=from_top)
