"""Two mbtui processes and a shell writer save into one bank at once: every save is there.

`MBTUI_FAULT_SAVES` is the number of saves of each (1000 is the long run, about five minutes).
"""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

import pytest

from tests.faults.killing import (
    LONGEST,
    Shell,
    Told,
    at_once,
    environment,
    lock_is_free,
    make_bank,
    start_writer,
)

SAVES = int(os.environ.get("MBTUI_FAULT_SAVES", "15"))
SEED = int(os.environ.get("MBTUI_FAULT_SEED", "20261122"))
LOOK = 0.25
"""Seconds up to which a screen looks at an entry: about as long as a command takes to start."""


def test_t23_no_acknowledged_save_of_three_writers_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """They save into the same entries too, often from a bank that another changed meanwhile."""
    folder = make_bank(tmp_path)
    env = environment(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", env["XDG_STATE_HOME"])
    told = Told(folder)
    shell = Shell(told, random.Random(SEED), env)

    def screen(name: str, seed: int) -> None:
        process = start_writer(folder, name, seed, SAVES, env, look=LOOK)
        output, _ = process.communicate(timeout=LONGEST + SAVES)
        assert process.returncode == 0
        lines = output.splitlines()
        assert sum(line.startswith("begin") for line in lines) == SAVES
        told.take(lines, killed=False)

    def commands() -> None:
        for _ in range(SAVES):
            shell.whole()

    at_once(lambda: screen("one", SEED), lambda: screen("two", SEED + 1), commands)
    told.check()
    assert told.left() == []
    assert lock_is_free(folder)
    with capfd.disabled():
        print(f"\nT23: {dict(sorted(told.counts.items()))}", file=sys.stderr)
    assert told.counts["acknowledged"] > 2 * SAVES
