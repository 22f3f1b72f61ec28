"""kill -9 at random moments of saves by two mbtui processes and one shell writer on one bank.

`MBTUI_FAULT_KILLS` is the number of kills (1000 is the long run, about ten minutes on two cores),
`MBTUI_FAULT_SEED` the seed. Every twentieth life of a process is mbtui itself in a terminal.
"""

from __future__ import annotations

import os
import random
import sys
import time
from pathlib import Path

import pytest

from tests.faults.killing import (
    Shell,
    Told,
    at_once,
    environment,
    life_of_a_screen,
    lock_is_free,
    make_bank,
    start_writer,
)
from tests.ui.window import SOON, Window

KILLS = int(os.environ.get("MBTUI_FAULT_KILLS", "24"))
SEED = int(os.environ.get("MBTUI_FAULT_SEED", "20261122"))
LIVES = 10
"""How often each of the three is killed between two looks at the bank."""


def test_nothing_is_lost_by_kills_at_random_moments_of_saves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = make_bank(tmp_path)
    env = environment(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", env["XDG_STATE_HOME"])
    chance = random.Random(SEED)
    told = Told(folder)
    seeds = [random.Random(chance.randrange(2**32)) for _ in range(3)]
    shell = Shell(told, seeds[2], env)
    while told.counts["kills"] < KILLS:
        lives = min(LIVES, max(1, (KILLS - told.counts["kills"]) // 3))

        def screens(name: str, own: random.Random, lives: int = lives) -> None:
            for _ in range(lives):
                life_of_a_screen(told, name, own, env)

        def commands(lives: int = lives) -> None:
            for _ in range(lives):
                shell.whole() if shell.chance.random() < 0.25 else shell.killed()

        at_once(
            lambda: screens("one", seeds[0]), lambda: screens("two", seeds[1]), lambda: commands()
        )
        told.check()
        if KILLS > 100:
            with capfd.disabled():
                print(f"{told.counts['kills']} kills, nothing lost", file=sys.stderr)
    assert lock_is_free(folder)
    began = time.monotonic()
    last = start_writer(folder, "one", 1, 0, env)
    assert last.wait(30) == 0
    assert last.stdout is not None
    last.stdout.close()
    assert told.left() == [], f"not swept by the next start ({time.monotonic() - began:.1f} s)"
    told.check()
    with capfd.disabled():
        print(f"\n{dict(sorted(told.counts.items()))}", file=sys.stderr)
    assert told.counts["kills inside a save"] >= told.counts["kills"] / 3
    assert told.counts["acknowledged"] > KILLS


SCREENS = max(1, KILLS // 20)


def added(window: Window, token: str) -> bool:
    """Whether the screen says that it saved the entry with this word."""
    return any("Added" in line and token in line for line in window.lines)


def test_nothing_is_lost_by_kills_of_the_screen_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """mbtui in a terminal, killed when a line was typed and its save has begun."""
    folder = make_bank(tmp_path)
    env = environment(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", env["XDG_STATE_HOME"])
    own = {"TERM": "xterm-256color", "MBTUI_AUTHOR": "screen", "MBTUI_BANK": "", "NO_COLOR": ""}
    chance = random.Random(SEED)
    told = Told(folder)
    for number in range(SCREENS):
        window = Window(folder, {**env, **own})
        lines: list[str] = []
        try:
            for last in (False, False, True):
                token = f"tkscreenx{number}x{len(lines)}x"
                window.press("a")
                window.press(f"added {token}")
                window.send("\r")
                lines.append(f"begin add {token}")
                if last:
                    time.sleep(chance.uniform(0, 0.04))
                else:
                    window.within(SOON, lambda: added(window, token))  # noqa: B023
                    lines.append(f"kept {token}")
        finally:
            window.close()
        told.take(lines, killed=True)
        told.check()
    assert lock_is_free(folder)
    with capfd.disabled():
        print(f"\n{dict(sorted(told.counts.items()))}", file=sys.stderr)
