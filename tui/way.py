"""The way through the screens, to go back on."""

_REMEMBERED = 50


class Way:
    """The modes one came through, the present one last."""

    def __init__(self, start: str) -> None:
        self._modes = [start]

    def went(self, mode: str) -> None:
        if mode != self._modes[-1]:
            self._modes = [*self._modes[-_REMEMBERED:], mode]

    def back(self) -> str | None:
        """The place before, which is the present one from now on; None where the way began."""
        if len(self._modes) < 2:
            return None
        self._modes.pop()
        return self._modes[-1]
