"""The doctor: everything that can be wrong, looked at anew each time, the worst first."""

from dataclasses import dataclass

from common.doctor import CheckResult, Diagnosis, Verdict
from tui.checkup import advice, in_sum, with_client, worst_first
from tui.linear.answer import Answer, yes_or_no
from tui.linear.place import Page, Place, Room, Wanted, details
from tui.linear.spoken import fact, many, sentences


@dataclass(frozen=True, slots=True)
class Doctor(Place):
    word = "doctor"

    async def read(self, room: Room, wanted: Wanted) -> Page:
        found = room.seen(with_client(await room.client.diagnosis()))
        return details([sentences("Doctor", in_sum(found))], [_told(one) for one in worst_first(found.results)], wanted)


async def mended(room: Room) -> Answer:
    """Sets right what safely can be, after a yes."""
    wrong = _mendable(await room.client.diagnosis())
    if not wrong:
        return Answer(["Nothing was found that could be set right from here."])

    async def mend() -> Answer:
        found = room.seen(await room.client.mend())
        done = [one for one in found.results if one.mended]
        return Answer([sentences(f"{many(len(done), 'thing')} set right"), *map(_told, done)])

    return Answer([_told(room.seen(one)) for one in wrong], yes_or_no(f"Set right {many(len(wrong), 'thing')}?", mend))


def _mendable(found: Diagnosis) -> list[CheckResult]:
    return [one for one in found.results if one.can_mend and not one.mended]


def _told(result: CheckResult) -> str:
    is_well = result.verdict is Verdict.WELL
    return sentences(fact(result.verdict, result.found), "" if is_well else advice(result), f"Code {result.code}")
