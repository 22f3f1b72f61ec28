"""Letting two files trade their names in one step."""

from __future__ import annotations

import errno
import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
UNSUPPORTED = frozenset({errno.EINVAL, errno.ENOSYS, errno.EPERM, errno.EMLINK, errno.EOPNOTSUPP})
"""What a system answers that cannot do with a file name what it was asked for."""


def exchange(one: Path, other: Path) -> bool:
    """Let two files of one folder trade their names; False where the system cannot.

    Linux can since 3.15 on most local file systems and not on NFS: `renameat2(2)`. Nobody ever
    finds one of the names missing. Raises OSError when it fails.
    """
    call = _renameat2()
    if call is None:
        return False
    code = call(os.fsencode(one), os.fsencode(other))
    if code in UNSUPPORTED:
        return False
    if code:
        raise OSError(code, os.strerror(code), str(one), None, str(other))
    return True


@functools.cache
def _renameat2() -> Callable[[bytes, bytes], int] | None:
    """The call, which returns an error number or 0; None where there is none."""
    if sys.platform != "linux":
        return None
    try:
        import ctypes

        function = ctypes.CDLL(None, use_errno=True).renameat2
    except (ImportError, OSError, AttributeError, MemoryError):
        return None
    function.argtypes = [
        *(ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p),
        ctypes.c_uint,
    ]

    def call(one: bytes, other: bytes) -> int:
        failed = function(_AT_FDCWD, one, _AT_FDCWD, other, _RENAME_EXCHANGE)
        return ctypes.get_errno() if failed else 0

    return call
