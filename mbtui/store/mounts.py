"""Which file systems tell of changes: not those on which another computer may write."""

from __future__ import annotations

import os
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")

_SILENT = (
    *("9p", "afs", "beegfs", "ceph", "cifs", "drvfs", "glusterfs", "gpfs", "lustre", "ncpfs"),
    *("nfs", "nfs4", "prl_fs", "smb3", "smbfs", "vboxsf", "virtiofs", "vmhgfs"),
)
"""File systems on which the system tells only of the changes that it makes itself."""


def tells_of_changes(folder: Path, mounts: Path = MOUNTS) -> bool:
    """Whether the system tells of every change in the folder; True where that is not known.

    `mounts` is a table as Linux gives it (`proc(5)`, mountinfo).
    """
    try:
        table = mounts.read_bytes().decode("utf-8", "surrogateescape")
    except OSError:
        return True
    place = os.path.join(os.path.realpath(folder), "")
    best, system = "", ""
    for line in table.splitlines():
        words, _, kinds = line.partition(" - ")
        fields = words.split(" ")
        if not kinds or len(fields) < 5:
            continue
        point = os.path.join(_plain(fields[4]), "")
        if place.startswith(point) and len(point) >= len(best):
            best, system = point, kinds.split(" ")[0]
    return system not in _SILENT and not system.startswith("fuse.")


def _plain(text: str) -> str:
    r"""A path of the table with its `\040` and the like as the characters that they stand for."""
    for code, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(code, character)
    return text
