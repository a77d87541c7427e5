"""`counterfoil metrics`: what a monitor would be told."""

import json

import click

from tui.cli.paper import write_json
from tui.cli.session import ask, json_option


@click.command()
@json_option
def metrics(*, as_json: bool) -> None:
    """Print the daemon's metrics in Prometheus's text form; with --json a list of name, labels and value."""
    text = ask(lambda client: client.metrics())
    if not as_json:
        click.echo(text, nl=False)
        return
    from prometheus_client.parser import text_string_to_metric_families

    samples = [
        {"name": sample.name, "labels": sample.labels, "value": sample.value}
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    ]
    write_json(json.dumps({"metrics": samples}))
