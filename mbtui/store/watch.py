"""Following a bank on disk: events are hints, a sweep of file signatures is the truth.

The folder is watched, not the files (editors save by renaming). Every event and every second the
store looks at the signatures of the bank's files, so an event that never came costs a second, not
a change. Measured background: watchfiles' own polling misses two writes within one second,
inotify's overflow is silent, and a file name that is no UTF-8 ends the events; so where
notification is missing, the sweep goes on alone and more often, and events are asked for anew.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from mbtui.bank.bank import BANK_FILE, Bank
from mbtui.bank.entry import ARCHIVE
from mbtui.store.mounts import tells_of_changes
from mbtui.store.reading import BankReader

LIVE, POLLING, MISSING, STALE = "live", "polling", "missing", "stale since"

STEP_MS = 20
DEBOUNCE_MS = 200
SWEEP_MS = 1000
LOOK_AGAIN_SECONDS = 0.05
POLLING_SECONDS = 0.5
REARM_SECONDS = 2.0
"""How long to go on without notification, or after a failure, before it is asked for again."""
LONGEST_REARM_SECONDS = 30.0
LONGEST_LOOK_SECONDS = 3.0
"""How long to look at files that are being written before the folders are looked at again."""
PAUSE_SECONDS = 0.1
"""How long to wait when events ended before they are asked for anew."""
SILENT_SECONDS = 15.0
"""How long one look may take; a save may hold it up for ten seconds."""
GUARD_SECONDS = 3.0

_WRITTEN = 2
"""What watchfiles calls a change in place."""


class Watcher:
    """A thread that reports a new bank whenever the files changed.

    `on_bank` and `on_state` are called from threads, `on_bank` while `lock`, which guards the
    store, is held: banks are told in the order in which they came to be. The state is `live`,
    `polling` (no notification from the system), `missing` (the bank is gone) or `stale since`
    and the local time when a look failed, or did not come back: a second thread guards the first.
    """

    def __init__(
        self,
        store: BankReader,
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
        self._telling = threading.Lock()
        self._state = ""
        self._looks = 0
        self._failures = 0
        self._extra: threading.Thread | None = None
        self._threads = [
            threading.Thread(target=target, name=f"mbtui-{name}", daemon=True)
            for name, target in (("watch", self._run), ("watch-guard", self._guard))
        ]

    def start(self) -> None:
        """Begin to follow the bank."""
        for thread in self._threads:
            thread.start()

    def look(self) -> None:
        """Look now, in a thread, and do not wait for it; one that still looks is enough."""
        if self._extra is None or not self._extra.is_alive():
            self._extra = threading.Thread(target=self._look_once, name="mbtui-look", daemon=True)
            self._extra.start()

    def _look_once(self) -> None:
        """Look as the watching thread does, which tells of what fails."""
        with contextlib.suppress(Exception):
            self._look_until_settled()

    def stop(self) -> None:
        """End the threads; they may finish their last look after this returns."""
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._follow()
            except BaseException:  # A panic in watchfiles is no Exception.
                self._tell_stale()
                self._stop.wait(REARM_SECONDS)

    def _guard(self) -> None:
        """Tell when no look comes to its end, as on a network drive whose server is gone."""
        seen, silent = -1, 0.0
        while not self._stop.wait(GUARD_SECONDS):
            looks = self._looks
            silent = 0.0 if looks != seen else silent + GUARD_SECONDS
            seen = looks
            if silent >= SILENT_SECONDS:
                self._tell_stale(silent)

    def _follow(self) -> None:
        """Follow the bank until how it is to be followed may have changed."""
        folders = self._watched()
        if self._is_missing():
            self._look_until_settled()
            if self._is_missing():
                self._tell(MISSING)
                self._stop.wait(POLLING_SECONDS)
        elif self._notification and self._can_listen(folders):
            self._listen(folders)
        else:
            self._poll(REARM_SECONDS)

    def _is_missing(self) -> bool:
        """Whether there is no bank. Raises OSError, after a look, where that cannot be seen."""
        try:
            os.lstat(self._store.folder / BANK_FILE)
        except (FileNotFoundError, NotADirectoryError):
            return True
        except OSError:
            self._look_until_settled()
            raise
        return False

    def _watched(self) -> list[Path]:
        folder = self._store.folder
        archive = folder / ARCHIVE
        return [folder, archive] if os.path.isdir(archive) else [folder]

    def _can_listen(self, folders: list[Path]) -> bool:
        """Whether the system tells of changes in the folders now."""
        if not tells_of_changes(self._store.folder):
            return False
        try:
            probe = _events(folders, self._stop, timeout=1)
            next(probe, None)
            probe.close()
        except BaseException:  # Of whatever kind: then it does not tell.
            return False
        return True

    def _listen(self, folders: list[Path]) -> None:
        """Follow events until the folders change or the events end."""
        marks = [_identity(folder) for folder in folders]
        began = time.monotonic()
        events = _events(folders, self._stop, timeout=SWEEP_MS)
        try:
            batch: set[tuple[Any, str]] | None = set()
            while batch is not None:
                self._look_until_settled(_anew(batch))
                if self._is_missing() or self._watched() != folders:
                    return
                if [_identity(folder) for folder in folders] != marks:
                    return
                self._tell(LIVE)
                batch = self._next(events, began)
        finally:
            events.close()

    def _next(self, events: Iterator[Any], began: float) -> Any:
        """The next events; None when there are none any more."""
        try:
            return next(events, None)
        except BaseException:  # Also a panic.
            lasted = time.monotonic() - began
        self._look_until_settled()
        self._failures = self._failures + 1 if lasted < REARM_SECONDS else 0
        if self._failures < 3:
            self._stop.wait(PAUSE_SECONDS)
        else:
            self._poll(min(REARM_SECONDS * 2 ** (self._failures - 3), LONGEST_REARM_SECONDS))
        return None

    def _poll(self, seconds: float) -> None:
        for _ in range(max(1, round(seconds / POLLING_SECONDS))):
            self._look_until_settled()
            if self._is_missing():
                return
            self._tell(POLLING)
            if self._stop.wait(POLLING_SECONDS):
                return

    def _look_until_settled(self, anew: frozenset[str] = frozenset()) -> None:
        """Look until nothing is being written; of the files `anew` stable ones are believed sooner.

        Where a file was removed and written anew, as git does, the file system often gives it the
        old inode again, and only the events tell it from one that is being written in place.
        """
        end = time.monotonic() + LONGEST_LOOK_SECONDS
        while not self._stop.is_set():
            with self._lock:
                refreshed = self._store.refresh(anew)
                if refreshed.bank is not None:
                    self._on_bank(refreshed.bank)
            self._looks += 1
            if not refreshed.pending or time.monotonic() > end:
                return
            self._stop.wait(LOOK_AGAIN_SECONDS)

    def _tell_stale(self, seconds: float = 0.0) -> None:
        """Tell that nothing was seen for so long, unless that was told before."""
        since = time.localtime(time.time() - seconds)
        self._tell(f"{STALE} {time.strftime('%H:%M', since)}")

    def _tell(self, state: str) -> None:
        """Tell a state that is not the one told last; one that is stale stays so since then."""
        with self._telling:
            still_stale = state.startswith(STALE) and self._state.startswith(STALE)
            if state != self._state and not still_stale:
                self._state = state
                self._on_state(state)


def _events(folders: list[Path], stop: threading.Event, *, timeout: int) -> Any:
    """What watchfiles tells of the folders, in sets; an empty one after `timeout` milliseconds."""
    import watchfiles

    return watchfiles.watch(
        *folders,
        watch_filter=None,
        step=min(STEP_MS, timeout),
        debounce=DEBOUNCE_MS,
        rust_timeout=timeout,
        yield_on_timeout=True,
        stop_event=stop,
        raise_interrupt=False,
        force_polling=False,
        recursive=False,
    )


def _anew(batch: Iterable[tuple[Any, str]]) -> frozenset[str]:
    """The files that were removed or came anew, and were not written in place."""
    kinds: dict[str, set[int]] = {}
    for kind, path in batch:
        kinds.setdefault(path, set()).add(int(kind))
    return frozenset(path for path, found in kinds.items() if _WRITTEN not in found)


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        info = os.stat(folder)
    except OSError:
        return None
    return info.st_dev, info.st_ino
