"""`counterfoil openapi`: the socket API described for tools."""

import click

from tui.cli.paper import write_json
from tui.cli.session import ask, json_option


@click.command()
@json_option
def openapi(as_json: bool) -> None:
    """Print what the daemon's socket answers, as OpenAPI 3.1: paths, models, and how calls may fail.

    What the daemon serves at /v1/openapi.json; --json puts it on one line.
    """
    told = ask(lambda client: client.openapi())
    if as_json:
        write_json(told.model_dump_json())
    else:
        click.echo(told.model_dump_json(indent=2))
