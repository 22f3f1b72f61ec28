"""docs/format.md rule by rule: the bytes that stay, and how what is written looks."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from mbtui.store.store import Store
from tests.unit.banks import ISSUES, entry_of, issue, make_store, put, strictly, text_of

STAMPS = 'updated = 2026-11-22T10:00:00Z\nupdated_by = "Ana"\n'

OTHERS = (
    "# file comment, \t odd   spacing\n"
    "root_key   =   'literal'   # why\n\n\n"
    "[[current-issues]]\n"
    "title='zzz'   # single quotes, no blanks\n"
    'id="z"\n'
    "numbers=[1,\n  2, # two\n 3]\n"
    "unknown.dotted . key = 0x_not_a_key\n".replace("0x_not_a_key", "0xFF")
    + "\n   [[war-stories]]   # an unknown kind, indented\n"
    "   title = '''\n[[current-issues]]\nnot a header'''\n"
    "\n[plain.table]\nfloat = 1e3\n\n\n\n# the end\n"
)


def saved(tmp_path: Path, text: str | bytes) -> tuple[Store, bytes]:
    store = make_store(tmp_path, {ISSUES: text})
    store.load()
    store.update(entry_of(store, "a"), {"title": "new"})
    return store, (store.folder / ISSUES).read_bytes()


class TestKeptByteForByte:
    def expected(self, text: str, newline: str = "\n") -> bytes:
        stamps = STAMPS.replace("\n", newline)
        edited = text.replace(f'title = "a"{newline}', f'title = "new"{newline}{stamps}')
        assert edited != text
        return edited.encode()

    @pytest.mark.parametrize("where", ["first", "last"])
    def test_unknown_keys_kinds_comments_order_and_blank_lines(
        self, tmp_path: Path, where: str
    ) -> None:
        text = issue("a") + "\n" + OTHERS.replace("root_key", "id_key")
        if where == "last":
            text = OTHERS + issue("a")
        assert saved(tmp_path, text)[1] == self.expected(text)

    def test_windows_line_ends(self, tmp_path: Path) -> None:
        text = (OTHERS + issue("a")).replace("\n", "\r\n")
        assert saved(tmp_path, text)[1] == self.expected(text, "\r\n")

    def test_a_byte_order_mark(self, tmp_path: Path) -> None:
        text = "\ufeff" + issue("a")
        assert saved(tmp_path, text)[1] == self.expected(text)

    def test_a_missing_last_newline(self, tmp_path: Path) -> None:
        text = issue("a").removesuffix("\n")
        expected = issue("new").replace('id = "new"', 'id = "a"') + STAMPS.removesuffix("\n")
        assert saved(tmp_path, text)[1] == expected.encode()

    def test_a_missing_last_newline_of_another_entry(self, tmp_path: Path) -> None:
        text = issue("a") + "\n" + issue("z").removesuffix("\n")
        assert saved(tmp_path, text)[1] == self.expected(text)

    def test_a_comment_behind_the_changed_value(self, tmp_path: Path) -> None:
        text = '[[current-issues]]\nid = "a"\ntitle = "a"   # said Bo\n'
        store, _ = saved(tmp_path, text)
        assert 'title = "new"   # said Bo\n' in text_of(store)

    def test_an_addition_to_a_file_without_last_newline_keeps_its_bytes(
        self, tmp_path: Path
    ) -> None:
        text = issue("a").removesuffix("\n")
        store = make_store(tmp_path, {ISSUES: text})
        store.add("current-issues", {"title": "n", "id": "b"})
        after = text_of(store)
        assert after.startswith(text + "\n\n[[current-issues]]\n")
        assert not after.endswith("\n")
        assert [e["id"] for e in strictly(store)["current-issues"]] == ["a", "b"]

    def test_an_added_key_takes_the_files_line_ends(self, tmp_path: Path) -> None:
        text = issue("a").replace("\n", "\r\n")
        store = make_store(tmp_path, {ISSUES: text})
        store.load()
        store.update(entry_of(store, "a"), {"issue": "one\ntwo\n", "tags": ["x" * 60, "y" * 60]})
        raw = text_of(store)
        assert "\n" not in raw.replace("\r\n", "")
        (read,) = strictly(store)["current-issues"]
        assert read["issue"] == "one\ntwo\n"
        store.add("current-issues", {"title": "b", "issue": "1\n2"})
        assert "\n" not in text_of(store).replace("\r\n", "")


class TestWritten:
    def raw(self, tmp_path: Path, value: str) -> str:
        store = make_store(tmp_path)
        entry = store.add("current-issues", {"title": "t", "issue": value})
        assert entry.data["issue"] == value
        assert strictly(store)["current-issues"][0]["issue"] == value
        return text_of(store)

    def test_a_text_of_several_lines_is_a_readable_block(self, tmp_path: Path) -> None:
        raw = self.raw(tmp_path, 'First "quoted" line.\n\tindented `code` \\d\n')
        assert 'issue = """\nFirst "quoted" line.\n\tindented `code` \\\\d\n"""\n' in raw

    @pytest.mark.parametrize(
        "value", ['a """ b\n', 'ends "\n"', '""""""\n"""', '\n""', "\n\nx", "x\n\n"]
    )
    def test_quotes_in_a_block(self, tmp_path: Path, value: str) -> None:
        self.raw(tmp_path, value)

    @pytest.mark.parametrize(
        "character",
        [
            *("\x00", "\x07", "\x1b", "\x1f", "\x7f", "\x80", "\x9b", "\x9d", "\x9f"),
            *("\u061c", "\u200e", "\u200f", "\u202a", "\u202e", "\u2066", "\u2069", "\u2028"),
        ],
    )
    @pytest.mark.parametrize("form", ["{}", "line\n{}x\n"])
    def test_c0_c1_del_and_bidi_controls_are_escaped(
        self, tmp_path: Path, character: str, form: str
    ) -> None:
        raw = self.raw(tmp_path, form.format(character))
        assert character not in raw
        assert f"\\u{ord(character):04x}" in raw

    def test_a_carriage_return_is_kept(self, tmp_path: Path) -> None:
        raw = self.raw(tmp_path, "a\r\nb\rc\n")
        assert "\r" not in raw

    def test_other_languages_stand_as_they_are(self, tmp_path: Path) -> None:
        assert 'issue = "记忆 שלום é 🧠"' in self.raw(tmp_path, "记忆 שלום é 🧠")

    def test_keys_that_need_quotes_get_them(self, tmp_path: Path) -> None:
        store = make_store(tmp_path, {ISSUES: issue("a")})
        store.load()
        hashes = {"app/db.py::connect": "3f9a1c07", 'odd "name"\x1b': "91be02dd"}
        store.update(entry_of(store, "a"), {"checked": hashes, "two words": 1, "": 2})
        (read,) = strictly(store)["current-issues"]
        assert (read["checked"], read["two words"], read[""]) == (hashes, 1, 2)

    def test_a_new_entry_reads_like_the_example(self, tmp_path: Path) -> None:
        store = make_store(tmp_path)
        store.add(
            "current-issues",
            {
                "workaround": "Set it.\n",
                "issue": "It hangs.\n",
                "paths": ["a.py"],
                "severity": "high",
                "tags": ["nfs"],
                "title": "WAL hangs",
                "id": "7k2m9q4t",
                "mystery": 1,
            },
        )
        assert text_of(store) == (
            '[[current-issues]]\nid = "7k2m9q4t"\ntitle = "WAL hangs"\nstatus = "open"\n'
            'severity = "high"\ntags = ["nfs"]\npaths = ["a.py"]\n'
            'created = 2026-11-22T10:00:00Z\ncreated_by = "Ana"\n' + STAMPS + 'issue = """\n'
            'It hangs.\n"""\nworkaround = """\nSet it.\n"""\nmystery = 1\n'
        )


class TestRead:
    LATER = (
        '[[current-issues]]\nid = "a"\ntitle = "\\e[0m \\x41"\nat = 07:32\n'
        "deep = {\n  x = 1, # inside\n  y = [2],\n}\n"
    )

    def test_toml_1_1_too(self, tmp_path: Path) -> None:
        with pytest.raises(tomllib.TOMLDecodeError):
            tomllib.loads(self.LATER)
        bank = make_store(tmp_path, {ISSUES: self.LATER}).load()
        assert bank.problems == ()
        assert bank.entries[0].title == "\x1b[0m A"
        assert bank.entries[0].data["deep"] == {"x": 1, "y": [2]}

    @pytest.mark.parametrize("key", ["status", "title"])
    def test_what_is_saved_is_toml_1_0(self, tmp_path: Path, key: str) -> None:
        store = make_store(tmp_path, {ISSUES: self.LATER})
        (entry,) = store.load().entries
        store.update(entry, {key: "open"})
        (read,) = strictly(store)["current-issues"]
        assert read == {
            **entry.data,
            key: "open",
            **{n: read[n] for n in ("updated", "updated_by")},
        }

    def test_another_entry_in_toml_1_1_stays_byte_for_byte(self, tmp_path: Path) -> None:
        store = make_store(tmp_path, {ISSUES: self.LATER + "\n" + issue("b")})
        store.load()
        store.update(entry_of(store, "b"), {"title": "x"})
        assert text_of(store).startswith(self.LATER)

    def test_files_up_to_the_limit(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("mbtui.store.files.MAX_BYTES", 100)
        fits = issue("a") + "#" * (100 - len(issue("a")))
        store = make_store(tmp_path, {ISSUES: fits})
        assert store.load().problems == ()
        put(store.folder / ISSUES, fits + "#")
        (problem,) = store.load().broken_files
        assert "larger than" in str(problem)
