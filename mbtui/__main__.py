"""Where `mbtui` and `python -m mbtui` start."""

from __future__ import annotations

import gc
import sys


def main() -> int:
    """Run the command line of this process and return its exit code.

    Collecting garbage is off while a command runs, which is short; the screen turns it on again.
    """
    gc.disable()
    from mbtui.cli.main import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
