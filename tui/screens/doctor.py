"""The doctor: everything that can be wrong with the daemon, looked at anew each time, and some of it set right."""

from functools import partial

from textual.app import ComposeResult

from common.doctor import Diagnosis
from tui import taking
from tui.bindings import Place, bindings
from tui.checkup import with_client
from tui.drawing.doctor import doctor_lines
from tui.drawing.line import Role
from tui.format import count
from tui.screens.choice import Choice, Option
from tui.screens.framed import Framed
from tui.session import Session
from tui.taking import Taken
from tui.widgets.lines_view import LinesView

_YES = "yes"


class DoctorScreen(Framed):
    MODE = "status"
    PLACES = (Place.DOCTOR, Place.LINES)
    BINDINGS = bindings(Place.DOCTOR)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._found: Diagnosis | None = None

    def body(self) -> ComposeResult:
        yield LinesView(id="content")

    def read(self) -> None:
        self.ask_again(self.session.client.diagnosis, self._shown, group="doctor")

    def taken(self) -> Taken | None:
        return partial(taking.diagnosis, self._found, self.session.client.diagnosis) if self._found else None

    def _shown(self, found: Diagnosis) -> None:
        self._found = with_client(found)
        self.query_one(LinesView).show(partial(doctor_lines, self._found))
        self.stand_back()

    def action_mend(self) -> None:
        """Asks before anything is touched."""
        if not self.can("doctor.fix"):
            return
        wrong = [one for one in self._found.results if one.can_mend and not one.mended] if self._found else []
        if not wrong:
            self.say("Nothing was found that could be set right from here.", Role.WARN)
            return
        codes = ", ".join(sorted({one.code for one in wrong}))
        options = [Option(_YES, "Set right"), Option("no", "Not now")]
        self.app.push_screen(Choice(f"Set right {count(len(wrong))}?", options, lead=f"{codes}."), self._answered_mend)

    def _answered_mend(self, answer: str | None) -> None:
        if answer == _YES:
            self.ask(self.session.client.mend, self._mended, group="mend")

    def _mended(self, found: Diagnosis) -> None:
        self._shown(found)
        done = sum(1 for one in found.results if one.mended)
        self.say(f"{count(done)} set right; what was done stands beside each.", Role.GOOD)
