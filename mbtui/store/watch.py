"""Following a bank on disk: events are hints, a sweep of file signatures is the truth.

The folder is watched, not the files (editors save by renaming). Every event and every second the
store looks at the signatures of the bank's files, so an event that never came costs a second, not
a change. Measured background: watchfiles' own polling misses two writes within one second and
inotify's overflow is silent (DESIGN.md §8); so where notification is missing, the sweep goes on
alone and more often.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

from mbtui.bank.bank import BANK_FILE, Bank
from mbtui.bank.entry import ARCHIVE
from mbtui.store.store import Store

STEP_MS = 20
DEBOUNCE_MS = 200
SWEEP_MS = 1000
LOOK_AGAIN_SECONDS = 0.05
POLLING_SECONDS = 0.5
REARM_SECONDS = 2.0


class Watcher:
    """A thread that reports a new bank whenever the files changed.

    `on_bank` and `on_state` are called from the thread, `on_bank` while `lock`, which guards the
    store, is held: banks are told in the order in which they came to be. The state is `live`,
    `polling` (no notification from the system) or `missing` (the folder is gone).
    """

    def __init__(
        self,
        store: Store,
        lock: threading.Lock,
        *,
        on_bank: Callable[[Bank], None],
        on_state: Callable[[str], None],
        notification: bool = True,
    ) -> None:
        self._store = store
        self._lock = lock
        self._on_bank = on_bank
        self._on_state = on_state
        self._notification = notification
        self._stop = threading.Event()
        self._state = ""
        self._thread = threading.Thread(target=self._run, name="mbtui-watch", daemon=True)

    def start(self) -> None:
        """Begin to follow the bank."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; it may finish its last look after this returns."""
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            if not self._bank_is_there():
                self._tell("missing")
                self._look_until_settled()
                self._stop.wait(POLLING_SECONDS)
            elif not (self._notification and self._follow_events()):
                self._tell("polling")
                self._poll(REARM_SECONDS)

    def _bank_is_there(self) -> bool:
        return os.path.lexists(self._store.folder / BANK_FILE)

    def _follow_events(self) -> bool:
        """Follow events until the folder changes; False when the system gives none."""
        try:
            import watchfiles

            folders = self._watched()
            marks = [_identity(folder) for folder in folders]
            changes = watchfiles.watch(
                *folders,
                watch_filter=None,
                step=STEP_MS,
                debounce=DEBOUNCE_MS,
                rust_timeout=SWEEP_MS,
                yield_on_timeout=True,
                stop_event=self._stop,
                raise_interrupt=False,
                recursive=False,
            )
            self._look_until_settled()
            self._tell("live")
            for _ in changes:
                self._look_until_settled()
                if self._watched() != folders or [_identity(f) for f in folders] != marks:
                    return True
        except Exception:
            return False
        return True

    def _watched(self) -> list[Path]:
        folder = self._store.folder
        archive = folder / ARCHIVE
        return [folder, archive] if archive.is_dir() else [folder]

    def _poll(self, seconds: float) -> None:
        for _ in range(max(1, round(seconds / POLLING_SECONDS))):
            if self._stop.wait(POLLING_SECONDS):
                return
            self._look_until_settled()

    def _look_until_settled(self) -> None:
        while not self._stop.is_set():
            with self._lock:
                refreshed = self._store.refresh()
                if refreshed.bank is not None:
                    self._on_bank(refreshed.bank)
            if not refreshed.pending:
                return
            self._stop.wait(LOOK_AGAIN_SECONDS)

    def _tell(self, state: str) -> None:
        if state != self._state:
            self._state = state
            self._on_state(state)


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        info = os.stat(folder)
    except OSError:
        return None
    return info.st_dev, info.st_ino
