"""The questions before a run, a store or a segment is ended."""

from textual.app import App

from common.sync import Run
from tui.format import cut
from tui.screens.choice import Choice, Option

_YES = "yes"


async def is_run_to_end(app: App[None], run: Run, store_name: str) -> bool:
    lead = (
        f"The {run.kind} run of {cut(store_name, 30)} ends where it is. What it brought stays; "
        "to only hold it for a while, pause it (p)."
    )
    options = [Option("no", "Let it go on"), Option(_YES, "Cancel the run")]
    return await app.push_screen_wait(Choice(f"Run {run.id}", options, lead=lead)) == _YES


async def is_store_to_end(app: App[None], store_name: str) -> bool:
    lead = (
        f"Nothing more is fetched from {cut(store_name, 30)}, and its webhooks are removed. What was synced stays, and "
        "is there again when the store is connected anew. To erase it: counterfoil store purge."
    )
    options = [Option("no", "Keep it"), Option(_YES, "Delete the store")]
    return await app.push_screen_wait(Choice("Delete a store", options, lead=lead)) == _YES


async def is_segment_to_end(app: App[None], name: str) -> bool:
    lead = f"The rule of {cut(name, 40)} and the log of who entered and left go. Its contacts stay."
    options = [Option("no", "Keep it"), Option(_YES, "Delete the segment")]
    return await app.push_screen_wait(Choice("Delete a segment", options, lead=lead)) == _YES
