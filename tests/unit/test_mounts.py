"""File systems on which another computer may write without a word."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mbtui.store.mounts import tells_of_changes

TABLE = r"""
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:26 / /home rw,relatime shared:2 - nfs4 server:/home rw,vers=4.2
31 30 254:1 / /home/local rw - xfs /dev/vdb rw
32 22 0:40 / /mnt/my\040share rw - cifs //server/share rw
33 22 0:41 / /remote rw - fuse.sshfs host:/ rw
34 22 0:42 / /c rw - 9p C:\134 rw
not a line of the table
"""


@pytest.mark.parametrize(
    ("place", "tells"),
    [
        ("/srv/acme", True),
        ("/homework/acme", True),
        ("/home/ana/acme", False),
        ("/home", False),
        ("/home/local/acme", True),
        ("/mnt/my share/acme", False),
        ("/mnt/my", True),
        ("/remote/acme", False),
        ("/c/acme", False),
    ],
)
def test_the_file_system_of_the_nearest_mount_decides(
    tmp_path: Path, place: str, tells: bool
) -> None:
    (tmp_path / "mounts").write_text(TABLE)
    assert tells_of_changes(Path(place), tmp_path / "mounts") is tells


def test_without_a_table_events_are_tried(tmp_path: Path) -> None:
    assert tells_of_changes(tmp_path, tmp_path / "nothing")


def test_a_name_that_is_no_utf8_is_read(tmp_path: Path) -> None:
    table = b"1 1 0:1 / / rw - ext4 a rw\n2 1 0:2 / /caf\xe9 rw - nfs a rw\n"
    (tmp_path / "mounts").write_bytes(table)
    assert not tells_of_changes(Path(os.fsdecode(b"/caf\xe9/acme")), tmp_path / "mounts")
