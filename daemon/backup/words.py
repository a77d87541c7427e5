"""What a restore did, and what is left to do, in sentences."""

from collections.abc import Iterator

from common.times import rfc3339
from daemon.backup.restore import Restored
from daemon.vault import CREDENTIAL_NAME


def lines_of(done: Restored) -> Iterator[str]:
    rows = sum(done.backup.counts.values())
    yield f"Restored: {done.backup.file}, made {rfc3339(done.backup.made_at)}, {rows} rows, checked."
    if done.aside is not None:
        yield f"What was there before is kept as {done.aside}; remove it once you are sure."
    if done.erased:
        yield f"{done.erased} people were erased since it was made; they are erased again when the service starts."
    yield from _of_the_key(done)
    if done.is_key_lost or not done.unopened:
        yield "Start the service: it fetches by itself what the stores changed since then."


def _of_the_key(done: Restored) -> Iterator[str]:
    if not done.stores:
        return
    if not done.unopened:
        yield f"The key here opens the tokens of all stores ({done.stores})."
    elif done.is_key_lost:
        yield f"The tokens of {', '.join(done.unopened)} are given up. Once the service runs, for each of them:"
        yield "  counterfoil store reconnect HASH --token-file FILE"
    else:
        what = "does not open the tokens of" if done.has_key else "is missing: without it nothing opens the tokens of"
        yield f"The key ({CREDENTIAL_NAME}) {what} {', '.join(done.unopened)}."
        yield "Put the key of that time back before you start the service: it does not start without it. If it is lost,"
        yield "restore again with --key-lost, and give each store a new token."
