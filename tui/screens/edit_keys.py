"""What t and T do on a screen with contacts."""

from tui.drawing.line import Role
from tui.screens.edits import Chosen, edited
from tui.screens.framed import Framed


class EditKeys(Framed):
    """A subclass says whom they are about."""

    def chosen(self) -> Chosen | None:
        """The contacts that tags and lists are edited of; None = nobody is there."""
        raise NotImplementedError

    def was_edited(self) -> None:
        """Called when an edit has been made."""

    def action_tags(self) -> None:
        self._edit("tag")

    def action_lists(self) -> None:
        self._edit("list")

    def _edit(self, noun: str) -> None:
        chosen = self.chosen()
        if chosen is None:
            self.say("There is no contact to edit.", Role.WARN)
        elif self.can("contacts.tags"):
            self.run_worker(self._edited(chosen, noun), group="edit", exclusive=True)

    async def _edited(self, chosen: Chosen, noun: str) -> None:
        with self.errors_said():
            if await edited(self.app, self.session, chosen, noun, self.say):
                self.was_edited()
