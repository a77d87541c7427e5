"""`counterfoil support-bundle`: what to hand to whoever helps, shown before it is written."""

import io
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path

import click

from common.errors import Refused
from common.support import SupportBundle
from tui.cli.paper import Paper, answer, say
from tui.cli.question import demand_yes
from tui.cli.session import ask, json_option
from tui.cli.table import Column, number, table
from tui.cli.values import size

_FILES = (Column("FILE"), number("SIZE"))


@click.command("support-bundle")
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--print", "prints", is_flag=True, help="Show what would be in it, and write nothing.")
@click.option("--yes", is_flag=True, help="Write it without asking.")
@json_option
def support_bundle(file: Path | None, *, prints: bool, yes: bool, as_json: bool) -> None:
    """Write a tar.gz with what is known of the daemon: versions, settings, doctor, metrics, schema, log.

    It holds no secret, no name, address or phone of a person, and no row of a store. With --json it is printed instead.
    """
    bundle = ask(lambda client: client.support_bundle())
    if prints or as_json:
        answer(bundle, _contents, as_json=as_json)
        return
    target = file or Path(time.strftime("counterfoil-support-%Y%m%d-%H%M%S.tar.gz", time.gmtime(bundle.made_at)))
    if target.exists():
        raise Refused(f"{target} is there already: it is not overwritten.", remedy="Name another file.")
    answer(bundle, _listing, as_json=False)
    if not yes:
        demand_yes(f"Write these to {target}? --print shows what stands in them.")
    target.write_bytes(packed(bundle))
    target.chmod(0o600)
    say(f"{target} was written.")


def packed(bundle: SupportBundle) -> bytes:
    """All files in one folder of a tar.gz."""
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w:gz") as archive:
        for one in bundle.files:
            text = one.text.encode()
            entry = tarfile.TarInfo(f"counterfoil-support/{one.name}")
            entry.size, entry.mtime, entry.mode = len(text), bundle.made_at, 0o600
            archive.addfile(entry, io.BytesIO(text))
    return whole.getvalue()


def _listing(bundle: SupportBundle, paper: Paper) -> list[str]:
    return table(_FILES, ((one.name, size(len(one.text.encode()))) for one in bundle.files), paper)


def _contents(bundle: SupportBundle, _: Paper) -> Iterator[str]:
    for one in bundle.files:
        yield f"==> {one.name} <=="
        yield from (_printable(line) for line in one.text.splitlines())
        yield ""


def _printable(line: str) -> str:
    """With its columns, and nothing that a terminal would act on."""
    return "".join(char for char in line if char.isprintable())
