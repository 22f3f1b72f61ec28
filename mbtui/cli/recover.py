"""`mbtui recover`: what saves displaced, and what was typed and not saved, comes back."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from typing import Any, NamedTuple

from mbtui.bank.bank import BANK_FILE
from mbtui.bank.entry import Entry
from mbtui.bank.safetext import safe_line, safe_text
from mbtui.cli.arguments import Arguments, UsageError, did_you_mean
from mbtui.cli.context import checked_text, open_reader, open_store
from mbtui.cli.output import cells, note, out, out_json, padded, styled
from mbtui.store.displaced import Version, versions
from mbtui.store.drafts import StoredDraft, load_drafts
from mbtui.store.errors import NotFoundError
from mbtui.store.handed_over import take_in
from mbtui.store.recovery import (
    Difference,
    bring_back,
    bring_back_entries,
    difference,
    identity_of,
)
from mbtui.store.store import Store

_SHOWN = 20
_SHORTEST_NAME = 4


class _Kept(NamedTuple):
    """A version with its bytes, or a reason why there are none, beside the bank."""

    version: Version
    data: bytes
    difference: Difference


def recover(arguments: Arguments) -> int:
    """`mbtui recover [NAME]`: list what is kept, or bring one of it back."""
    name = checked_text(arguments.rest[0]) if arguments.rest else ""
    target = arguments.one("-o")
    if not name or arguments.flag("--list"):
        if name or target or arguments.flag("--entries"):
            raise UsageError("name what to bring back, or leave the options away to see a list")
        return _list(arguments)
    store = open_store(arguments)
    take_in(store.folder)
    kept, drafts = versions(store.folder), load_drafts(store.folder)
    found = _named(name, kept, drafts)
    if isinstance(found, StoredDraft):
        return _draft(arguments, found, target)
    if target is not None:
        _write_new(target, found.read())
        return _told(arguments, {"written": target}, f"{found.name} is written to {target}")
    if arguments.flag("--entries"):
        return _bring_entries(arguments, store, found)
    return _bring_file(arguments, store, found)


def _named(start: str, kept: list[Version], drafts: list[StoredDraft]) -> Version | StoredDraft:
    """The one version or draft whose name begins so. Raises NotFoundError and UsageError."""
    known: dict[str, Version | StoredDraft] = {item.name: item for item in kept}
    known.update({item.name: item for item in drafts})
    found = [start] if start in known else [name for name in known if name.startswith(start)]
    if not found:
        hint = did_you_mean(start, list(_short_names(known).values()))
        raise NotFoundError(f"nothing kept is called {start!r}{hint} (mbtui recover lists it)")
    if len(found) > 1:
        raise UsageError(f"{start!r} is the start of {', '.join(sorted(found)[:5])}")
    return known[found[0]]


def _short_names(names: Iterable[str]) -> dict[str, str]:
    """The shortest start of each name that no other has, of four characters or more."""
    everything = sorted(names)
    short = {}
    for at, name in enumerate(everything):
        near = [*everything[max(at - 1, 0) : at], *everything[at + 1 : at + 2]]
        same = max((_same_start(name, other) for other in near), default=0)
        short[name] = name[: max(_SHORTEST_NAME, same + 1)]
    return short


def _same_start(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _list(arguments: Arguments) -> int:
    most = arguments.number("-n") or _SHOWN
    store = Store.continuing(open_reader(arguments))
    bank = store.load()
    take_in(store.folder)
    kept, drafts = versions(store.folder), load_drafts(store.folder)[::-1]
    shown, older = _first(store, kept, most)
    short = _short_names([*(item.name for item in kept), *(draft.name for draft in drafts)])
    if arguments.flag("--json"):
        out_json(
            {
                "versions": [_version_json(item) for item in shown],
                "older": older,
                "drafts": [_draft_json(draft) for draft in drafts],
            }
        )
    else:
        _print(shown, older, drafts, short)
    for problem in bank.broken_files:
        note(str(problem))
    return 3 if bank.broken_files else 0


def _first(store: Store, kept: list[Version], most: int) -> tuple[list[_Kept], int]:
    """The newest versions, each content of a file once; how many more there are."""
    shown: list[_Kept] = []
    seen: set[tuple[str, bytes]] = set()
    for at, version in enumerate(kept):
        if len(shown) == most:
            return shown, len(kept) - at
        try:
            data = version.read()
        except OSError:
            continue
        if data and (version.file, data) not in seen:
            seen.add((version.file, data))
            shown.append(_Kept(version, data, difference(store, version, data)))
    return shown, 0


def _print(
    shown: list[_Kept], older: int, drafts: list[StoredDraft], short: dict[str, str]
) -> None:
    if shown:
        out(styled("What files held until a save, newest first", "bold"))
        rows = [
            (
                short[item.version.name],
                _local(item.version.at_ns / 1e9),
                safe_line(item.version.file),
                _size(item.version.size),
                _in_words(item),
            )
            for item in shown
        ]
        _table(rows)
        if older:
            out(f"  … {older} older: mbtui recover -n {len(shown) + older}")
    if drafts:
        if shown:
            out()
        out(styled("What was typed and is not saved", "bold"))
        _table([_draft_row(draft, short[draft.name]) for draft in drafts])
    if not shown and not drafts:
        note("nothing is kept of this bank: no save has displaced anything yet")
        return
    out()
    out("mbtui recover NAME brings a file back; with --entries, only the entries it lacks now;")
    out("with -o FILE, into another file. What that displaces is kept in turn. A draft is printed.")


def _table(rows: Sequence[tuple[str, ...]]) -> None:
    widths = [max(cells(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        columns = [padded(text, width) for text, width in zip(row, widths, strict=True)]
        out("  " + "  ".join(columns).rstrip())


def _in_words(item: _Kept) -> str:
    """What a version holds beside the bank as it is now."""
    lacking, differing, newer, problem = item.difference
    if problem is not None:
        return safe_line(f"cannot be read: {problem}")
    parts = []
    if lacking:
        parts.append(f"{_entries(len(lacking))} that the bank lacks now{_titles(lacking)}")
    if differing:
        parts.append(f"{_entries(len(differing))} with another text")
    if newer:
        parts.append(f"without {len(newer)} that came since")
    if item.version.later:
        parts.append("another program wrote to it afterwards")
    if item.version.file == BANK_FILE:
        return ", ".join(["the bank's settings", *parts])
    return ", ".join(parts) or "the same entries"


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count} entries"


def _titles(entries: list[Entry]) -> str:
    titles = [safe_line(entry.title) for entry in entries[:2] if entry.title]
    more = ", …" if len(entries) > len(titles) else ""
    return f" ({', '.join(titles)}{more})" if titles else ""


def _size(size: int) -> str:
    return f"{size} B" if size < 1024 else f"{size / 1024:.1f} KiB"


def _local(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))


def _utc(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _version_json(item: _Kept) -> dict[str, Any]:
    version, found = item.version, item.difference
    return {
        "name": version.name,
        "file": version.file,
        "displaced": _utc(version.at_ns / 1e9),
        "size": version.size,
        "written_afterwards": version.later,
        "problem": str(found.problem) if found.problem else None,
        "lacking": [_entry_json(entry) for entry in found.lacking],
        "differing": [_entry_json(entry) for entry in found.differing],
        "newer": [_entry_json(entry) for entry in found.newer],
    }


def _entry_json(entry: Entry) -> dict[str, str]:
    return {"id": identity_of(entry), "kind": entry.kind.slug, "title": entry.title}


def _draft_row(draft: StoredDraft, short: str) -> tuple[str, ...]:
    title = draft.texts.get("title") or draft.base.get("title") or ""
    what = f"{draft.kind} {draft.id}" if draft.id else f"{draft.kind}, new"
    return (
        short,
        _local(draft.when),
        safe_line(what),
        safe_line(str(title)) or "(no title)",
        safe_line(", ".join(name for name in draft.texts if name != "title")),
    )


def _draft_json(draft: StoredDraft) -> dict[str, Any]:
    return {
        "name": draft.name,
        "kind": draft.kind,
        "id": draft.id or None,
        "kept": _utc(draft.when),
        "texts": dict(draft.texts),
    }


def _draft(arguments: Arguments, draft: StoredDraft, target: str | None) -> int:
    """Print a draft's texts, or write them to a new file."""
    text = "\n".join(_draft_lines(draft))
    if target is not None:
        _write_new(target, f"{text}\n".encode("utf-8", "replace"))
        return _told(arguments, {"written": target}, f"{draft.name} is written to {target}")
    if arguments.flag("--json"):
        out_json(_draft_json(draft))
    else:
        out(safe_text(text))
    return 0


def _draft_lines(draft: StoredDraft) -> Iterator[str]:
    yield f"{draft.kind} {draft.id or '(a new entry)'}"
    for name, text in draft.texts.items():
        yield ""
        yield f"{name}:"
        yield text


def _bring_file(arguments: Arguments, store: Store, version: Version) -> int:
    """Make a version the content of its file again."""
    store.load()
    moment = _local(version.at_ns / 1e9)
    before = {item.name for item in versions(store.folder)}
    done = bring_back(store, version)
    new = [item for item in versions(store.folder) if item.name not in before]
    parts = ((done.came, "came back"), (done.changed, "changed"), (done.went, "went"))
    counts = ", ".join(f"{_entries(count)} {word}" for count, word in parts if count)
    told = {
        "file": version.file,
        "came": done.came,
        "changed": done.changed,
        "went": done.went,
        "kept": new[0].name if new else None,
    }
    if not new and not (done.came or done.changed or done.went):
        _told(arguments, told, f"{version.file} holds that already; nothing was written")
    else:
        counts = counts or "the same entries"
        _told(arguments, told, f"{version.file} is as it was until {moment}: {counts}")
        if new:
            note(f"what it held until now is kept: `mbtui recover {new[0].name}` brings it back")
    if done.warning:
        note(done.warning)
    return 0


def _bring_entries(arguments: Arguments, store: Store, version: Version) -> int:
    """Bring back the entries of a version that the bank lacks now; the rest stays."""
    store.load()
    found = difference(store, version, version.read())
    if found.problem is not None:
        raise UsageError(f"that version of {version.file} cannot be read: {found.problem}")
    with store.bulk("recover", version.file):
        written = bring_back_entries(store, found.lacking)
    if arguments.flag("--json"):
        out_json({"file": version.file, "entries": [_entry_json(entry) for entry in written]})
    for entry in written if not arguments.flag("--json") else ():
        out(safe_line(f"{entry.id} came back: {entry.title}"))
    if not written:
        note("the bank lacks none of its entries; nothing was written")
    if store.warning:
        note(store.warning)
    return 0


def _told(arguments: Arguments, told: dict[str, Any], words: str) -> int:
    if arguments.flag("--json"):
        out_json(told)
    else:
        out(safe_line(words))
    return 0


def _write_new(target: str, data: bytes) -> None:
    """Write a file that is not there yet. Raises UsageError and OSError."""
    try:
        with Path(target).open("xb") as file:
            file.write(data)
    except FileExistsError:
        raise UsageError(f"{target} is there already; nothing was written") from None
