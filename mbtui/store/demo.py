"""The demo bank: a made-up service's memory bank in a temporary folder."""

from __future__ import annotations

import contextlib
import re
import shutil
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from mbtui.store.demo_code import write_demo_code
from mbtui.store.lock import state_folder

DEMO_FOLDER = Path(__file__).parent.parent / "data" / "demo" / "memory-bank"
"""The packaged bank."""

WRITTEN_ON = date(2026, 11, 20)
"""The day that is *today* in the packaged bank."""

_DATE = re.compile(r"(?<![\w-])(20\d\d-\d\d-\d\d)(?=[T\s,}]|$)", re.M)


@contextlib.contextmanager
def demo_bank(today: date) -> Iterator[Path]:
    """A bank folder that is removed afterwards, its dates moved so that it ends on `today`."""
    holder = Path(tempfile.mkdtemp(prefix="mbtui-demo-"))
    folder = holder / "acme-api" / "memory-bank"
    try:
        copy_demo(folder, today)
        yield folder
    finally:
        shutil.rmtree(state_folder(folder), ignore_errors=True)
        shutil.rmtree(holder, ignore_errors=True)


def copy_demo(folder: Path, today: date) -> None:
    """Write the demo bank to `folder`, which must not exist, and beside it the code it names."""
    later = today - WRITTEN_ON
    texts = []
    for source in sorted(DEMO_FOLDER.rglob("*.toml")):
        target = folder / source.relative_to(DEMO_FOLDER)
        target.parent.mkdir(parents=True, exist_ok=True)
        texts.append(_moved(source.read_bytes().decode(), later))
        target.write_bytes(texts[-1].encode())
    write_demo_code(folder.parent, texts)


def _moved(text: str, later: timedelta) -> str:
    if not later:
        return text
    return _DATE.sub(lambda m: (date.fromisoformat(m.group(1)) + later).isoformat(), text)
