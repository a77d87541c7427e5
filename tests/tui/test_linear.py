"""The screens as plain lines: what each word says, on a fake daemon."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from common import routes
from common.client import ApiClient
from common.errors import CounterfoilError, DaemonUnreachable, Invalid, NotFound
from common.events import What
from common.inbox import DeliveryState
from common.sync import RunKind, RunState
from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_data import NOW, contact, finished_run, people, row_of, run, tried
from tests.support.fake_products import catalogue
from tests.support.ui import assert_golden
from tests.tui.test_audit import GIVEN, command
from tui.linear.answer import NOTHING_DONE, Answer
from tui.linear.background import Background
from tui.linear.conversation import Conversation
from tui.linear.place import Facts, Room
from tui.linear.words import ACTIONS, completions, help_lines, meant


def _changed(what: What, *ids: int, store: str = "") -> Facts:
    return Facts({what: frozenset((store, one) for one in ids)})


@dataclass(slots=True)
class Talk:
    conversation: Conversation
    rows: int = 20

    async def says(self, *words: str) -> list[str]:
        """What the last of *words* leads to."""
        answer = Answer([])
        for word in words:
            answer = await self.conversation.obey(word)
        return answer.lines

    async def asked(self, word: str, *typed: str) -> list[str]:
        """All that is said on *word* and on what is typed to the questions it leads to."""
        answer = await self.conversation.obey(word)
        lines = answer.lines
        for one in typed:
            assert answer.question is not None, lines
            answer = await answer.question.then(one)
            lines = [*lines, *answer.lines]
        assert answer.question is None
        return lines


@pytest.fixture
async def client(daemon: FakeDaemon) -> AsyncIterator[ApiClient]:
    async with ApiClient(daemon.socket) as opened:
        yield opened


@pytest.fixture
def talk(client: ApiClient) -> Talk:
    begun = Talk(Conversation(Room(client, lambda: NOW), lambda _: begun.rows))
    return begun


_EVERYTHING = (
    "contacts", "1", "2", "back", "find ann", "sort revenue", "find", "find :total_orders >= 3", "why 1", "segments",
    "1", "1", "stores", "1", "back", "3", "inbox", "3", "status", "help",
)  # fmt: skip


async def test_every_place_reads_as_plain_lines(daemon: FakeDaemon, talk: Talk) -> None:
    daemon.saved.put("VIP, bought lately", "total_revenue > 500 and last_order_date in last 30 days")
    told: list[str] = []
    for word in _EVERYTHING:
        told += [f"{talk.conversation.prompt}{word}", *await talk.says(word), ""]

    assert_golden("linear-transcript", "\n".join(told))


async def test_a_long_list_is_turned_page_by_page_and_its_numbers_go_on(daemon: FakeDaemon, talk: Talk) -> None:
    daemon.contacts = people(45)

    first = await talk.says("contacts")
    second = await talk.says("next")
    third = await talk.says("next")

    assert first[-1] == "1 to 20 of 45, next goes on."
    assert second[1].startswith("21: ")
    assert third[-1] == "41 to 45 of 45, the end."
    assert await talk.says("next") == ["That was the last page."]
    assert await talk.says("previous") == second
    assert await talk.says("p") == first
    assert await talk.says("previous") == ["This is the first page."]


async def test_what_comes_at_the_top_meanwhile_moves_no_row_to_the_next_page(daemon: FakeDaemon, talk: Talk) -> None:
    daemon.rows = [row_of(one) for one in people(45)]
    await talk.says("contacts")
    asked = daemon.queries[-1]

    await talk.says("next")

    assert asked.after == ""
    assert daemon.queries[-1].after == "20"


async def test_a_number_told_a_page_ago_can_still_be_opened(daemon: FakeDaemon, talk: Talk) -> None:
    daemon.contacts = people(45)
    third = (await talk.says("contacts"))[3]

    opened = await talk.says("next", "3")

    assert opened[1].removeprefix("Email: ") in third


async def test_details_longer_than_the_window_come_in_pages(talk: Talk) -> None:
    talk.rows = 5

    assert (await talk.says("contacts", "1"))[-1].startswith("1 to 5 of ")
    assert (await talk.says("next"))[-1].startswith("6 to 10 of ")


async def test_back_leads_to_the_page_it_came_from(daemon: FakeDaemon, talk: Talk) -> None:
    daemon.contacts = people(45)
    second = await talk.says("contacts", "next")

    assert await talk.says("22", "back") == second
    assert await talk.says("back") == ["There is no place before this one."]


async def test_what_could_not_be_read_leaves_the_person_where_they_were(daemon: FakeDaemon, talk: Talk) -> None:
    await talk.says("contacts")
    await daemon.stop()

    with pytest.raises(DaemonUnreachable):
        await talk.says("inbox")
    await daemon.start()

    assert talk.conversation.prompt == "contacts> "
    assert (await talk.says("again"))[0].startswith("3 contacts")


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("con", "contacts"),
        ("SEG", "segments"),
        ("sor", "sort"),
        ("n", "next"),
        ("p", "previous"),
        ("b", "back"),
        ("q", "quit"),
        ("exit", "quit"),
        ("?", "help"),
        ("sync", "sync"),
    ],
)
def test_the_first_letters_of_a_word_are_enough(typed: str, word: str) -> None:
    assert meant(typed) == word


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("s", "segments or stores or status or settings or sort or sync or save"),
        ("contcats", "Did you mean contacts?"),
        ("xyz", "help"),
    ],
)
def test_a_word_that_is_none_or_several_is_told_the_nearest(typed: str, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        meant(typed)

    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("con", ["contacts"]),
        ("sort rev", ["revenue", "reverse"]),
        ("find :total_o", [":total_orders"]),
        ("find :total_orders > 3 and last_order_d", ["last_order_date"]),
        ("sync abc hist", ["historical"]),
        ("foo b", []),
    ],
)
def test_tab_offers_what_may_stand_there(typed: str, wanted: list[str]) -> None:
    assert completions(typed) == wanted


def test_help_tells_every_word() -> None:
    told = "\n".join(help_lines())

    assert all(f"\n{word.name}" in told for word in ACTIONS)
    assert [line.split(":")[0] for line in help_lines("sort")] == ["sort KEY"]


@pytest.mark.parametrize("number", ["4", "0", "99999999999999999999"])
async def test_a_number_that_was_not_told_opens_nothing(talk: Talk, number: str) -> None:
    await talk.says("contacts")

    with pytest.raises((NotFound, Invalid)):
        await talk.says(number)


async def test_an_address_opens_its_contact(talk: Talk) -> None:
    assert (await talk.says("bob@example.org"))[0] == "Contact Bob Ortiz."


@pytest.mark.parametrize(
    ("typed", "first"),
    [("sort email", "ann@"), ("sort email reverse", "carla@"), ("sort reverse", "carla@"), ("sort last order", "ann@")],
)
async def test_contacts_are_sorted_by_a_key_and_either_way(talk: Talk, typed: str, first: str) -> None:
    assert first in (await talk.says("contacts", typed))[1]


async def test_an_unknown_sort_key_is_told_those_there_are(talk: Talk) -> None:
    with pytest.raises(Invalid, match="Did you mean revenue") as refused:
        await talk.says("contacts", "sort revnue")

    assert "last_order" in refused.value.remedy


async def test_the_inbox_is_filtered_by_a_state(talk: Talk) -> None:
    assert (await talk.says("inbox", "find dead"))[0].startswith("1 delivery in state dead.")


async def test_segments_are_found_by_name_or_rule(daemon: FakeDaemon, talk: Talk) -> None:
    daemon.saved.put("VIP", "total_revenue > 500")
    daemon.saved.put("Lately", "last_order_date in last 30 days")

    assert (await talk.says("segments", "find revenue"))[1].startswith("1: VIP.")
    assert (await talk.says("find"))[0] == "2 segments."
    assert (await talk.says("find :total_orders > 3"))[0].startswith("3 contacts")


async def test_deliveries_are_replayed_by_their_numbers(daemon: FakeDaemon, talk: Talk) -> None:
    dead = next(at for at, line in enumerate(await talk.says("inbox")) if "State dead" in line)

    assert await talk.says(f"replay {dead}") == ["1 delivery pending again."]
    assert daemon.replays[0].ids == [2]


async def test_all_dead_deliveries_are_replayed_after_a_yes_only(daemon: FakeDaemon, talk: Talk) -> None:
    await talk.says("inbox")
    asked = (await talk.conversation.obey("replay dead")).question
    assert asked is not None

    assert (await asked.then("no")).lines == ["Nothing is done."]
    assert not daemon.replays
    await asked.then("y")
    assert daemon.replays[0].state is DeliveryState.DEAD


async def test_a_historical_run_is_planned_and_asked_about(daemon: FakeDaemon, talk: Talk) -> None:
    planned = await talk.conversation.obey("sync acme hist")
    assert planned.question is not None
    runs_before = len(daemon.runs)

    assert "orders     1,204,118" in planned.lines
    await planned.question.then("")
    assert len(daemon.runs) == runs_before
    assert "historical, of acme" in (await planned.question.then("yes")).lines[0]


async def test_sync_asks_for_what_is_not_said(daemon: FakeDaemon, talk: Talk) -> None:
    with pytest.raises(Invalid, match="Which store"):
        await talk.says("sync")
    question = (await talk.conversation.obey("sync abc")).question
    assert question is not None

    await question.then("man")

    assert daemon.runs[0].kind is RunKind.MANUAL


async def test_runs_and_stores_are_held_and_gone_on_with(daemon: FakeDaemon, talk: Talk) -> None:
    daemon.runs = [run(7)]
    await talk.says("stores")

    assert await talk.says("pause 3") == ["Run 7 of acme is paused."]
    assert await talk.says("3", "resume") == ["Run 7 of acme is running."]
    assert await talk.says("back", "pause 1") == ["Store acme is paused."]
    assert await talk.says("resume 1") == ["Store acme is connected."]


async def test_a_run_is_cancelled_after_a_yes_only(daemon: FakeDaemon, talk: Talk) -> None:
    daemon.runs = [run(7)]
    await talk.says("stores")
    question = (await talk.conversation.obey("cancel 3")).question
    assert question is not None

    await question.then("n")
    assert daemon.runs[0].state is RunState.RUNNING
    assert (await question.then("yes")).lines == ["Run 7 of acme is cancelled."]


async def test_news_that_take_long_are_left_out(daemon: FakeDaemon, talk: Talk) -> None:
    await talk.says("contacts")
    daemon.delay_s[routes.CONTACTS] = 60

    assert await talk.conversation.news(_changed(What.CONTACT, 1)) == []


@pytest.mark.parametrize(
    "typed",
    ["why", "why 1", "pause", "pause 1", "cancel 1", "replay", "sort email", "next", "again", "open", "go 9", "go"],
)
async def test_a_word_that_means_nothing_here_says_what_to_do(talk: Talk, typed: str) -> None:
    if typed.endswith("1"):
        await talk.says("contacts")
    with pytest.raises(CounterfoilError) as refused:
        await talk.says(typed)

    assert refused.value.remedy


async def test_masking_hides_whoever_is_told_of(talk: Talk) -> None:
    listed = await talk.says("contacts", "mask")
    opened = await talk.says("1", "1")

    told = "\n".join([*listed, *opened, *await talk.says("back")])
    assert "a••@e••.com" in told
    assert not any(secret in told for secret in ("ann@", "Ann", "Lee", "555", "bob@"))
    assert "ann@example.com" in "\n".join(await talk.says("mask"))


async def test_new_contacts_are_told_before_the_next_prompt(daemon: FakeDaemon, talk: Talk) -> None:
    await talk.says("contacts")
    daemon.contacts += [contact(10, "new@example.com"), contact(11, "other@example.com")]

    assert await talk.conversation.news(_changed(What.CONTACT, 10, 11)) == ["2 new contacts; again shows them."]


async def test_contacts_that_changed_are_told_where_they_were_read(talk: Talk) -> None:
    await talk.says("contacts")
    told = await talk.conversation.news(_changed(What.CONTACT, 1, 77))
    await talk.says("1")

    assert told == ["1 contact of this list changed; again shows them."]
    assert await talk.conversation.news(_changed(What.CONTACT, 1)) == ["This contact changed; again shows it."]


async def test_what_happens_elsewhere_is_not_told(talk: Talk) -> None:
    await talk.says("segments")

    assert await talk.conversation.news(_changed(What.CONTACT, 1)) == []


async def test_the_end_of_a_run_is_told_everywhere(talk: Talk) -> None:
    assert await talk.conversation.news(Facts(runs=(finished_run(),))) == ["Run 6 of abc123 is done. 31 orders."]


async def test_hostile_names_stay_on_their_line(daemon: FakeDaemon, talk: Talk) -> None:
    daemon.contacts = [contact(name="Ann\x1b[31m\nLee" + "x" * 500)]

    line = (await talk.says("contacts"))[1]

    assert "\x1b" not in line
    assert "\n" not in line
    assert len(line) < 200


def test_a_question_that_takes_long_is_told_of_while_it_is_asked() -> None:
    told: list[str] = []

    async def asked() -> str:
        while not told:  # noqa: ASYNC110 - that it is told of is what is waited for
            await asyncio.sleep(0.001)
        return "an answer"

    with Background(patience_s=0.01) as background:
        assert background.run(asked(), slow=lambda: told.append("still asking")) == "an answer"

    assert told == ["still asking"]


def test_what_was_started_ends_with_its_background() -> None:
    ended: list[str] = []

    async def for_ever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("ended")

    async def nothing() -> None:
        """Lets the other one begin."""

    with Background() as background:
        background.start(for_ever())
        background.run(nothing())

    assert ended == ["ended"]


@pytest.mark.parametrize(
    ("first", "word", "changed"),
    [
        ("contacts", "tag 1, 3 big fish", ["ann@example.com", "carla@example.net"]),
        ("contacts", "tag all big fish", ["ann@example.com", "bob@example.org", "carla@example.net"]),
        ("find bob", "tag all big fish", ["bob@example.org"]),
        ("bob@example.org", "tag big fish", ["bob@example.org"]),
    ],
)
async def test_a_tag_is_given_to_numbers_to_all_or_to_whom_is_open_and_taken_back(
    daemon: FakeDaemon, talk: Talk, first: str, word: str, changed: list[str]
) -> None:
    await talk.says(first)

    told = await talk.asked(word, "yes")
    tagged = [one.email for one in daemon.contacts if "big fish" in one.tags]
    undone = await talk.asked("undo", "yes")

    assert sorted(tagged) == changed
    assert "big fish" in told[0]
    assert undone[0].startswith("Taken back: Add tag")
    assert not any("big fish" in one.tags for one in daemon.contacts)


async def test_an_edit_that_is_not_meant_is_not_made(daemon: FakeDaemon, talk: Talk) -> None:
    await talk.says("contacts")

    await talk.asked("join all Readers", "n")

    assert daemon.edits.requests == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["contacts", "tag 1"], "Which tag"),
        (["contacts", "tag vip"], "Whom"),
        (["inbox", "tag all vip"], "All of whom"),
        (["contacts", "erase"], "Erase whom"),
        (["contacts", "save VIP"], "Save which rule"),
        (["contacts", "export all.txt"], "Export into which file"),
        (["status", "export all.csv"], "no list here"),
        (["contacts", "delete 1"], "Which segment"),
        (["contacts", "mask", "erase 1"], "have to know"),
    ],
    ids=str,
)
async def test_a_word_that_lacks_something_says_what(talk: Talk, words: list[str], said: str) -> None:
    with pytest.raises(CounterfoilError, match=said):
        await talk.says(*words)


async def test_a_person_is_erased_once_the_address_is_typed(daemon: FakeDaemon, talk: Talk) -> None:
    await talk.says("contacts")
    with pytest.raises(Invalid, match="That is not bob@"):
        await talk.asked("erase 2", "ann@example.com")

    told = await talk.asked("erase 2", "bob@example.org")

    assert told[-1].startswith("Erased.")
    assert "bob@example.org" not in [one.email for one in daemon.contacts]


async def test_a_segment_is_saved_given_another_rule_renamed_and_deleted(daemon: FakeDaemon, talk: Talk) -> None:
    await talk.says("find :total_orders >= 3")
    await talk.asked("save VIP")
    await talk.asked("save vip: total_orders >= 4", "yes")
    rule = daemon.saved.segments["vip"].rule
    await talk.says("segments", "1")

    renamed = await talk.asked("rename", "Best")
    await talk.says("segments")
    deleted = await talk.asked("delete 1", "yes")

    assert rule == "total_orders >= 4"
    assert (renamed, deleted) == (["Segment VIP is called Best now."], ["Segment Best is deleted."])
    assert daemon.saved.segments == {}


@pytest.mark.parametrize(("words", "rows"), [(["find ann"], 1), (["contacts"], 3), (["inbox"], 4), (["products"], 7)])
async def test_a_list_is_exported_as_it_is_filtered(
    daemon: FakeDaemon, talk: Talk, tmp_path: Path, words: list[str], rows: int
) -> None:
    daemon.goods.products = catalogue()
    file = tmp_path / "list.csv"
    await talk.says(*words)

    await talk.asked(f"export {file}")
    again = await talk.asked(f"export {file}", "yes")

    assert len(file.read_text("utf-8").splitlines()) == rows + 1
    assert again == [f"The list is in {file}."]


async def test_products_and_settings_read_as_plain_lines(daemon: FakeDaemon, talk: Talk) -> None:
    daemon.goods.products = catalogue()
    told: list[str] = []
    for word in ("products", "1", "settings"):
        told += [f"{talk.conversation.prompt}{word}", *await talk.says(word), ""]

    assert_golden("linear-products", "\n".join(told))


@pytest.mark.parametrize("by_file", [True, False])
async def test_a_store_is_connected_question_by_question(
    daemon: FakeDaemon, talk: Talk, tmp_path: Path, by_file: bool
) -> None:
    token = tmp_path / "token"
    token.write_text("sekrit-token\n")
    given = [str(token)] if by_file else ["paste", "sekrit-token"]

    told = await talk.asked("add", "https://store-new123.mybigcommerce.com/manage", *given, "yes")

    assert "The store's hash is new123." in told
    assert "Scope store_v2_orders_read_only: granted. It feeds orders, their products and refunds." in told
    assert "sync new123 historical" in told[-1]
    assert not any("sekrit" in line for line in told)
    assert [(one.store, one.token.get_secret_value()) for one in daemon.added] == [("new123", "sekrit-token")]


async def test_a_token_that_is_not_enough_connects_nothing(daemon: FakeDaemon, talk: Talk) -> None:
    daemon.tried = tried("store_v2_orders_read_only")

    with pytest.raises(Invalid, match="not enough"):
        await talk.asked("add new123", "paste", "sekrit-token", "yes")

    assert daemon.added == []


async def test_the_doctor_tells_the_worst_first_and_fixes_after_a_yes(daemon: FakeDaemon, talk: Talk) -> None:
    head, worst, *_, last = await talk.says("doctor")

    assert head == "Doctor. 8 checks: 1 error, 2 warnings, 1 note, 1 unknown, 3 well."
    assert worst.startswith("Error: /var/lib/counterfoil/counterfoil.key has the mode 0644. Take their rights away")
    assert last == "Well: The daemon is of one version with the command line. Code client-version."
    assert (await talk.asked("fix", "n"))[-1] == NOTHING_DONE
    assert not daemon.calls[routes.MEND]
    assert "2 things set right." in await talk.asked("fix", "y")


async def test_the_audit_tells_who_commanded_what_and_is_filtered_by_outcome(daemon: FakeDaemon, talk: Talk) -> None:
    daemon.audit = GIVEN

    head, first, *_ = await talk.says("audit")
    failed = await talk.says("find failed")

    assert head == "6 commands."
    assert first == "1: root, admin. Commanded reload. Outcome done. Given 6 hours ago."
    assert failed[0] == "3 commands with outcome failed."
    assert "Commanded store purge. About abc123. Outcome forbidden." in failed[1]


async def test_the_audit_masked_tells_no_address(daemon: FakeDaemon, talk: Talk) -> None:
    daemon.audit = [command(1, "edit", subject="add_tag of ann@example.com")]

    assert "About add_tag of a••@e••.com" in (await talk.says("mask", "audit"))[1]
