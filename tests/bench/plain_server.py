"""The baselines of taking in webhooks: aiohttp that reads a call and stores nothing, or commits each by itself.

`python -m tests.bench.plain_server nothing|each FILE` prints its port and serves until it is ended.
"""

import asyncio
import sqlite3
import sys

from aiohttp import web
from aiohttp.typedefs import Handler

_SCHEMA = "create table delivery (id integer primary key, path text not null, body blob not null) strict"


async def _store_nothing(request: web.Request) -> web.Response:
    await request.read()
    return web.Response()


def _commit_each(path: str) -> Handler:
    conn = sqlite3.connect(path, isolation_level=None)
    conn.execute("pragma journal_mode = wal")
    conn.execute("pragma synchronous = full")
    conn.execute(_SCHEMA)

    async def commit(request: web.Request) -> web.Response:
        body = await request.read()
        conn.execute("insert into delivery (path, body) values (?, ?)", (request.path, body))
        return web.Response()

    return commit


async def _serve(kind: str, path: str) -> None:
    app = web.Application()
    app.router.add_post("/webhooks/bigcommerce/{store}", _store_nothing if kind == "nothing" else _commit_each(path))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], sys.argv[2]))
