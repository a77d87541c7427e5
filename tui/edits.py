"""Edits of tags and lists in words: what would be done, what was done, what was taken back."""

from common.edits import Edit, EditPlan, EditState, Verb, deed, people
from common.text import safe
from tui.format import cut

_ANY_WIDTH = 1000
_NAME_AT_LEAST = 6

_HELD = {
    Verb.ADD_TAG: ("has it already", "have it already"),
    Verb.REMOVE_TAG: ("does not have it", "do not have it"),
    Verb.ADD_TO_LIST: ("is on it already", "are on it already"),
    Verb.UNSUBSCRIBE: ("is no active member", "are no active members"),
    Verb.REMOVE_FROM_LIST: ("is not on it", "are not on it"),
}
_OF_SYNCS = ("bigcommerce-customer", "bigcommerce-guest")
_STAY = ("stays so", "stay so")

_LATER = {
    Verb.UNSUBSCRIBE: "No sync adds them again.",
    Verb.REMOVE_FROM_LIST: "A sync may add them again; who is unsubscribed stays off.",
}


def asked(plan: EditPlan, *, width: int = _ANY_WIDTH) -> str:
    """ "Add tag “vip” to 41,207 contacts"; within *width* it is the name that gives way, never the count."""
    return _fitting(plan.verb, plan.name, plan.contacts, width)


def _fitting(verb: Verb, name: str, contacts: int, width: int) -> str:
    return deed(verb, cut(name, max(width - len(deed(verb, "", contacts)), _NAME_AT_LEAST)), contacts)


def notes(plan: EditPlan) -> str:
    """What becomes of those who are not changed, and what follows."""
    said = []
    if plan.is_new:
        said.append(f"The {'tag' if plan.verb.is_of_tags else 'list'} is new.")
    if held := plan.contacts - plan.changes - plan.unsubscribed:
        said.append(f"{held:,} of them {_said(held, _HELD[plan.verb])}.")
    if plan.unsubscribed:
        said.append(f"{plan.unsubscribed:,} of them unsubscribed, and {_said(plan.unsubscribed, _STAY)}.")
    if plan.changes and plan.verb in _LATER:
        said.append(_LATER[plan.verb])
    if plan.verb is Verb.REMOVE_TAG and plan.name in _OF_SYNCS:
        said.append("Syncs give this tag, and may do so again.")
    return " ".join(said)


def told(edit: Edit) -> str:
    """What became of it, in a sentence or two."""
    match edit.state:
        case EditState.UNDONE:
            return _undone(edit)
        case EditState.UNDOING:
            return f"Taking back: {_deed(edit)}. {edit.taken_back:,} of {edit.changed:,} so far; it goes on by itself."
        case EditState.RUNNING:
            return f"{_deed(edit, edit.contacts)}: {edit.looked_at:,} so far; it goes on by itself."
        case EditState.DONE:
            return _done(edit)


def _done(edit: Edit) -> str:
    done = deed(edit.verb, safe(edit.name), edit.changed, is_done=True) if edit.changed else "Nobody is changed"
    held = edit.looked_at - edit.changed - edit.unsubscribed
    others = [f"{held:,} {_said(held, _HELD[edit.verb])}"] if held > 0 else []
    if edit.unsubscribed:
        others.append(f"{edit.unsubscribed:,} unsubscribed and {_said(edit.unsubscribed, _STAY)}")
    return f"{'; '.join([done, *others])}. {safe(edit.error)}".rstrip()


def _undone(edit: Edit) -> str:
    left = edit.changed - edit.taken_back
    kept = f" {left:,} {_said(left, ('is', 'are'))} left as something later made them." if left else ""
    return f"Taken back: {_deed(edit)}.{kept}"


def _said(number: int, words: tuple[str, str]) -> str:
    """The first of *words* of one, the second of many."""
    return words[number != 1]


def undo_asked(edit: Edit, *, width: int = _ANY_WIDTH) -> str:
    """What taking it back is about: "Add tag “vip” to 23 contacts"."""
    return _fitting(edit.verb, edit.name, edit.changed, width)


def _deed(edit: Edit, contacts: int | None = None) -> str:
    return deed(edit.verb, safe(edit.name), edit.changed if contacts is None else contacts)


def progress(edit: Edit) -> str:
    """ "12,000 of 41,207 contacts"."""
    if edit.state is EditState.UNDOING:
        return f"{edit.taken_back:,} of {people(edit.changed)} taken back"
    return f"{edit.looked_at:,} of {people(edit.contacts)}"
