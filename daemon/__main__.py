"""`counterfoild`: the service's own command line."""

import os
import sys
from functools import partial
from pathlib import Path

import click

from common.errors import CounterfoilError, NotFound
from daemon.sandbox.command import sandbox


class _Program(click.Group):
    """The one place where errors become words and exit codes."""

    def invoke(self, context: click.Context) -> object:
        try:
            return super().invoke(context)
        except CounterfoilError as error:
            click.echo(f"counterfoild: {error.message}", err=True)
            if error.remedy:
                click.echo(f"  {error.remedy}", err=True)
            context.exit(error.exit_code)


@click.group(cls=_Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="counterfoil")
def program() -> None:
    """The Counterfoil service: keeps your stores' customer side on this machine."""


_config = click.option(
    "--config", type=click.Path(path_type=Path), help="The configuration file (default: COUNTERFOIL_CONFIG or /etc)."
)
_state_dir = click.option(
    "--state-dir", type=click.Path(path_type=Path), help="Where the database lives (COUNTERFOIL_STATE_DIR)."
)


@program.command()
@_config
@_state_dir
def run(config: Path | None, state_dir: Path | None) -> None:
    """Run the service in the foreground until SIGTERM."""
    import asyncio
    import faulthandler

    from daemon.app import serve
    from daemon.logs import goes_to_journal, start_logging
    from daemon.settings import load_settings

    read = partial(load_settings, config, state_dir=state_dir)
    settings = read()
    is_journal = goes_to_journal(os.environ.get("JOURNAL_STREAM", ""), sys.stderr.fileno())
    last_lines = start_logging(settings.log_level, under_journald=is_journal)
    faulthandler.enable()  # a watchdog's SIGABRT leaves in the log where every thread stood
    asyncio.run(serve(settings, read, last_lines))


@program.command()
@_config
@_state_dir
def check(config: Path | None, state_dir: Path | None) -> None:
    """Try the settings without starting; says what is in force."""
    from daemon.settings import load_settings

    settings = load_settings(config, state_dir=state_dir)
    click.echo(settings.model_dump_json(indent=2))


@program.command()
@_config
@_state_dir
def migrate(config: Path | None, state_dir: Path | None) -> None:
    """Bring the database to this version (the service does so by itself at its start)."""
    from daemon.clock import SystemClock
    from daemon.db.migrate import migrate as migrated
    from daemon.lock import locked_state_dir
    from daemon.settings import load_settings

    settings = load_settings(config, state_dir=state_dir)
    with locked_state_dir(settings.state_dir):
        applied = migrated(settings.database, now=SystemClock().now())
    click.echo(f"Applied: {', '.join(applied)}." if applied else "Nothing to do: the database is up to date.")


@program.command()
@_config
@_state_dir
@click.option("--dir", "folder", type=click.Path(path_type=Path), help="Where to (default: the setting backup.dir).")
def backup(config: Path | None, state_dir: Path | None, folder: Path | None) -> None:
    """Copy the database as it is now, whether the service runs or not; prints the copy's path."""
    from daemon.backup.copying import copied
    from daemon.clock import SystemClock
    from daemon.settings import load_settings

    settings = load_settings(config, state_dir=state_dir)
    if not settings.database.exists():
        raise NotFound(f"There is no database {settings.database}.", remedy="Check COUNTERFOIL_STATE_DIR.")
    target = folder or settings.backup_dir
    made = copied(settings.database, target, now=SystemClock().now())
    click.echo(target / made.file)
    click.echo(f"The key is not in it: keep a copy of {settings.state_dir}'s key elsewhere.", err=True)


@program.command()
@_config
@_state_dir
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--key-lost", is_flag=True, help="Give up the tokens that the key here does not open.")
def restore(config: Path | None, state_dir: Path | None, file: Path, key_lost: bool) -> None:
    """Put the backup FILE in the place of the database, which is kept aside (stop the service first)."""
    from daemon.backup.restore import restore as restored
    from daemon.backup.words import lines_of
    from daemon.clock import SystemClock
    from daemon.settings import load_settings

    settings = load_settings(config, state_dir=state_dir)
    done = restored(settings, file, now=SystemClock().now(), is_key_lost=key_lost)
    for line in lines_of(done):
        click.echo(line)


@program.command()
@_config
@_state_dir
def rebuild(config: Path | None, state_dir: Path | None) -> None:
    """Compute all totals anew from the orders, and who is in which segment (stop the service first)."""
    from daemon.clock import SystemClock
    from daemon.rebuild import rebuild_memberships, rebuild_totals
    from daemon.settings import load_settings

    settings = load_settings(config, state_dir=state_dir)
    contacts = rebuild_totals(settings)
    segments = rebuild_memberships(settings, SystemClock())
    click.echo(f"{contacts} contacts and {segments} segments computed anew.")


@program.command()
@_config
@_state_dir
@click.option("--fix", is_flag=True, help="Set right what safely can be.")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@click.option("--list", "lists", is_flag=True, help="Tell what is looked at, and look at nothing.")
def doctor(config: Path | None, state_dir: Path | None, *, fix: bool, as_json: bool, lists: bool) -> None:
    """Look at what needs no running service; `counterfoil doctor` asks the running one, which knows more.

    Exits 0 when all is well and 1 when something is wrong.
    """
    from daemon.doctor.command import check_lines, diagnosis_lines, offline_diagnosis

    if lists:
        click.echo("\n".join(check_lines(as_json=as_json)))
        return
    found = offline_diagnosis(config, state_dir, mends=fix)
    click.echo("\n".join(diagnosis_lines(found, as_json=as_json)))
    if found.wrong:
        raise SystemExit(1)


@program.command("rotate-key")
@_config
@_state_dir
@click.option(
    "--key",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The key's file where it is not in the state folder, as the one that LoadCredential= names.",
)
def rotate_key(config: Path | None, state_dir: Path | None, key: Path | None) -> None:
    """Encrypt all secrets with a new key, and forget the former one (stop the service first).

    Cut off at whatever moment, nothing is lost: run it again. Keep the new key's file with the backups that are made
    from now on; older backups need the former one.
    """
    from daemon.rotation import rotated
    from daemon.settings import load_settings

    done = rotated(load_settings(config, state_dir=state_dir), key)
    click.echo(f"{done.secrets} secrets are encrypted with a new key, which stands in {done.file}.")
    if key is not None:
        click.echo("Restart the service, so that it is given that file anew.")


program.add_command(sandbox)


def main() -> None:
    program(prog_name="counterfoild")


if __name__ == "__main__":
    main()
