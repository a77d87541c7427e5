"""`counterfoil completion`: the script that lets a shell complete what is typed."""

import click
from click.shell_completion import get_completion_class

from tui.cli.paper import say
from tui.cli.program import COMPLETE_VARIABLE
from tui.cli.shells import teach

_PLACES = {
    "bash": "Put it into ~/.local/share/bash-completion/completions/counterfoil; new shells then complete.",
    "zsh": "Put it into a file named _counterfoil in a folder of $fpath; new shells then complete.",
    "fish": "Put it into ~/.config/fish/completions/counterfoil.fish; new shells then complete.",
}


@click.command()
@click.argument("shell", type=click.Choice(list(_PLACES)))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script that lets SHELL complete commands, options, stores, segments, runs, rules and files."""
    teach()
    made = get_completion_class(shell)
    if made is not None:
        click.echo(made(ctx.find_root().command, {}, "counterfoil", COMPLETE_VARIABLE).source(), nl=False)
    say(_PLACES[shell])
