"""`counterfoil doctor`: everything that can be wrong, looked at, and some of it set right."""

import os
import subprocess
import sys
from collections.abc import Iterator

import click

from common.doctor import CheckList, Diagnosis, Verdict
from common.errors import CounterfoilError, DaemonUnreachable
from common.text import safe
from tui.checkup import advice, in_sum, with_client, worst_first
from tui.cli.paper import Ink, Paper, answer, say
from tui.cli.session import ask, json_option
from tui.cli.table import Column, table

_WRONG = 1
_OFFLINE_WITHIN_S = 120
_INKS = {
    Verdict.ERROR: Ink.BAD,
    Verdict.WARNING: Ink.WARN,
    Verdict.UNKNOWN: Ink.FAINT,
    Verdict.WELL: Ink.GOOD,
}
_CHECKS = (Column("CODE"), Column("AREA"), Column("FIX"), Column("MEANING", gives_way=True))


@click.command()
@click.option("--fix", is_flag=True, help="Set right what safely can be, and tell what was done.")
@click.option("--all", "shows_all", is_flag=True, help="Tell what is well, too.")
@click.option("--list", "lists", is_flag=True, help="Tell what is looked at, with its meaning, and look at nothing.")
@json_option
def doctor(*, fix: bool, shows_all: bool, lists: bool, as_json: bool) -> None:
    """Look at everything that can be wrong: settings, files, disk, database, network, stores, work, backups.

    Exits 0 when nothing is wrong, 1 when something is, and 3 when no daemon answers: then what needs none is looked at.
    """
    if lists:
        answer(_checks(), _check_lines, as_json=as_json)
        return
    try:
        found = with_client(ask(lambda client: client.mend() if fix else client.diagnosis()))
    except DaemonUnreachable as unreachable:
        _tell(_offline(fix=fix), shows_all=shows_all, as_json=as_json)
        raise unreachable from None
    _tell(found, shows_all=shows_all, as_json=as_json)
    if found.wrong:
        click.get_current_context().exit(_WRONG)


def _tell(found: Diagnosis, *, shows_all: bool, as_json: bool) -> None:
    answer(found, lambda found, paper: diagnosis_lines(found, paper, shows_all=shows_all), as_json=as_json)
    if not as_json:
        say(f"{in_sum(found)}." if found.is_whole else f"{in_sum(found)}; without a daemon no more can be looked at.")


def diagnosis_lines(found: Diagnosis, paper: Paper, *, shows_all: bool = False) -> Iterator[str]:
    """What is not well, the worst first, each with what to do about it."""
    shown = [one for one in worst_first(found.results) if shows_all or one.verdict is not Verdict.WELL]
    for result in shown:
        verdict = paper.ink(result.verdict.value, _INKS.get(result.verdict))
        yield f"{verdict}: {safe(result.found)}  {paper.ink(f'({result.code})', Ink.FAINT)}"
        if told := advice(result):
            yield f"  {safe(told)}"
    if not shown:
        yield paper.ink("All is well.", Ink.GOOD)


def _checks() -> CheckList:
    try:
        return ask(lambda client: client.checks())
    except DaemonUnreachable:
        return CheckList.model_validate_json(_told_by_daemons_program("--list", "--json"))


def _check_lines(told: CheckList, paper: Paper) -> list[str]:
    rows = ((one.code, one.area, "yes" if one.can_mend else "", one.meaning) for one in told.checks)
    return table(_CHECKS, rows, paper)


def _offline(*, fix: bool) -> Diagnosis:
    return Diagnosis.model_validate_json(_told_by_daemons_program("--json", *(["--fix"] if fix else [])))


def _told_by_daemons_program(*words: str) -> bytes:
    """What `counterfoild doctor` prints. Raises CounterfoilError when it fails."""
    chosen = click.get_current_context().find_root().obj
    # -P: a folder named `daemon` in the working directory is not ours.
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-P", "-m", "daemon", "doctor", *words],
        capture_output=True,
        check=False,
        timeout=_OFFLINE_WITHIN_S,
        env=os.environ | ({"COUNTERFOIL_SOCKET": chosen} if chosen else {}),
    )
    if done.returncode not in (0, _WRONG) or not done.stdout:
        raise CounterfoilError(
            f"What needs no daemon could not be looked at, either: {done.stderr.decode('utf-8', 'replace')[-300:]}",
            remedy="Try `counterfoild doctor` as the daemon's user.",
        )
    return done.stdout
