"""`sandbox` says it is ready, `run` serves a fake daemon whose runs end at once, all else prints its arguments.

STANDIN names what goes wrong: "sandbox fails", "daemon fails", "daemon dies" (once a run was asked for), "never over",
"deaf" (check ignores SIGTERM).
"""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.fake_daemon import FakeDaemon

_FAULT = os.environ.get("STANDIN", "")


def _note(name: str, value: object) -> None:
    Path(f"{name}.json").write_text(json.dumps(value), encoding="utf-8")


async def _until_told() -> None:
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    await told.wait()


async def _sandbox() -> None:
    if _FAULT == "sandbox fails":
        sys.exit("no such fault: \x1b[31mgremlins")
    ready = {
        "url": "http://127.0.0.1:1",
        "hash": "demo1",
        "token": "t0ken",
        "client_secret": "s3cret",
        "pid": os.getpid(),
    }
    _note("arguments", sys.argv[2:])
    print(json.dumps(ready), flush=True)
    await _until_told()


async def _run() -> None:
    if _FAULT == "daemon fails":
        sys.exit("the folder is not writable")
    _note("environment", {name: value for name, value in os.environ.items() if name.startswith("COUNTERFOIL_")})
    from tests.support.fake_daemon import FakeDaemon
    from tests.support.fake_data import people

    async with FakeDaemon(Path(os.environ["COUNTERFOIL_SOCKET"]), contacts=people(20)) as daemon:
        ending = asyncio.create_task(_end_runs(daemon))
        await _until_told()
        ending.cancel()


async def _end_runs(daemon: "FakeDaemon") -> None:
    from common.sync import RunState

    while True:
        await asyncio.sleep(0.01)
        for run in list(daemon.runs):
            if _FAULT == "daemon dies":
                print("out of cheese", file=sys.stderr, flush=True)
                os._exit(7)
            if not run.state.is_over and _FAULT != "never over":
                daemon.push_run(run.model_copy(update={"state": RunState.DONE, "phase": None}))


match sys.argv[1]:
    case "sandbox":
        asyncio.run(_sandbox())
    case "run" if sys.argv[2:] == []:
        asyncio.run(_run())
    case "check" if _FAULT == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        print(_FAULT, flush=True)
        signal.pause()
    case _:
        print(json.dumps([sys.argv[1:], os.environ.get("COUNTERFOIL_SOCKET")]))
