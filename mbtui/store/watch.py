"""Following a bank on disk: events are hints, a sweep of file signatures is the truth.

The folder is watched, not the files (editors save by renaming). Every event and every second the
store looks at the signatures of the bank's files, so an event that never came costs a second, not
a change. Measured background: watchfiles' own polling misses two writes within one second and
inotify's overflow is silent; so where notification is missing, the sweep goes on
alone and more often.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable
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
STALE = "stale since"
GONE_SECONDS = 0.3
"""How long a file may be away while another takes its place."""


class Watcher:
    """A thread that reports a new bank whenever the files changed.

    `on_bank` and `on_state` are called from the thread, `on_bank` while `lock`, which guards the
    store, is held: banks are told in the order in which they came to be. The state is `live`,
    `polling` (no notification from the system), `missing` (the folder is gone) or `stale since`
    and the local time when the last look failed; looking is tried again and again.
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
            try:
                self._follow()
            except Exception:
                if not self._state.startswith(STALE):
                    self._tell(f"{STALE} {time.strftime('%H:%M')}")
                self._stop.wait(REARM_SECONDS)

    def _follow(self) -> None:
        if not self._bank_is_there():
            self._tell("missing")
            self._look_until_settled()
            self._stop.wait(POLLING_SECONDS)
        elif not (self._notification and self._follow_events()):
            self._poll(REARM_SECONDS)

    def _bank_is_there(self) -> bool:
        return os.path.lexists(self._store.folder / BANK_FILE)

    def _follow_events(self) -> bool:
        """Follow events until the folder changes; False when the system gives none."""
        began = time.monotonic()
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
            for batch in changes:
                self._look_until_settled(_replaced(batch))
                if self._watched() != folders or [_identity(f) for f in folders] != marks:
                    return True
        except Exception:
            # A name that is no UTF-8 ends the events: they begin anew, unless it ends them again.
            return time.monotonic() - began > REARM_SECONDS
        return True

    def _watched(self) -> list[Path]:
        folder = self._store.folder
        archive = folder / ARCHIVE
        return [folder, archive] if archive.is_dir() else [folder]

    def _poll(self, seconds: float) -> None:
        for _ in range(max(1, round(seconds / POLLING_SECONDS))):
            self._look_until_settled()
            self._tell("polling")
            if self._stop.wait(POLLING_SECONDS):
                return

    def _look_until_settled(self, replaced: list[str] | None = None) -> None:
        """Look until nothing is being written; `replaced` files are believed as soon as stable.

        Where a file was removed and written anew, as git does, the file system often gives it the
        old inode again, and only the events tell it from one that is being written in place.
        """
        began = time.monotonic()
        while not self._stop.is_set():
            with self._lock:
                refreshed = self._store.refresh()
                if refreshed.bank is not None:
                    self._on_bank(refreshed.bank)
            if not refreshed.pending:
                return
            self._stop.wait(LOOK_AGAIN_SECONDS)
            if replaced and (
                time.monotonic() - began > GONE_SECONDS or all(map(os.path.lexists, replaced))
            ):
                with self._lock:
                    self._store.forget_unsettled()

    def _tell(self, state: str) -> None:
        if state != self._state:
            self._state = state
            self._on_state(state)


def _replaced(batch: Iterable[tuple[int, str]]) -> list[str]:
    """The bank files that were removed or came anew, unless one was written in place too."""
    kinds: dict[str, set[int]] = {}
    for kind, path in batch:
        if path.endswith(".toml"):
            kinds.setdefault(path, set()).add(kind)
    written = 2
    return [] if {written} in kinds.values() else list(kinds)


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        info = os.stat(folder)
    except OSError:
        return None
    return info.st_dev, info.st_ino
