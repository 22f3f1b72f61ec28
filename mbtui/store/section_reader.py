"""Reading one section file of a bank."""

from __future__ import annotations

from pathlib import Path

from mbtui.bank.bank import Problem
from mbtui.bank.schema import Schema
from mbtui.store.config import not_utf8
from mbtui.store.errors import BrokenFileError
from mbtui.store.files import UnreadableError, read_bytes
from mbtui.store.section_text import BrokenTextError, SectionText


def decode(file: str, data: bytes) -> str:
    """The text of a section file. Raises BrokenTextError when it is not UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise BrokenTextError(not_utf8(file, data, error)) from None


def section_of(file: str) -> str:
    """The section slug of a file name such as `archive/known-issues.toml`."""
    return file.rpartition("/")[2].removesuffix(".toml")


def read_section(
    folder: Path, file: str, schema: Schema, earlier: SectionText | None
) -> tuple[bytes | None, SectionText]:
    """The file's bytes (None without a file) and its text read.

    `earlier` is an earlier reading of the same file; what did not change is taken from there.
    Raises BrokenFileError when it cannot be read as a section file.
    """
    try:
        found = read_bytes(folder / file, folder)
        data = found[0] if found else None
        text = decode(file, data or b"")
        section = _section_text(text, hash(data), file, schema, earlier)
    except UnreadableError as error:
        raise BrokenFileError(Problem(file, str(error), state="unreadable")) from None
    except BrokenTextError as error:
        raise BrokenFileError(error.problem) from None
    return data, section


def _section_text(
    text: str, data_hash: int, file: str, schema: Schema, earlier: SectionText | None
) -> SectionText:
    if earlier is not None and earlier.data_hash == data_hash and earlier.schema is schema:
        return earlier.with_text(text)
    cache = earlier.cache if earlier is not None else None
    section = SectionText(text, section=section_of(file), file=file, schema=schema, cache=cache)
    section.data_hash = data_hash
    return section
