"""Processes of ours that live as long as we do: started with a log of their own, and never left behind."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

from common.errors import CounterfoilError

_GRACE_S = 5
_POLL_S = 0.02
_LOG_LINES_SHOWN = 15
_PR_SET_PDEATHSIG = 1
_ENDING_SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)


@dataclass(frozen=True, slots=True)
class Child:
    """*output* is what it prints, *log* what it complains about."""

    name: str
    process: "subprocess.Popen[bytes]"
    output: Path
    log: Path

    def death(self) -> CounterfoilError:
        """Its end as an error, with the last lines it logged."""
        logged = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LOG_LINES_SHOWN:]
        remedy = "\n".join(["Its log ends:", *logged]) if logged else "It logged nothing."
        return CounterfoilError(f"The {self.name} ended by itself ({_ending(self.process.returncode)}).", remedy=remedy)


class Children:
    """The daemon's programs as children. Use as a context manager: on the way out all are stopped.

    Those that are not gone *grace_s* after SIGTERM are killed.
    """

    def __init__(self, *, grace_s: float = _GRACE_S) -> None:
        self._grace_s = grace_s
        self._started: list[Child] = []
        self._is_stopping = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self, name: str, arguments: list[str], *, folder: Path, environment: Mapping[str, str]) -> Child:
        """Runs `python -m daemon ARGUMENTS` in *folder*, in a session of its own: our Ctrl+C is not its Ctrl+C."""
        output, log = folder / f"{name}.out", folder / f"{name}.log"
        with output.open("wb") as stdout, log.open("wb") as stderr:
            process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-P", "-m", "daemon", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                cwd=folder,
                env=dict(environment),
                start_new_session=True,
                preexec_fn=_dies_with(os.getpid()),  # noqa: PLW1509 - no threads run yet when children are started
            )
        child = Child(name, process, output, log)
        self._started.append(child)
        return child

    def wait_until(self, child: Child, is_ready: Callable[[], bool], *, timeout_s: float) -> None:
        """Returns when *is_ready* says so. Raises the child's death, or that it took longer than *timeout_s*."""
        deadline = time.monotonic() + timeout_s
        while not is_ready():
            if child.process.poll() is not None:
                raise child.death()
            if time.monotonic() > deadline:
                raise CounterfoilError(
                    f"The {child.name} was not ready after {timeout_s:g} s.", remedy=f"See {child.log}."
                )
            time.sleep(_POLL_S)

    def dead(self) -> Child | None:
        """The first child that ended without being told to."""
        if self._is_stopping:
            return None
        return next((child for child in self._started if child.process.poll() is not None), None)

    def stop(self) -> None:
        """SIGTERM to all, after the grace SIGKILL. From here on Ctrl+C is not heard: we are leaving."""
        self._is_stopping = True
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for child in self._started:
            child.process.terminate()
        deadline = time.monotonic() + self._grace_s
        for child in self._started:
            with suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.0, deadline - time.monotonic()))
        for child in self._started:
            child.process.kill()
            child.process.wait()


@dataclass(slots=True)
class _Cause:
    """Why the work was ended from outside: the exit code a signal stands for, or the death of a child."""

    exit_code: int = 0
    death: CounterfoilError | None = None

    def note(self, number: int, children: Children) -> bool:
        """Whether *number* is a reason to leave, and the first one."""
        if self.exit_code:
            return False
        if number == signal.SIGCHLD:
            dead = children.dead()
            self.death = dead.death() if dead else None
            self.exit_code = self.death.exit_code if self.death else 0
        else:
            self.exit_code = 128 + number
        return self.exit_code != 0


@contextmanager
def ended_by_signals(children: Children) -> Iterator[None]:
    """Within, SIGTERM, SIGHUP and a child's death end the work as Ctrl+C would, so that everything is cleaned up.

    Then the death is raised as an error, a signal as its exit code. Ctrl+C itself stays what it is.
    """
    cause = _Cause()

    def leave(number: int, _: FrameType | None) -> None:
        if cause.note(number, children):
            signal.raise_signal(signal.SIGINT)

    before = {number: signal.getsignal(number) for number in (*_ENDING_SIGNALS, signal.SIGINT)}
    for number in _ENDING_SIGNALS:
        signal.signal(number, leave)
    # A script's background job is started deaf to SIGINT, and that is the way the others take.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    except (KeyboardInterrupt, CounterfoilError):  # an error beside a cause is its consequence
        if not cause.exit_code:
            raise
    finally:
        for number, action in before.items():
            signal.signal(number, action)
    if cause.death:
        raise cause.death
    if cause.exit_code:
        sys.exit(cause.exit_code)


def _dies_with(parent: int) -> Callable[[], None]:
    """What a new child does first: ask the kernel to kill it when *parent* is gone, even by SIGKILL."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)

    def ask() -> None:
        if prctl is not None:
            prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it went before we could ask
            os._exit(1)

    return ask


def _ending(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
