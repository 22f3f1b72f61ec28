"""Faults put into the system calls of a process by strace, and users that are not root."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
LONGEST = 60.0
"""Seconds after which a process that should have ended counts as hanging."""

_FILTER = "--seccomp-bpf"
"""Lets the process stop only at the calls that are asked for: several times faster."""

_CALL = re.compile(r"^(?:\d+ +)?(\w+)\((.*)$")


class Call(NamedTuple):
    """A system call as strace tells it: its name, what follows, how often it came before."""

    name: str
    rest: str
    number: int


def strace() -> list[str]:
    """The command that traces; the test is skipped where nothing can be traced."""
    command = _strace()
    if isinstance(command, str):
        pytest.skip(command)
    return command


@functools.cache
def _strace() -> list[str] | str:
    """The command, or why there is none."""
    found = shutil.which("strace")
    if found is None:
        return "strace is not installed"
    told = ""
    for options in (["-f", _FILTER], ["-f"]):
        tried = subprocess.run(
            [found, *options, "-e", "trace=fsync", "-o", os.devnull, "true"],
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST,
        )
        if not tried.returncode:
            return [found, *options]
        told = tried.stderr.strip()
    return f"strace may not trace here: {told}"


def run(
    command: Sequence[str], *, fault: str = "", log: Path | None = None, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """A Python command (`-m …`), with a fault such as `fsync:error=EIO:when=1` in its calls."""
    traced: list[str] = []
    if fault or log:
        traced = [*strace(), "-o", str(log or os.devnull), "-s", "400"]
        if log or ":signal=" in fault:  # strace delivers no signal at the calls that it filters.
            traced = [word for word in traced if word != _FILTER]
        if fault:
            traced += ["-e", f"trace={fault.partition(':')[0]}", "-e", f"inject={fault}"]
    return subprocess.run(
        [*traced, sys.executable, *command],
        capture_output=True,
        text=True,
        input=stdin,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=ROOT,
        check=False,
        timeout=LONGEST,
    )


def calls(log: Path) -> Iterator[Call]:
    """The system calls of a log in their order."""
    seen: dict[str, int] = {}
    for line in log.read_text("utf-8", "replace").splitlines():
        match = _CALL.match(line)
        if match:
            seen[match[1]] = seen.get(match[1], 0) + 1
            yield Call(match[1], match[2], seen[match[1]])


@contextlib.contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that every user can look into; pytest closes its own again and again."""
    with tempfile.TemporaryDirectory(prefix="mbtui-open-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def run_as_nobody(code: str, *arguments: str, state: Path) -> str:
    """What the code prints in a process that is not root and keeps its state in `state`.

    What it is to read is in `open_folder()`. Skips the test where there is no other user to become.
    """
    if os.getuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("needs root and setpriv, to become another user")
    program = f"import sys; sys.path[:0] = {sys.path!r}\n" + code
    answer = subprocess.run(
        [
            *("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
            *(sys.executable, "-c", program, *arguments),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST,
        env={**os.environ, "XDG_STATE_HOME": str(state), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    unreadable = ("Permission denied", "No module named 'mbtui'")
    if any(word in answer.stderr for word in unreadable) and "mbtui" not in answer.stdout:
        pytest.skip(f"nobody cannot read the code here: {answer.stderr.splitlines()[-1]}")
    assert answer.returncode == 0, answer.stderr
    return answer.stdout
