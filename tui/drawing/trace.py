"""What a delivery went through as lines: when, what, and in words."""

from common.inbox import DeliveryTrace, TraceStep, TraceWhat
from tui.drawing.line import BLANK, Line, Role, Span, heading, line, wrapped
from tui.drawing.moments import minute
from tui.format import cut, fit

_ROLES = {
    TraceWhat.FAILED: Role.WARN,
    TraceWhat.DIED: Role.BAD,
    TraceWhat.APPLIED: Role.GOOD,
}
_WHAT = 12


def trace_lines(trace: DeliveryTrace, width: int) -> list[Line]:
    return [
        heading(f"Delivery {trace.id}", width, cut(str(trace.state), 20)),
        *(one for step in trace.steps for one in _step(step, width)),
    ]


def _step(step: TraceStep, width: int) -> list[Line]:
    role = _ROLES.get(step.what, Role.STRONG)
    words = [line("  ", *one.spans) for one in wrapped(cut(step.words, 2000), max(width - 2, 1))]
    return [BLANK, line(Span(fit(str(step.what), _WHAT), role), Span(f" {minute(step.at)}", Role.MUTED)), *words]
