"""What the doctor found as lines: what is wrong as health items are drawn, then what is well, a line each."""

from common.doctor import CheckResult, Diagnosis, Verdict
from tui.checkup import advice, in_sum, worst_first
from tui.drawing.line import BLANK, Line, Role, Span, heading, line, wrapped
from tui.drawing.status import trouble_lines
from tui.format import count, cut, fit

_SIGNS = {
    Verdict.ERROR: ("✕", Role.BAD),
    Verdict.WARNING: ("!", Role.WARN),
    Verdict.INFO: ("i", Role.ACCENT),
    Verdict.UNKNOWN: ("?", Role.MUTED),
    Verdict.WELL: ("●", Role.GOOD),
}
_CODE = 22


def doctor_lines(found: Diagnosis, width: int) -> list[Line]:
    well = [one for one in found.results if one.verdict is Verdict.WELL]
    rest = [one for one in worst_first(found.results) if one.verdict is not Verdict.WELL]
    return [
        heading("Doctor", width, cut(f"{found.took_ms / 1000:.1f} s", width)),
        *wrapped(f"{in_sum(found)}.", width, Role.MUTED),
        *(one for result in rest for one in _trouble(result, width)),
        BLANK,
        heading("Well", width, count(len(well))),
        *(_well(result, width) for result in well),
    ]


def _trouble(result: CheckResult, width: int) -> list[Line]:
    return [BLANK, *trouble_lines(_SIGNS[result.verdict], result.found, advice(result), result.code, width)]


def _well(result: CheckResult, width: int) -> Line:
    sign, role = _SIGNS[Verdict.WELL]
    room = max(width - _CODE - 3, 1)
    return line(
        Span(f"{sign} ", role),
        Span(f"{fit(result.code, _CODE)} ", Role.MUTED),
        Span(cut(result.found, room), Role.TEXT),
    )
