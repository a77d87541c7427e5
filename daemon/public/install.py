"""The app's auth callback: a browser comes from the store with a code, and is told what became of it."""

from aiohttp import web

from common.errors import CounterfoilError
from daemon.bigcommerce.oauth import AUTH_PATH, Grant
from daemon.ingest.installs import AppInstalls
from daemon.public.pages import page

# Long enough to read two sentences before BigCommerce's own page takes over.
_READ_FOR_S = 30


def install_routes(installs: AppInstalls) -> list[web.RouteDef]:
    async def auth(request: web.Request) -> web.Response:
        """A page that tells; an install that began at the app's link also ends where BigCommerce wants it to."""
        asked = request.query
        grant = Grant(asked.get("code", ""), asked.get("scope", ""), asked.get("context", ""))
        is_external = "external_install" in asked and not installs.login.missing
        try:
            store = await installs.take(grant)
        except CounterfoilError as error:
            onward = (installs.login.end(is_good=False), _READ_FOR_S) if is_external else None
            return page(_told(error), status=error.http_status, onward=onward)
        title = f"{store.row.name or store.hash} (store-{store.hash}) is connected."
        answer = page([title, "Go back to Counterfoil: the store stands there, and its first sync can begin."])
        if is_external:
            answer.set_status(302)
            answer.headers["Location"] = installs.login.end(is_good=True)
        return answer

    # A HEAD would use the code up, and nobody would read the answer.
    return [web.get(AUTH_PATH, auth, allow_head=False)]


def _told(error: CounterfoilError) -> list[str]:
    return [line for line in ("The store is not connected.", error.message, error.remedy) if line]
