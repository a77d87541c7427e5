"""What a run would come to, told before it begins: how much, how long, within which limits."""

from common.sync import ANY_HOUR, SyncPlan
from common.times import duration
from tui.drawing.line import Line, Role, Span, line, wrapped
from tui.format import byte_size, count, fit

ASKING = "Asking the store how much it holds…"

_LABEL = 10


def plan_facts(plan: SyncPlan) -> list[tuple[str, str]]:
    """A label and what it says, a fact each."""
    return [
        ("reads", f"{count(plan.products)} products · {count(plan.customers)} customers · {count(plan.orders)} orders"),
        ("requests", f"{count(plan.requests)}{_share(plan)}"),
        ("takes", f"about {duration(plan.seconds)}{_hours(plan)}"),
        ("disk", f"about {byte_size(plan.disk_bytes)} more" if plan.disk_bytes else "no more than now"),
    ]


def plan_lines(plan: SyncPlan | None, width: int) -> list[Line]:
    """The facts in a column; None = the store is still being asked."""
    if plan is None:
        return [line(Span(f"◌ {ASKING}", Role.MUTED))]
    return [one for label, text in plan_facts(plan) for one in _fact(label, text, width)]


def plan_text(plan: SyncPlan) -> str:
    """The facts as text, in few lines."""
    facts = dict(plan_facts(plan))
    reads, requests, share = facts["reads"], count(plan.requests), _share(plan)
    return f"{reads}\n{requests} requests{share}\n{facts['takes']}, {facts['disk']} on the disk"


def _fact(label: str, text: str, width: int) -> list[Line]:
    rows = wrapped(text, width - _LABEL)
    return [line(Span(fit("" if at else label, _LABEL), Role.MUTED), *row.spans) for at, row in enumerate(rows)]


def _share(plan: SyncPlan) -> str:
    share = f", at most {plan.quota_share:.0%} of the store's quota"
    if plan.quota_limit is None or plan.quota_window_s is None:
        return share
    return f"{share} of {count(plan.quota_limit)} per {plan.quota_window_s:.0f} s"


def _hours(plan: SyncPlan) -> str:
    return "" if plan.quiet_hours == ANY_HOUR else f" of work, in the quiet hours {plan.quiet_hours} UTC"
