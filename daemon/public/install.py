"""The app's auth callback: a browser comes from the store with a code, and is told what became of it."""

import html

from aiohttp import web

from common.errors import CounterfoilError
from daemon.bigcommerce.oauth import AUTH_PATH, Grant
from daemon.ingest.installs import AppInstalls

# Long enough to read two sentences before BigCommerce's own page takes over.
_READ_FOR_S = 30

_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",  # the code stands in the address
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
}


def install_routes(installs: AppInstalls) -> list[web.RouteDef]:
    async def auth(request: web.Request) -> web.Response:
        """A page that tells; an install that began at the app's link also ends where BigCommerce wants it to."""
        asked = request.query
        grant = Grant(asked.get("code", ""), asked.get("scope", ""), asked.get("context", ""))
        is_external = "external_install" in asked and not installs.login.missing
        try:
            store = await installs.take(grant)
        except CounterfoilError as error:
            end = installs.login.end(is_good=False) if is_external else ""
            return _page(_told(error), status=error.http_status, end=end)
        title = f"{store.row.name or store.hash} (store-{store.hash}) is connected."
        page = _page([title, "Go back to Counterfoil: the store stands there, and its first sync can begin."])
        if is_external:
            page.set_status(302)
            page.headers["Location"] = installs.login.end(is_good=True)
        return page

    # A HEAD would use the code up, and nobody would read the answer.
    return [web.get(AUTH_PATH, auth, allow_head=False)]


def _told(error: CounterfoilError) -> list[str]:
    return [line for line in ("The store is not connected.", error.message, error.remedy) if line]


def _page(lines: list[str], *, status: int = 200, end: str = "") -> web.Response:
    """A page of *lines*; with *end* the browser goes on there after a while."""
    onward = f'<meta http-equiv="refresh" content="{_READ_FOR_S};url={html.escape(end)}">' if end else ""
    body = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
    text = f'<!doctype html><html lang="en"><meta charset="utf-8">{onward}<title>Counterfoil</title>{body}</html>\n'
    # What a shop is called may hold anything, halves of characters too.
    return web.Response(
        body=text.encode("utf-8", "replace"), status=status, content_type="text/html", charset="utf-8", headers=_HEADERS
    )
