"""One edit of one file: read, splice, prove, compare, replace."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from mbtui.bank.schema import Schema
from mbtui.store.errors import BrokenFileError, StoreError
from mbtui.store.files import FileChangedError, replace_bytes
from mbtui.store.proof import Meant, ProofError, prove
from mbtui.store.section_reader import read_section
from mbtui.store.section_text import SectionText
from mbtui.store.splice import Replacement, spliced

RETRY_SECONDS = 5.0
"""How long a writer tries again when the file moved under it."""


_LOOK_AGAIN_SECONDS = 0.02


class Edit(NamedTuple):
    """The replacements that make a change, and what they are to leave. None means: no change."""

    replacements: list[Replacement]
    meant: Meant


class Written(NamedTuple):
    """What is on disk after an edit. `data` is None when nothing had to be written."""

    section: SectionText
    data: bytes | None = None
    warning: str = ""


def settled_section(
    folder: Path,
    file: str,
    schema: Schema,
    earlier: SectionText | None,
    being_written: Callable[[bytes | None, SectionText | None], bool],
    deadline: float,
) -> tuple[bytes | None, SectionText]:
    """What `read_section` reads when no program is in the middle of writing the file.

    Waits until `deadline` (of the monotonic clock) while `being_written` says of the bytes and the
    section (None: its text cannot be read) that they are half of something. Raises BrokenFileError,
    and StoreError when it is still half written then.
    """
    while True:
        try:
            data, section = read_section(folder, file, schema, earlier)
        except BrokenFileError as error:
            half = error.problem.line and error.problem.state != "conflict"
            if not (half and time.monotonic() < deadline and being_written(None, None)):
                raise
        else:
            if not being_written(data, section):
                return data, section
            if time.monotonic() >= deadline:
                raise StoreError(
                    f"{file} is being written by another program; nothing was saved, try again"
                )
        time.sleep(_LOOK_AGAIN_SECONDS)


def edit_file(
    folder: Path,
    file: str,
    schema: Schema,
    earlier: SectionText | None,
    change: Callable[[SectionText], Edit | None],
    being_written: Callable[[bytes | None, SectionText | None], bool],
) -> Written:
    """Apply `change` to the file as it is on disk now.

    `change` is called again with the new text when another program wrote the file meanwhile, for
    up to 5 s; `being_written` is that of `settled_section`. The caller holds the bank's lock.
    Raises StoreError; then the file is as it was.
    """

    def make(section: SectionText) -> SectionText | None:
        edit = change(section)
        if edit is None:
            return None
        text = spliced(section.text, edit.replacements)
        try:
            return prove(section, edit.replacements, text, edit.meant)
        except ProofError as error:
            raise StoreError(
                f"{file} was not written: {error}. This is a bug in mbtui; the file is as it was"
            ) from None

    return rewrite_file(folder, file, schema, earlier, make, being_written)


def rewrite_file(
    folder: Path,
    file: str,
    schema: Schema,
    earlier: SectionText | None,
    make: Callable[[SectionText], SectionText | None],
    being_written: Callable[[bytes | None, SectionText | None], bool],
) -> Written:
    """The same with `make`, which gives the new text, read and proved; None: nothing to write."""
    deadline = time.monotonic() + RETRY_SECONDS
    warnings: list[str] = []
    while True:
        data, section = settled_section(folder, file, schema, earlier, being_written, deadline)
        read = make(section)
        if read is None:
            return Written(section, None, "; ".join(filter(None, warnings)))
        bom = "\ufeff" if (section.bom or read.bom) and read.text else ""
        new = (bom + read.text).encode()
        try:
            warnings.append(replace_bytes(folder / file, folder, new, data))
            return Written(read, new, "; ".join(filter(None, warnings)))
        except FileChangedError as error:
            warnings.append(error.warning)
            if time.monotonic() > deadline:
                raise moved_error(file, warnings) from None


def moved_error(file: str, warnings: Iterable[str]) -> StoreError:
    """Why a file that changes all the time is not written, and what else is to be told."""
    told = (
        f"{file} was rewritten by another program all the time for {RETRY_SECONDS:.0f} s;"
        " nothing was written, try again"
    )
    return StoreError("; ".join([told, *filter(None, warnings)]))
