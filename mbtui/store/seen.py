"""What one user saw of a bank's entries: the contents, and the texts of those seen last.

A file in the user's state folder, to which every program adds what was seen meanwhile: frames, each
with a checksum, so that a torn end costs no more than that end. It grows with what changes, is
written anew when most of it is outdated, and its texts are read only where one is asked for. What
cannot be read counts as never written.
"""

from __future__ import annotations

import contextlib
import json
import os
import struct
import threading
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

from mbtui.store.lock import bank_lock, private_folder, state_folder

_MAGIC: Final = b"mbtui seen 1\n"
_HEAD_BYTES: Final = len(_MAGIC) + 8
"""The file begins with a mark and a number of its own, by which a new file is told from an old."""
_FRAME: Final = struct.Struct(">III")
_ROWS: Final = 256
"""Entries in one frame: one text costs the reading of so many."""
_LARGEST: Final = 64 * 1024 * 1024
"""More bytes than a part of a frame has."""
MOST_CONTENTS: Final = 8
"""So many contents of one entry are remembered."""
_SLACK: Final = 2000
"""So many outdated rows are never worth writing the file anew."""


class Row(NamedTuple):
    """One content of an entry that was seen. Without a `text`, the one known already stays."""

    key: str
    content: int
    file: str = ""
    text: str | None = None


class SeenText(NamedTuple):
    """An entry as it stood in a file of the bank."""

    file: str
    text: str


class _Frame(NamedTuple):
    """The place of the texts of one frame: in the file, or here, where it is not written yet."""

    start: int
    size: int
    kept: bytes = b""


class SeenMemory:
    """One such file of a bank, called `name`. May be used from several threads."""

    def __init__(self, bank: Path, name: str) -> None:
        self._bank = bank
        self._path = state_folder(bank) / name
        self._lock = threading.RLock()
        self._unwritten: list[bytes] = []
        self._forget()

    def _forget(self) -> None:
        self.contents: dict[str, tuple[int, ...]] = {}
        """The contents that were seen of each entry, by key, the last one at the end."""
        self.meta: dict[str, Any] = {}
        """What else is kept, by name."""
        self._places: dict[str, tuple[tuple[str, _Frame, int], ...]] = {}
        self._head = b""
        self._end = 0
        self._rows = 0
        self._open_frame: tuple[_Frame, list[str | None]] | None = None

    @property
    def is_new(self) -> bool:
        """Whether nothing was ever seen."""
        return not self.meta and not self.contents

    @property
    def is_kept(self) -> bool:
        """Whether all that was remembered is in the file."""
        return not self._unwritten

    def mark(self) -> tuple[int, ...]:
        """What changes when another program adds something."""
        try:
            info = os.stat(self._path)
        except OSError:
            return ()
        return info.st_ino, info.st_size, info.st_mtime_ns

    def file_of(self, key: str) -> str:
        """The file of the bank in which an entry was seen last, or an empty text."""
        places = self._places.get(key)
        return places[-1][0] if places else ""

    # Reading

    def refresh(self) -> None:
        """Take in what other programs added."""
        with self._lock, contextlib.suppress(OSError), open(self._path, "rb") as file:
            self._read(file)

    def _read(self, file: BinaryIO) -> None:
        """Read on; from the start where it is another file, and what is not written yet after."""
        size, head = os.fstat(file.fileno()).st_size, file.read(_HEAD_BYTES)
        anew = head != self._head or size < self._end
        if anew:
            self._forget()
            self._head = head
            if len(head) == _HEAD_BYTES and head.startswith(_MAGIC):
                self._end = _HEAD_BYTES
        while self._end and self._end < size:
            file.seek(self._end)
            data = file.read(_FRAME.size)
            if len(data) < _FRAME.size:
                break
            sizes = _FRAME.unpack(data)
            if max(sizes[:2]) > _LARGEST:
                break
            data += file.read(sizes[0] + sizes[1])
            if not self._take(data, self._end):
                break
            self._end += len(data)
        if anew:
            for data in self._unwritten:
                self._take(data, None)

    def _take(self, data: bytes, start: int | None) -> bool:
        """Take in a frame; False for what is none."""
        head_size, body_size, checksum = _FRAME.unpack(data[: _FRAME.size])
        parts = data[_FRAME.size :]
        if len(parts) != head_size + body_size or zlib.crc32(parts) != checksum:
            return False
        try:
            head = json.loads(zlib.decompress(parts[:head_size]))
            rows = [(str(key), int(content), str(file)) for key, content, file in head["rows"]]
            meta = dict(head["meta"])
        except (ValueError, TypeError, KeyError, zlib.error, RecursionError):
            return False
        if start is None:
            frame = _Frame(-1, body_size, parts[head_size:])
        else:
            frame = _Frame(start + _FRAME.size + head_size, body_size)
            self._rows += len(rows)
        for number, (key, content, file) in enumerate(rows):
            self._note(key, content, (file, frame, number))
        self.meta |= meta
        return True

    def _note(self, key: str, content: int, place: tuple[str, _Frame, int]) -> None:
        contents, places = self.contents.get(key, ()), self._places.get(key, ())
        if content in contents:
            at = contents.index(content)
            if not place[0]:
                place = places[at]
            contents, places = contents[:at] + contents[at + 1 :], places[:at] + places[at + 1 :]
        self.contents[key] = (*contents, content)[-MOST_CONTENTS:]
        self._places[key] = (*places, place)[-MOST_CONTENTS:]

    def text_of(self, key: str, content: int) -> SeenText | None:
        """The text of a content that was seen; None where there is none."""
        with self._lock:
            self.refresh()
            contents = self.contents.get(key, ())
            if content not in contents:
                return None
            file, frame, number = self._places[key][contents.index(content)]
            texts = self._texts(frame)
            text = texts[number] if number < len(texts) else None
            return SeenText(file, text) if text is not None else None

    def last_text(self, key: str) -> SeenText | None:
        """The text of the content that was seen last."""
        contents = self.contents.get(key, ())
        return self.text_of(key, contents[-1]) if contents else None

    def _texts(self, frame: _Frame) -> list[str | None]:
        if self._open_frame is not None and self._open_frame[0] is frame:
            return self._open_frame[1]
        try:
            texts = list(json.loads(zlib.decompress(frame.kept or self._body(frame))))
        except (OSError, ValueError, TypeError, zlib.error):
            texts = []
        self._open_frame = frame, texts
        return texts

    def _body(self, frame: _Frame) -> bytes:
        with open(self._path, "rb") as file:
            file.seek(frame.start)
            return file.read(frame.size)

    # Writing

    def remember(self, rows: Sequence[Row], meta: Mapping[str, Any]) -> None:
        """Add what was seen, after what other programs added meanwhile.

        Raises OSError and StoreError: then it counts for this program alone, until a later call
        can write it; one without anything new does no more than that.
        """
        frames = [_packed(rows[i : i + _ROWS], {}) for i in range(0, len(rows), _ROWS)]
        if any(name not in self.meta or self.meta[name] != meta[name] for name in meta):
            frames.append(_packed([], meta))
        with self._lock:
            if not frames and not self._unwritten:
                return
            for data in frames:
                self._take(data, None)
            self._unwritten += frames
            with bank_lock(self._bank):
                self._write()

    def _write(self) -> None:
        private_folder(self._bank)
        known = bool(self._head)
        try:
            with open(self._path, "rb") as file:
                self._read(file)
        except FileNotFoundError:
            self._end = 0
        if self._end:
            with open(self._path, "r+b") as file:
                file.truncate(self._end)  # What a killed program left of a frame.
                file.seek(self._end)
                file.write(b"".join(self._unwritten))
            self._unwritten = []
            self.refresh()
        else:
            self._replace(list(self._live_frames()) if known else self._unwritten)
        if self._rows > 2 * sum(map(len, self.contents.values())) + _SLACK:
            self._replace(list(self._live_frames()))

    def _replace(self, frames: Sequence[bytes]) -> None:
        temporary = self._path.with_suffix(f".{os.getpid()}.tmp")
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.writelines([_MAGIC, os.urandom(_HEAD_BYTES - len(_MAGIC)), *frames])
            file.flush()
            os.fsync(handle)
        os.replace(temporary, self._path)
        self._unwritten = []
        self.refresh()

    def _live_frames(self) -> Iterator[bytes]:
        rows: list[Row] = []
        for key, contents in self.contents.items():
            for content, place in zip(contents, self._places[key], strict=True):
                seen = self.text_of(key, content)
                rows.append(Row(key, content, place[0], seen.text if seen else None))
            if len(rows) >= _ROWS:
                yield _packed(rows, {})
                rows = []
        yield _packed(rows, self.meta)


def _packed(rows: Sequence[Row], meta: Mapping[str, Any]) -> bytes:
    head = {"rows": [row[:3] for row in rows], "meta": meta}
    texts = [row.text for row in rows]
    parts = [zlib.compress(json.dumps(part).encode(), 1) for part in (head, texts)]
    sizes = map(len, parts)
    body = b"".join(parts)
    return _FRAME.pack(*sizes, zlib.crc32(body)) + body
