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

    code = run()
    # What is left goes with the process; collecting it at exit would only take time.
    gc.freeze()
    return code


if __name__ == "__main__":
    sys.exit(main())
