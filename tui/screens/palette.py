"""The command palette, for quick keys."""

from textual.command import CommandList, CommandPalette

from tui.screens.stacked import Stacked


class Palette(CommandPalette, Stacked[None]):
    def _action_command_list(self, action: str) -> None:
        """A list that has no place on the screen yet has no pages to turn."""
        if self.query_one(CommandList).scrollable_content_region:
            super()._action_command_list(action)
