"""Random changes of damaged banks through the real store, each judged by the oracle."""

from __future__ import annotations

from datetime import date
from typing import Any

from mbtui.bank.entry import Entry
from mbtui.store.store import Store
from tests.faults import oracle
from tests.faults.bench import (
    AUTHOR,
    LONGEST,
    NOW,
    Bench,
    NarrowStore,
    decoded,
    no_longer_than,
    same,
)
from tests.faults.mutations import a_seed, as_bytes, mutated
from tests.faults.oracle import Before, Owner, check

TEXTS = [
    *(
        "",
        "x",
        "two words",
        "a\nb\n",
        "\n\nlead",
        'q"uo"""te',
        "'''",
        "back\\slash\\",
        "tab\t",
        "é記",
    ),
    *(
        "[[current-issues]]\n",
        "\r",
        "a\r\nb",
        "\x00\x1b\x7f\x85",
        "\u2028\u202e\ufeff",
        '"',
        '"""\n',
    ),
    *(
        "# no comment",
        "x" * 300,
        "line\n" * 30,
        "\\n",
        "\U0001f469\u200d",
        "a = 1\n[b]\n",
        " \n \n",
    ),
]
VALUES: list[Any] = [
    *TEXTS,
    *([], ["a"], ["a", "b\nc", '"'], ["long item " * 3] * 9, [[1], ["x"]], 0, -5, 2**63 - 1, 1.5),
    *(float("inf"), float("nan"), True, date(2026, 1, 2), NOW, {}, {"a": "1", "b c": [1]}),
]
NAMES = ["title", "status", "tags", "issue", "paths", "checked", "review_in", "new key", "é", "a"]


class Fuzz(Bench):
    """Damages a file, changes an entry of it, judges what came of it."""

    def one(self) -> None:
        """One damaged file: read, change, judge."""
        chance = self.chance
        self.story = ""
        slug, text = a_seed(chance)
        _, other = a_seed(chance)
        file = f"{slug}.toml"
        for path in (*self.folder.glob("*.toml"), *self.folder.glob("archive/*.toml")):
            if path.name != "bank.toml":
                path.unlink()
        store = NarrowStore(self.folder, author=AUTHOR, now=lambda: NOW)
        store.names = (file, "archive/" + file, "development-notes.toml")
        earlier = chance.random() < 0.5
        if earlier:
            self.put(file, text.encode())
            old_entries = store.load().entries
        data = as_bytes(chance, mutated(chance, text, other))
        beside = chance.choice((f"archive/{file}", "development-notes.toml"))
        if beside != file and chance.random() < 0.5:
            self.put(beside, as_bytes(chance, mutated(chance, a_seed(chance)[1], text)))
        self.put(file, data)
        self.story = f"{file}: {data!r}"
        with no_longer_than(LONGEST):
            if earlier and store.refresh().pending:
                store.forget_unsettled()
                store.refresh()
            bank = store.bank if earlier else store.load()
        before = self.judged_reading(store, file, data)
        entries = [e for e in (*bank.entries, *bank.archive) if e.file == file]
        if before is None:
            self.counts["not TOML"] += 1
            pool = [e for e in old_entries if e.file == file] if earlier else []
            if pool:
                self.refused(store, chance.choice(pool), data)
            return
        self.counts["TOML"] += 1
        what = chance.choice(("update",) * 6 + ("add",) * 3 + ("delete",) * 3 + ("move",) * 5)
        if any(entry.inline for entry in entries) and chance.random() < 0.3:
            self.convert(store, chance.choice([e for e in entries if e.inline]), before)
        elif what == "add" or not entries:
            self.add(store, file, before)
        elif what == "update":
            self.update(store, chance.choice(entries), before)
        elif what == "delete":
            self.delete(store, chance.choice(entries), before)
        else:
            self.move(store, chance.choice(entries), before)

    def changes(self, entry: Entry) -> dict[str, Any]:
        chance = self.chance
        names = [*entry.data, *entry.kind.field_names, *NAMES]
        found: dict[str, Any] = {}
        for _ in range(chance.choice((1, 1, 2, 3))):
            name = chance.choice(names)
            if name in ("id", "updated", "updated_by"):
                continue
            value = None if chance.random() < 0.2 else chance.choice(VALUES)
            if name == "title" and (value is None or not str(value).strip()):
                value = "new title"
            found[name] = value
        return found

    def update(self, store: Store, entry: Entry, before: Before) -> None:
        changes = self.changes(entry)
        self.story = f"update {entry} line {entry.line} {changes!r} in {self.story}"
        data = dict(entry.data)
        done, written = self.attempt(lambda: store.update(entry, changes))
        if not done:
            self.may_refuse(entry, written)
            return
        self.counts["update"] += 1
        merged = {**data, **changes}
        expected = {name: value for name, value in merged.items() if value is not None}
        after = self.text_of(entry.file)
        if same(expected, data):
            check(after == before.text, "nothing was to change")
            return
        if not entry.kind.single and not (isinstance(data.get("id"), str) and data["id"]):
            expected["id"] = entry.id
        expected |= {"updated": NOW, "updated_by": AUTHOR}
        owner = self.owner_of(entry, before)
        new = owner
        if owner is None:
            check(entry.kind.single, "an inline entry was changed")
            new = Owner(entry.kind.slug, 0)
        result = oracle.check_others(before, after, owner, new, entry.kind.slug)
        assert new is not None
        table = oracle.tables(result, entry.kind.slug)[new.number]
        check(same(table, expected), f"not as meant: {table!r} for {expected!r}")
        check(same(written.data, expected), "what was returned is not what is on disk")
        if owner is not None and before.strict:
            names = {n for n in {**data, **expected} if not same(data.get(n), expected.get(n))}
            touched = frozenset(names) | oracle.STAMPS
            then = oracle.own_lines(before.owned, owner, touched)
            now = oracle.own_lines(oracle.owned(after), owner, touched)
            header = f"[{entry.kind.slug}]"
            now = [line for line in now if line != header or header in then]
            headers = [c.path for c, of in before.owned if of == owner and c.what == "header"]
            if len(headers[0]) == 1 and not any(
                path[1:2] and path[1] in touched for path in headers
            ):
                check(then == now, f"other lines of the entry changed: {then!r} {now!r}")
        oracle.check_line_ends(before.text, after)
        self.undo(store, entry.file, before)

    def convert(self, store: Store, entry: Entry, before: Before) -> None:
        """An inline array becomes tables."""
        slug = entry.kind.slug
        self.story = f"convert {slug} in {self.story}"
        done, error = self.attempt(lambda: store.convert_inline(entry.file, slug))
        if not done:
            self.may_refuse(entry, error)
            return
        self.counts["convert"] += 1
        after = oracle.read_1_1(self.text_of(entry.file))
        check(after is not None, "the new text is not TOML")
        wanted = {**before.data, slug: oracle.tables(before.data, slug)}
        check(
            same({**(after or {}), slug: oracle.tables(after or {}, slug)}, wanted), "not the same"
        )

    def add(self, store: Store, file: str, before: Before) -> None:
        chance = self.chance
        schema = store.bank.schema
        kinds = [kind for kind in schema.kinds.values() if kind.section == file[:-5]]
        kind = chance.choice(kinds)
        values: dict[str, Any] = {"title": chance.choice(("one", "new", *TEXTS))}
        if chance.random() < 0.5:
            values["id"] = chance.choice(("a", "0", "zz", "m"))
        values |= {n: chance.choice(VALUES) for n in chance.sample(NAMES[1:], chance.randrange(3))}
        self.story = f"add {kind.slug} {values!r} to {self.story}"
        done, entry = self.attempt(lambda: store.add(kind.slug, values, made_now=False))
        if not done:
            return
        self.counts["add"] += 1
        expected: dict[str, Any] = {n: v for n, v in values.items() if v not in (None, "", [])}
        expected |= {"id": entry.id, "updated": NOW, "updated_by": AUTHOR}
        after = self.text_of(file)
        data = oracle.read_1_1(after) or {}
        places = [
            i for i, t in enumerate(oracle.tables(data, kind.slug)) if t.get("id") == entry.id
        ]
        check(len(places) == 1, f"the new entry is there {len(places)} times")
        new = Owner(kind.slug, places[0])
        oracle.check_others(before, after, None, new, kind.slug)
        table = oracle.tables(data, kind.slug)[places[0]]
        check(same(table, expected), f"not as meant: {table!r} for {expected!r}")
        oracle.check_line_ends(before.text, after)
        self.undo(store, file, before)

    def delete(self, store: Store, entry: Entry, before: Before) -> None:
        self.story = f"delete {entry} line {entry.line} in {self.story}"
        done, error = self.attempt(lambda: store.delete(entry))
        if not done:
            self.may_refuse(entry, error)
            return
        self.counts["delete"] += 1
        owner = self.owner_of(entry, before)
        check(owner is not None, "an inline entry was deleted")
        after = self.text_of(entry.file)
        oracle.check_others(before, after, owner, None, entry.kind.slug)
        self.undo(store, entry.file, before)

    def move(self, store: Store, entry: Entry, before: Before) -> None:
        chance = self.chance
        what = chance.choice(("archive", "move", "move"))
        kinds = ("technical-debt", "current-issues", "common-tasks", "test-data")
        slug = entry.kind.slug if what == "archive" else chance.choice(kinds)
        status = chance.choice((None, "open", "active"))
        self.story = f"{what} {entry} line {entry.line} {slug} {status} in {self.story}"
        data = dict(entry.data)
        there = {name: Before.of(decoded(b)) for name, b in self.all_bytes().items()}
        if what == "archive":
            done, moved = self.attempt(lambda: store.archive(entry, 'the "reason"\n'))
        else:
            done, moved = self.attempt(lambda: store.move(entry, slug, status=status))
        if not done:
            self.may_refuse(entry, moved)
            return
        self.counts[what] += 1
        owner = self.owner_of(entry, before)
        check(owner is not None, "an inline entry was moved")
        after = self.text_of(moved.file)
        result = oracle.read_1_1(after) or {}
        tables = oracle.tables(result, moved.kind.slug)
        places = [i for i, t in enumerate(tables) if t.get("id") == moved.id]
        check(bool(places), "the moved entry is not there")
        names = data.keys() - {"updated", "updated_by", "archived", "status", "id"}
        main = moved.kind.main_field
        check(
            any(
                all(same(data[n], t.get(n)) or same(data[n], t.get(main)) for n in names)
                for t in (tables[place] for place in places)
            ),
            f"the moved entry is not what it was: {tables!r}",
        )
        if moved.file != entry.file:
            oracle.check_others(before, self.text_of(entry.file), owner, None, entry.kind.slug)
            target = there.get(moved.file)
            if target is None:
                target = Before.of("")
            assert target is not None
            twins = [
                t.get("id")
                for t in oracle.tables(target.data, moved.kind.slug)
                if isinstance(t, dict)
            ]
            if moved.id not in twins:
                place = Owner(moved.kind.slug, places[0])
                oracle.check_others(target, after, None, place, moved.kind.slug)
        else:
            self.counts["moved inside"] += 1
        if what == "archive" and chance.random() < 0.4:
            self.restore(store, moved, data)
        else:
            self.undo(store, entry.file, before)

    def restore(self, store: Store, moved: Entry, data: dict[str, Any]) -> None:
        """An archived entry comes back as it was."""
        self.story = f"restore after {self.story}"
        done, entry = self.attempt(lambda: store.restore(moved))
        if not done:
            self.may_refuse(moved, entry)
            return
        self.counts["restore"] += 1
        stamps = {"archived", "id", "updated", "updated_by"}
        left = {k: v for k, v in data.items() if k not in stamps}
        found = oracle.tables(oracle.read_1_1(self.text_of(entry.file)) or {}, entry.kind.slug)
        there = [{k: v for k, v in t.items() if k not in stamps} for t in found]
        check(any(same(t, left) for t in there), f"not back: {found!r}")
