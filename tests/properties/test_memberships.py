"""Whatever happens to contacts, rules and the clock: members are those whom a fresh count finds."""

import json
import random
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from common.edits import EditQuery, EditRequest, Verb
from common.segments import rules
from common.segments.checks import to_json
from common.segments.operators import Op
from common.segments.rules import Rule
from common.store_settings import SYNC_GUESTS
from daemon.db import edits, labels, retagging
from daemon.db.store_settings import keep_values
from daemon.records import Origin
from daemon.segments import keeper, membership, saved
from daemon.segments.book import book_of
from daemon.segments.compile import Asking
from daemon.segments.fits import Clock
from daemon.segments.membership import Why
from tests.support.ledger import LONG_AGO, Fetch, Ledger
from tests.support.living_shops import HASHES, Shop
from tests.support.members import members
from tests.support.some_rules import Words, conditions, orders, some_rules

PROVEN = settings(max_examples=80, deadline=None, derandomize=True, database=None)

ZONES = tuple(map(ZoneInfo, ("UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland", "Australia/Lord_Howe")))
WORDS = Words(
    texts=st.sampled_from(
        (
            "a@example.com",
            "guest1@example.com",
            "v3",
            "v",
            "Mug",
            "abc123",
            "bigcommerce-customer",
            "DE",
            "Berlin",
            "Acme",
        )
    ),
    amounts=st.integers(0, 80).map(lambda amount: rules.Number(amount=amount).amount),
    numbers=st.integers(0, 4),
    span_lengths=st.sampled_from((1, 2, 3, 30)),
    currencies=("", "USD", "EUR"),
    stores=("", "", *HASHES),
    segments=st.sampled_from(("s0",)),
)
DATES = (
    "last_order_date",
    "first_order_date",
    "date_created",
    "order_date",
    "abandoned_cart_date",
    "subscription_date",
)
MOVING = (Op.IN_LAST, Op.IN_LAST_NOT, Op.IN_NEXT, Op.TODAY, Op.YESTERDAY, Op.ANNIVERSARY)


@st.composite
def moving(draw: st.DrawFn) -> Rule:
    """A question whose answer changes as time passes."""
    op = draw(st.sampled_from(MOVING))
    is_span = op in (Op.IN_LAST, Op.IN_LAST_NOT, Op.IN_NEXT)
    condition = rules.Condition(
        name=draw(st.sampled_from(DATES)), op=op, values=(draw(WORDS.spans),) if is_span else ()
    )
    if condition.name == "order_date" and draw(st.booleans()):
        return rules.Orders(where=condition)
    return condition


RULES = st.one_of(moving(), moving(), moving(), some_rules(WORDS), orders(WORDS), conditions(words=WORDS))
ZERO = rules.Condition(name="total_orders", op=Op.AT_LEAST, values=(rules.Number(amount=2),))


def time_passed(dice: random.Random) -> int:
    """How far the clock jumps: seconds up to years."""
    return dice.choice((1, 59, 3600, 86_399, 86_400, 5 * 86_400, 29 * 86_400, 365 * 86_400)) + dice.randrange(3)


@dataclass
class Life:
    """A ledger with saved segments, and two shops that go on living."""

    ledger: Ledger
    dice: random.Random
    names: list[str] = field(default_factory=list)
    later: list[Rule] = field(default_factory=list)
    looks: int = 0

    def __post_init__(self) -> None:
        self.ledger.now = LONG_AGO + 7200
        self.shops = [Shop(self.dice, place, now=self.ledger.now - 7200) for place in range(len(HASHES))]
        for key in self.ledger.keys:
            keep_values(self.ledger.conn, key.id, {SYNC_GUESTS.name: "on"})

    @property
    def moment(self) -> Clock:
        return Clock(self.ledger.now, self.ledger.zone)

    def save(self, rule: Rule) -> None:
        name = f"s{len(self.names)}"
        saved.insert_segment(self.ledger.conn, name, to_json(rule), now=self.ledger.now)
        self.names.append(name)
        self.compute()

    def change(self) -> None:
        """A segment is given another rule."""
        rule = self.later.pop(0) if self.later else ZERO
        row = saved.segment_named(self.ledger.conn, self.dice.choice(self.names[1:] or self.names))
        assert row is not None
        if row.name == "s0" and any(isinstance(node, rules.InSegment) for node in rules.walk(rule)):
            rule = ZERO
        saved.set_rule(self.ledger.conn, row.id, to_json(rule), now=self.ledger.now)
        for one in (row.id, *(one.id for one in book_of(self.ledger.conn).dependents([row.name]))):
            saved.owe(self.ledger.conn, one)
        self.compute()

    def label(self) -> None:
        """An operator edits tags or lists of some contacts, or takes the last edit back."""
        conn, ids = self.ledger.conn, self.ledger.rows("select id from contact")
        chosen = self.dice.sample(ids, self.dice.randint(0, len(ids)))
        with self.ledger.transaction():
            changed = self._undone() if self.dice.random() < 0.3 else self._labelled(chosen)
            membership.settle(conn, changed, self.moment, Why.OPERATOR)

    def _labelled(self, chosen: list[int]) -> list[int]:
        conn, now = self.ledger.conn, self.ledger.now
        verb = self.dice.choice((Verb.ADD_TAG, Verb.ADD_TO_LIST, *Verb))
        name = self.dice.choice(("Mug", "bigcommerce-customer") if verb.is_of_tags else ("v", "Master Contact List"))
        label = labels.made(
            conn, verb, labels.label_called(conn, Verb.ADD_TAG if verb.is_of_tags else Verb.ADD_TO_LIST, name)
        )
        request = EditRequest(verb=verb, name=name, everybody=True)
        edit_id = edits.begin(conn, request, label, is_new=False, contacts=len(chosen), now=now)
        changed = retagging.do(conn, edits.edit_row(conn, edit_id), chosen, now=now)
        edits.advance(conn, edit_id, place=0, looked_at=len(chosen), changed=len(changed), unsubscribed=0)
        edits.finish(conn, edit_id, now=now)
        return changed

    def _undone(self) -> list[int]:
        conn, now = self.ledger.conn, self.ledger.now
        standing = edits.edit_list(conn, EditQuery(undoable=True))
        if not standing or (standing[0].undoable_until or 0) <= now:
            return []
        edit_id = edits.begin_undo(conn, 0, now=now)
        undone = retagging.undo_some(conn, edits.edit_row(conn, edit_id), limit=1000, now=now)
        edits.finish_undo(conn, edit_id, now=now)
        return undone.changed

    def compute(self) -> None:
        with self.ledger.transaction():
            keeper.compute_all(self.ledger.conn, self.moment)

    def look(self) -> None:
        """Something happens in a shop, and some of it is seen."""
        shop = self.dice.choice(self.shops)
        shop.now = max(shop.now, self.ledger.now - self.dice.choice((10, 7200, 86_400)))
        shop.live()
        self.looks += 1
        batch = shop.seen() if self.dice.random() < 0.7 else shop.whole()
        origin = self.dice.choice((Origin.LIVE, Origin.LIVE, Origin.MANUAL, Origin.HISTORICAL))
        self.ledger.apply(Fetch(batch, at_ms=self.looks, store=shop.place, origin=origin))
        self.settle_noted()

    def jump(self) -> None:
        """On to some moment, or to one at which a contact is due."""
        due = [at for at in self.ledger.rows("select distinct due_at from segment_flip") if at < LONG_AGO + 10**8]
        if due and self.dice.random() < 0.5:
            self.ledger.now = max(self.ledger.now, self.dice.choice(due) + self.dice.choice((-1, 0, 0, 1)))
        else:
            self.ledger.now += time_passed(self.dice)
        with self.ledger.transaction():
            while membership.settle_due(self.ledger.conn, self.moment, limit=3)[0]:
                pass

    def settle_noted(self) -> None:
        conn = self.ledger.conn
        with self.ledger.transaction():
            while (some := membership.noted(conn, limit=2))[0]:
                until = membership.last_note(conn)
                for question in book_of(conn).questions(self.moment):
                    found = membership.found_of_some(conn, question, json.dumps(some[0]))
                    membership.write(conn, found, at=self.ledger.now, why=some[1], until=until)
                membership.forget_notes(conn, some[0], until=until)

    def differences(self) -> dict[str, tuple[set[int], set[int]]]:
        """Segments whose members are others than a fresh count finds: who they are, and who they should be."""
        book = book_of(self.ledger.conn)
        asking = Asking(self.moment, book.rule)
        found = {}
        for name in self.names:
            rule = book.rule(name)
            assert rule is not None
            kept = set(self.ledger.rows(_MEMBERS.format(name)))
            if kept != (fresh := set(members(self.ledger.conn, rule, asking))):
                found[f"{name}: {rule!r} at {self.ledger.now}"] = (kept, fresh)
        return found

    def unbalanced(self) -> list[object]:
        """Members whose log does not end with their entering, and others whose does."""
        return self.ledger.rows(_UNBALANCED)


_MEMBERS = "select contact_id from segment_member where segment_id = (select id from segment where name = '{}')"
_UNBALANCED = """
select segment_id, contact_id from segment_change group by 1, 2
having sum(iif(entered, 1, -1)) != exists (select 1 from segment_member as member
  where member.segment_id = segment_change.segment_id and member.contact_id = segment_change.contact_id)
union all select segment_id, contact_id from segment_member except select segment_id, contact_id from segment_change
"""


@PROVEN
@given(
    seed=st.integers(0, 2**32),
    zone=st.sampled_from(ZONES),
    first=st.lists(RULES, min_size=5, max_size=8),
    later=st.lists(RULES, max_size=2),
    steps=st.integers(8, 20),
)
def test_members_are_those_of_a_fresh_count_after_every_step(
    seed: int, zone: ZoneInfo, first: list[Rule], later: list[Rule], steps: int
) -> None:
    dice = random.Random(seed)
    with Ledger(HASHES, zone) as ledger:
        life = Life(ledger, dice)
        for _ in range(8):
            life.look()
        life.save(ZERO)
        for rule in first:
            life.save(rule)
        life.later = list(later)
        for _ in range(steps):
            step = dice.choice((life.look, life.look, life.jump, life.jump, life.label, life.label, life.change))
            step()

            assert life.differences() == {}
            assert life.unbalanced() == []
