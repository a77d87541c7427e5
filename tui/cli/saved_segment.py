"""`counterfoil segment save, list, show, …`: rules that are kept under a name, and who is a member."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from pydantic import ValidationError

from common.contacts import MAX_PAGE
from common.errors import Invalid, NotFound, Refused
from common.segments.answers import (
    LogQuery,
    MemberPage,
    MemberQuery,
    Segment,
    SegmentApplied,
    SegmentDeleted,
    SegmentDetail,
    SegmentList,
    SegmentLog,
    SegmentSave,
)
from common.segments.growth import SegmentGrowth
from common.text import safe
from tui.cli import offers
from tui.cli.export_options import format_option, output_option
from tui.cli.paper import Ink, Paper, answer, say, write_json
from tui.cli.program import first_fault
from tui.cli.question import demand_yes
from tui.cli.rule import rule_argument
from tui.cli.session import ask, json_option
from tui.cli.table import Column, number, table
from tui.cli.values import minute
from tui.export.kinds import ExportFormat
from tui.format import count, full_name

if TYPE_CHECKING:
    from common.client import ApiClient

_LIST = (Column("NAME"), number("MEMBERS"), Column("AS OF"), Column("RULE", gives_way=True))
_MEMBERS = (Column("EMAIL", gives_way=True), Column("NAME", gives_way=True), Column("SINCE"))
_GROWTH = (Column("DAY"), number("MEMBERS"), number("ENTERED"), number("LEFT"), number("BY EDIT"))
_LOG = (Column("AT"), Column("WHAT"), Column("EMAIL", gives_way=True), Column("CAUSE"))

_name = click.argument("name", metavar="NAME", shell_complete=offers.segments)
_limit = click.option(
    "--limit", type=click.IntRange(1, MAX_PAGE), default=50, show_default=True, help="At most this many."
)


@click.command("save")
@_name
@rule_argument
@click.option(
    "--revision",
    type=click.IntRange(min=0),
    help="Only if it still has this revision (see show); 0 = only if there is none of that name.",
)
@json_option
def save(name: str, rule: str, revision: int | None, as_json: bool) -> None:
    """Keep RULE under NAME, or give the segment NAME another rule.

    Without --revision whatever is saved under NAME is replaced; segments that refer to it follow.
    """
    answer(ask(lambda client: client.save_segment(name, rule, revision=revision)), _shown, as_json=as_json)


@click.command("list")
@json_option
def list_segments(as_json: bool) -> None:
    """List the saved segments."""
    answer(ask(lambda client: client.segments()), _list_lines, as_json=as_json)


@click.command("show")
@_name
@json_option
def show(name: str, as_json: bool) -> None:
    """Show the saved segment NAME."""
    answer(ask(lambda client: client.segment(name)), _shown, as_json=as_json)


@click.command("rename")
@_name
@click.argument("to", metavar="TO")
@json_option
def rename(name: str, to: str, as_json: bool) -> None:
    """Call the segment NAME by the name TO; segments that refer to it follow."""
    answer(ask(lambda client: client.rename_segment(name, to)), _shown, as_json=as_json)


@click.command("duplicate")
@_name
@click.argument("to", metavar="TO")
@json_option
def duplicate(name: str, to: str, as_json: bool) -> None:
    """Keep the rule of the segment NAME under the name TO, too; refused if there is one of that name."""
    answer(ask(lambda client: _duplicated(client, name, to)), _shown, as_json=as_json)


async def _duplicated(client: "ApiClient", name: str, to: str) -> SegmentDetail:
    segment = await client.segment(name)
    if not segment.rule:
        raise Refused(f"The rule of {safe(name)!r} cannot be read.", remedy=safe(segment.fault))
    return await client.save_segment(to, segment.rule, revision=0)


@click.command("delete")
@_name
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def delete(name: str, yes: bool, as_json: bool) -> None:
    """Delete the segment NAME; its contacts stay."""
    if not yes:
        demand_yes(f"Delete the segment “{safe(name)}”? Its contacts stay.")
    answer(ask(lambda client: client.delete_segment(name)), _deleted_lines, as_json=as_json)


@click.command("members")
@_name
@_limit
@click.option("--after", type=click.IntRange(min=0), default=0, help="Go on after the member with this id.")
@format_option(default=None, before="Write all members, as ")
@output_option
@json_option
def members(name: str, limit: int, after: int, kind: str | None, output: Path | None, as_json: bool) -> None:
    """Show who is in the segment NAME, and since when; with --format write them all, for other programs."""
    if kind is not None:
        _export_members(name, ExportFormat(kind), output)
        return
    if output is not None:
        raise Invalid("Without --format members are shown.", remedy="Say --format csv, jsonl or parquet.")
    page = ask(lambda client: client.segment_members(MemberQuery(name=name, after=after, limit=limit)))
    answer(page, _member_lines, as_json=as_json)
    if not as_json:
        say(f"{count(page.total)} members, {_as_of(page.as_of)}")
        _say_more(page.next, "--after")


def _export_members(name: str, kind: ExportFormat, output: Path | None) -> None:
    from tui.cli.export import member_pages, write
    from tui.export.sheets import MEMBERS

    ask(lambda client: write(member_pages(client, name), MEMBERS, kind, output))


@click.command("log")
@_name
@_limit
@click.option("--before", type=click.IntRange(min=0), default=0, help="Go on before this entry.")
@json_option
def log(name: str, limit: int, before: int, as_json: bool) -> None:
    """Show who entered and left the segment NAME, and why; the latest first."""
    page = ask(lambda client: client.segment_log(LogQuery(name=name, before=before, limit=limit)))
    answer(page, _log_lines, as_json=as_json)
    if not as_json:
        _say_more(page.next, "--before")


@click.command("growth")
@_name
@click.option(
    "--days", type=click.IntRange(1, 366), default=30, show_default=True, help="The last days, today included."
)
@json_option
def growth(name: str, days: int, as_json: bool) -> None:
    """Show how many members the segment NAME had day by day, who entered and left, and what edits of its rule made."""
    told = ask(lambda client: client.segment_growth(name, days=days))
    answer(told, _growth_lines, as_json=as_json)
    if not as_json:
        say(f"Days as in {told.timezone}; known since {minute(told.known_since)}.")


@click.command("export")
@click.option("--dir", "folder", type=click.Path(file_okay=False, path_type=Path), required=True, help="Where to.")
@json_option
def export(folder: Path, as_json: bool) -> None:
    """Write each saved segment to a text file of its own, for `segment apply`."""
    from common.segments.files import file_name_of, file_of

    segments = ask(lambda client: client.segments()).segments
    if broken := [one for one in segments if one.fault and not one.rule]:
        raise Invalid(f"The segment “{safe(broken[0].name)}” cannot be written as text: {broken[0].fault}")
    folder.mkdir(parents=True, exist_ok=True)
    names = [file_name_of(one.name) for one in segments]
    for one, file_name in zip(segments, names, strict=True):
        (folder / file_name).write_text(file_of(one.name, one.rule), encoding="utf-8")
    if as_json:
        write_json(json.dumps({"dir": str(folder), "files": names}))
    else:
        say(f"{count(len(names))} segments written to {folder}.")


@click.command("apply")
@click.option("--dir", "folder", type=click.Path(file_okay=False, path_type=Path), required=True, help="Where from.")
@json_option
def apply(folder: Path, as_json: bool) -> None:
    """Save the segments in the files of a folder: all of them, or none when one is refused. Others stay as they are."""
    wanted = list(_in_files(folder))
    answer(ask(lambda client: client.apply_segments(wanted)), _applied_lines, as_json=as_json)


COMMANDS: tuple[click.Command, ...] = (
    save, list_segments, show, rename, duplicate, delete, members, log, growth, export, apply,
)  # fmt: skip


def _in_files(folder: Path) -> Iterator[SegmentSave]:
    """Raises NotFound without any file, and Invalid for one that is none or names a segment twice."""
    from common.segments.files import SUFFIX, segment_in

    paths = sorted(folder.glob(f"*{SUFFIX}"))
    if not paths:
        raise NotFound(f"There is no file *{SUFFIX} in {folder}.", remedy="Write some: counterfoil segment export.")
    file_of: dict[str, str] = {}
    for path in paths:
        try:
            name, rule = segment_in(path.read_text(encoding="utf-8"), path.name)
        except UnicodeDecodeError:
            raise Invalid(f"{path} is no text.") from None
        if (other := file_of.setdefault(name.casefold(), path.name)) != path.name:
            raise Invalid(f"{other} and {path.name} both hold the segment “{safe(name)}”.")
        try:
            yield SegmentSave(name=name, rule=rule)
        except ValidationError as error:
            raise Invalid(f"{path.name}: {first_fault(error)}") from None


def _shown(segment: SegmentDetail, paper: Paper) -> Iterator[str]:
    yield paper.ink(safe(segment.name), Ink.HEAD)
    yield f"  {safe(segment.rule)}" if segment.rule else f"  {safe(segment.fault)}"
    if segment.fault and segment.rule:
        yield f"  cannot be asked: {safe(segment.fault)}"
    if segment.warning:
        yield paper.ink(f"  {safe(segment.warning)}", Ink.WARN)
    yield f"  {_state(segment)}"
    yield f"  revision {segment.revision}, changed {minute(segment.changed_at)}"
    if segment.referred_by:
        yield f"  referred to by {safe(', '.join(segment.referred_by))}"


def _state(segment: Segment) -> str:
    if segment.as_of is None:
        return "members are being computed"
    return f"{count(segment.members)} members, {_as_of(segment.as_of, segment.waiting)}"


def _as_of(as_of: int | None, waiting: int = 0) -> str:
    if as_of is None:
        return "being computed"
    return f"as of {minute(as_of)}" + (f" ({count(waiting)} contacts changed since)" if waiting else "")


def _list_lines(listed: SegmentList, paper: Paper) -> Iterable[str]:
    rows = [
        (one.name, count(one.members), minute(one.as_of) if one.as_of else "computing", one.rule or one.fault)
        for one in listed.segments
    ]
    return table(_LIST, rows, paper) if rows else []


def _member_lines(page: MemberPage, paper: Paper) -> Iterable[str]:
    rows = [(one.email, full_name(one.first_name, one.last_name), minute(one.since)) for one in page.contacts]
    return table(_MEMBERS, rows, paper) if rows else []


def _log_lines(page: SegmentLog, paper: Paper) -> Iterable[str]:
    rows = [(minute(one.at), "entered" if one.entered else "left", one.email, one.cause) for one in page.entries]
    return table(_LOG, rows, paper) if rows else []


def _growth_lines(told: SegmentGrowth, paper: Paper) -> Iterable[str]:
    rows = [
        (one.day, count(one.members), count(one.entered), count(one.left), f"{one.by_edit:+,}" if one.by_edit else "")
        for one in told.days
    ]
    return table(_GROWTH, rows, paper)


def _deleted_lines(deleted: SegmentDeleted, _: Paper) -> Iterator[str]:
    yield f"Deleted: {safe(deleted.name)}"


def _applied_lines(applied: SegmentApplied, _: Paper) -> Iterator[str]:
    words = {"created": applied.created, "changed": applied.changed, "unchanged": applied.unchanged}
    for word, names in words.items():
        yield from (f"{word:<9}  {safe(name)}" for name in names)


def _say_more(following: int, option: str) -> None:
    if following:
        say(f"There are more: {option} {following}")
