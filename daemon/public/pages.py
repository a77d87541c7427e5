"""Pages for a browser in the store's control panel: text alone, everything in it escaped, nothing of any person."""

import html
from collections.abc import Iterable, Mapping

from aiohttp import web

# Where BigCommerce shows an app: within its control panel, in a frame.
_PANEL = "https://*.mybigcommerce.com https://*.bigcommerce.com"

_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",  # codes and signed payloads stand in the address
    "Content-Security-Policy": f"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors {_PANEL}",
    "X-Content-Type-Options": "nosniff",
}


def page(
    lines: Iterable[str],
    facts: Mapping[str, str] | None = None,
    *,
    status: int = 200,
    onward: tuple[str, int] | None = None,
) -> web.Response:
    """A page of *lines*, then *facts* by name. *onward*: where the browser goes on, after how many seconds."""
    refresh = f'<meta http-equiv="refresh" content="{onward[1]};url={html.escape(onward[0])}">' if onward else ""
    told = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
    table = "".join(
        f'<tr><th align="left" scope="row">{html.escape(name)}</th><td>{html.escape(value)}</td></tr>'
        for name, value in (facts or {}).items()
    )
    body = told + (f"<table>{table}</table>" if table else "")
    text = f'<!doctype html><html lang="en"><meta charset="utf-8">{refresh}<title>Counterfoil</title>{body}</html>\n'
    # What a shop is called may hold anything, halves of characters too.
    return web.Response(
        body=text.encode("utf-8", "replace"), status=status, content_type="text/html", charset="utf-8", headers=_HEADERS
    )
