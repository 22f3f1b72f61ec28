"""How long another program's write takes to be on the screen: `python -m tests.bench.live`.

Each change is made by its program in a bank that a window in a pty follows; the clock starts when
the program has ended and stops when the screen shows the change. Prints milliseconds.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.ui.outside import CHANGES, CHOSEN, LAST, Project, make_project
from tests.ui.window import Window, own_world

Try = Callable[[int], float]


def until(window: Window, condition: Callable[[], bool]) -> float:
    """Milliseconds until the condition holds."""
    return 1000 * window.within(10, condition)


def _pause(window: Window) -> None:
    """Let time pass between tries, so that each finds the program at rest."""
    end = time.monotonic() + 0.4
    while time.monotonic() < end:
        window.pump(0.05)


def tries(window: Window, project: Project) -> dict[str, Try]:
    """What is measured: one try of each, given its number."""

    def shown(name: str) -> Try:
        def once(number: int) -> float:
            title = CHANGES[name](project, f"{name[:3]}{number}")
            return until(window, lambda: window.shows(title))

        return once

    def taken(_: int) -> float:
        project.git("checkout", "-qf", "main")
        until(window, lambda: window.shows(LAST))
        _pause(window)
        project.git("checkout", "-qf", "fewer")
        return until(window, lambda: not window.shows(LAST))

    def vanished(_: int) -> float:
        project.git("checkout", "-qf", "main")
        until(window, lambda: window.state() != "missing" and window.shows(LAST))
        _pause(window)
        project.git("checkout", "-qf", "bankless")
        return until(window, lambda: window.state() == "missing")

    def returned(_: int) -> float:
        project.git("checkout", "-qf", "bankless")
        until(window, lambda: window.state() == "missing")
        _pause(window)
        project.git("checkout", "-qf", "main")
        return until(window, lambda: window.state() != "missing" and window.shows(CHOSEN))

    names = [name for name in CHANGES if name != "vim" or shutil.which("vim")]
    return {
        **{name: shown(name) for name in names},
        "checkout takes entries away": taken,
        "bank folder vanishes": vanished,
        "bank folder returns": returned,
    }


def main() -> None:
    """Print a table of latencies."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=10, help="tries of each (10)")
    count = parser.parse_args().n
    print(f"{'ms from written to shown':<30} {'median':>7} {'p95':>7} {'max':>7}   tries")
    with tempfile.TemporaryDirectory() as folder:
        env = own_world(Path(folder, "home"))
        project = make_project(Path(folder, "acme"), env)
        window = Window(project.bank, env)
        try:
            for name, once in tries(window, project).items():
                project.git("checkout", "-qf", "main")
                until(window, lambda: window.state() == "live")
                took = []
                for number in range(count):
                    _pause(window)
                    took.append(once(number))
                p95 = statistics.quantiles(took, n=20, method="inclusive")[-1]
                numbers = f"{statistics.median(took):7.0f} {p95:7.0f} {max(took):7.0f}"
                print(f"{name:<30} {numbers}   {count}", flush=True)
        finally:
            window.close()


if __name__ == "__main__":
    main()
