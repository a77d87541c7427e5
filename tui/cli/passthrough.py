"""Commands that are the daemon's own: the process becomes the daemon's program, arguments untouched."""

import os
import sys

import click


class PassThrough(click.Command):
    """Replaces this process by `python -m daemon NAME ARGS`; even --help is answered by the daemon's program."""

    def __init__(self, name: str, summary: str) -> None:
        super().__init__(name, help=summary, add_help_option=False)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.args = list(args)
        return ctx.args

    def invoke(self, ctx: click.Context) -> None:
        if socket := ctx.find_root().obj:
            os.environ["COUNTERFOIL_SOCKET"] = socket
        # -P: a folder named `daemon` in the working directory is not ours.
        os.execv(sys.executable, [sys.executable, "-P", "-m", "daemon", self.name or "", *ctx.args])  # noqa: S606
