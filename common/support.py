"""What is handed to whoever helps: the daemon's own account of itself, without secrets and without people."""

from common.times import Moment
from common.wire import Wire


class SupportFile(Wire):
    name: str
    text: str


class SupportBundle(Wire):
    """Text files that hold no secret, no name or address of a person, and no row of a store."""

    made_at: Moment
    version: str
    files: list[SupportFile]
