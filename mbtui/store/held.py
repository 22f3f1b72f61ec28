"""Whether another program has a file open for writing, as far as the system tells.

Linux grants a read lease on a file only while nobody has it open for writing. Elsewhere, on file
systems without leases, and on files of other users the answer is unknown and told as False.
"""

from __future__ import annotations

import os
from pathlib import Path


def held_for_writing(path: Path) -> bool:
    """Whether another program has the file open for writing; False also where that is not known.

    What the writer has not written yet would be lost if the file were replaced now.
    """
    try:
        import fcntl
        import signal

        lease, read, none, told_by = fcntl.F_SETLEASE, fcntl.F_RDLCK, fcntl.F_UNLCK, fcntl.F_SETSIG
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (ImportError, AttributeError, OSError):
        return False
    try:
        # A writer that comes while the lease is held waits, and the holder gets a signal, which
        # ends a program unless it is one that is ignored.
        fcntl.fcntl(handle, told_by, signal.SIGURG)
        fcntl.fcntl(handle, lease, read)
        fcntl.fcntl(handle, lease, none)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(handle)
    return False
