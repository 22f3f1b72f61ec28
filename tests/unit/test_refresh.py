"""Following the disk: what other programs write comes in, half-written files do not."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from mbtui.bank.bank import Bank
from mbtui.store import file_state
from mbtui.store.errors import StoreError
from mbtui.store.file_state import SHRUNK_IN_PLACE_SECONDS
from mbtui.store.store import Store
from tests.unit.banks import ISSUES, entry_of, issue, make_store, put, text_of

BOTH = issue("a") + "\n" + issue("b")


class Clock:
    """A monotonic clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(time, "monotonic", made)
    return made


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = make_store(tmp_path, {ISSUES: BOTH})
    made.load()
    return made


def in_place(store: Store, text: str | bytes, file: str = ISSUES) -> None:
    put(store.folder / file, text)


def replaced(store: Store, text: str, file: str = ISSUES) -> None:
    new = store.folder / "editors.tmp"
    put(new, text)
    new.rename(store.folder / file)


def shown(bank: Bank | None) -> list[str]:
    assert bank is not None
    return [entry.id for entry in bank.entries]


def test_nothing_changed(store: Store) -> None:
    assert store.refresh() == (None, False)


@pytest.mark.parametrize("write", [in_place, replaced])
def test_more_is_believed_at_once(store: Store, write: object) -> None:
    write(store, BOTH + issue("c"))  # type: ignore[operator]
    bank, pending = store.refresh()
    assert shown(bank) == ["a", "b", "c"]
    assert not pending
    assert store.refresh() == (None, False)


def test_a_new_file_is_believed_at_once(store: Store) -> None:
    in_place(store, '[[data-flow]]\nid = "d"\ntitle = "d"\n', "integration-points.toml")
    assert shown(store.refresh().bank) == ["a", "b", "d"]


def test_a_changed_text_is_believed_at_once(store: Store) -> None:
    in_place(store, BOTH.replace('title = "b"', 'title = "longer"'))
    bank, _ = store.refresh()
    assert bank is not None
    assert [entry.title for entry in bank.entries] == ["a", "longer"]
    assert bank.entries[0] is entry_of(store, "a")


@pytest.mark.parametrize("short", ["", issue("a"), issue("b"), issue("a") + issue("c")])
def test_a_file_that_lost_entries_in_place_must_stay_so(
    store: Store, clock: Clock, short: str
) -> None:
    in_place(store, short)
    assert store.refresh() == (None, True)
    clock.now += SHRUNK_IN_PLACE_SECONDS - 0.1
    assert store.refresh() == (None, True)
    assert shown(store.bank) == ["a", "b"]
    clock.now += 0.2
    bank, pending = store.refresh()
    assert len(shown(bank)) == short.count("[[")
    assert not pending


def test_a_file_that_grows_again_was_being_written(store: Store, clock: Clock) -> None:
    for part in ("", issue("a"), BOTH):
        in_place(store, part)
        bank, pending = store.refresh()
        assert bank is None
        assert pending == (part != BOTH)
        clock.now += 1.0
    assert shown(store.bank) == ["a", "b"]


def test_each_change_of_a_short_file_starts_the_wait_again(store: Store, clock: Clock) -> None:
    in_place(store, "")
    store.refresh()
    clock.now += SHRUNK_IN_PLACE_SECONDS
    in_place(store, issue("a"))
    assert store.refresh() == (None, True)


def test_a_replaced_file_with_less_is_believed_in_a_second_look(store: Store, clock: Clock) -> None:
    replaced(store, issue("b"))
    assert store.refresh() == (None, True)
    clock.now += 0.06
    assert shown(store.refresh().bank) == ["b"]


def test_a_file_that_is_gone_is_believed_after_a_moment(store: Store, clock: Clock) -> None:
    (store.folder / ISSUES).unlink()
    assert store.refresh() == (None, True)
    clock.now += 0.4
    assert shown(store.refresh().bank) == []
    replaced(store, BOTH)
    assert shown(store.refresh().bank) == ["a", "b"]


def test_believing_at_once_can_be_asked_for(store: Store, clock: Clock) -> None:
    in_place(store, issue("a"))
    store.refresh()
    store.forget_unsettled()
    assert shown(store.refresh().bank) == ["a"]


class TestBroken:
    def test_the_last_good_content_stays_and_comes_back_whole(
        self, store: Store, clock: Clock
    ) -> None:
        in_place(store, BOTH + "broken\n")
        assert store.refresh() == (None, True)
        clock.now += 0.4
        bank, pending = store.refresh()
        assert shown(bank) == ["a", "b"]
        assert not pending
        assert bank is not None
        (problem,) = bank.broken_files
        assert problem.place == f"{ISSUES}:8:7"
        in_place(store, BOTH + issue("c"))
        bank, _ = store.refresh()
        assert shown(bank) == ["a", "b", "c"]
        assert bank is not None
        assert bank.problems == ()

    def test_a_broken_bank_toml_waits_too_and_recovers(self, store: Store, clock: Clock) -> None:
        in_place(store, "format = \n", "bank.toml")
        assert store.refresh() == (None, True)
        assert store.bank.read_only == ""
        clock.now += 2
        bank, _ = store.refresh()
        assert bank is not None
        assert "bank.toml:1" in bank.read_only
        assert shown(bank) == ["a", "b"]
        in_place(store, "format = 1\n", "bank.toml")
        bank, _ = store.refresh()
        assert bank is not None
        assert bank.read_only == ""


class TestBankFile:
    OWN = '[kinds.tricks]\nsection = "known-issues"\n[views]\nx = "y"\n'

    def test_a_new_kind_is_taken_at_once(self, store: Store) -> None:
        in_place(store, BOTH + '[[tricks]]\nid = "t"\ntitle = "t"\n')
        bank, _ = store.refresh()
        assert bank is not None
        assert not bank.find("t")[0].kind.known
        in_place(store, self.OWN, "bank.toml")
        bank, _ = store.refresh()
        assert bank is not None
        assert bank.find("t")[0].kind.known

    def test_an_emptied_one_is_believed_only_when_it_stays_so(
        self, store: Store, clock: Clock
    ) -> None:
        in_place(store, self.OWN, "bank.toml")
        store.refresh()
        in_place(store, "", "bank.toml")
        assert store.refresh() == (None, True)
        assert "tricks" in store.bank.schema.kinds
        clock.now += 2
        bank, _ = store.refresh()
        assert bank is not None
        assert "tricks" not in bank.schema.kinds

    def test_one_that_lost_a_view_likewise(self, store: Store, clock: Clock) -> None:
        in_place(store, '[views]\nx = "y"\nz = "w"\n', "bank.toml")
        store.refresh()
        in_place(store, '[views]\nx = "y"\n', "bank.toml")
        assert store.refresh() == (None, True)
        clock.now += 2
        bank, _ = store.refresh()
        assert bank is not None
        assert list(bank.config.views) == ["x"]

    def test_a_change_of_it_makes_no_half_written_file_believed(
        self, store: Store, clock: Clock
    ) -> None:
        """A branch switch takes both away and writes them anew, one after the other."""
        in_place(store, self.OWN, "bank.toml")
        (store.folder / ISSUES).unlink()
        bank, pending = store.refresh()
        assert shown(bank) == ["a", "b"]
        assert pending
        in_place(store, BOTH + '[[tricks]]\nid = "t"\ntitle = "t"\n')
        bank, pending = store.refresh()
        assert shown(bank) == ["a", "b", "t"]
        assert bank is not None
        assert bank.find("t")[0].kind.known
        assert not pending

    def test_without_it_nothing_is_taken_to_be_gone(self, store: Store, clock: Clock) -> None:
        (store.folder / "bank.toml").unlink()
        (store.folder / ISSUES).unlink()
        store.refresh()
        for _ in range(5):
            clock.now += 1.0
            store.refresh()
        assert shown(store.bank) == ["a", "b"]
        assert "bank.toml is missing" in store.bank.read_only
        in_place(store, "format = 1\n", "bank.toml")
        in_place(store, BOTH)
        bank, pending = store.refresh()
        assert shown(bank) == ["a", "b"]
        assert bank is not None
        assert not bank.read_only
        assert not pending

    def test_a_newer_format_is_believed_at_once(self, store: Store) -> None:
        in_place(store, "format = 2\n", "bank.toml")
        bank, _ = store.refresh()
        assert bank is not None
        assert "format 2" in bank.read_only


class TestManyFiles:
    """A branch switch changes one file after the other: it is told once."""

    FILES = tuple(f"{name}-notes.toml" for name in ("development", "performance", "security"))

    def change(self, store: Store, number: int) -> None:
        for file in self.FILES:
            in_place(store, f'[[{number}]]\nid = "{file}"\ntitle = "{number}"\n', file)

    def test_many_are_told_when_a_look_finds_no_more(self, store: Store, clock: Clock) -> None:
        self.change(store, 1)
        assert store.refresh() == (None, True)
        in_place(store, BOTH + issue("c"))
        assert store.refresh() == (None, True)
        bank, pending = store.refresh()
        assert len(shown(bank)) == 6
        assert not pending
        assert store.refresh() == (None, False)

    def test_they_are_told_at_last_when_it_never_ends(self, store: Store, clock: Clock) -> None:
        told = []
        for number in range(12):
            self.change(store, number)
            told.append(store.refresh().bank)
            clock.now += 0.1
        assert 1 <= sum(bank is not None for bank in told) <= 3

    def test_what_is_saved_meanwhile_shows_all_of_it(self, store: Store) -> None:
        self.change(store, 1)
        assert store.refresh().bank is None
        store.add("current-issues", {"id": "mine", "title": "mine"})
        assert {"mine", *self.FILES} <= {entry.id for entry in store.bank.entries}
        assert store.refresh() == (None, False)


class TestSignatures:
    def test_own_writes_are_known_by_their_content(self, store: Store) -> None:
        store.update(entry_of(store, "a"), {"title": "mine"})
        assert [entry.title for entry in store.bank.entries] == ["mine", "b"]
        assert store.refresh() == (None, False)
        os.utime(store.folder / ISSUES)
        assert store.refresh() == (None, False)

    def test_own_removals_are_not_taken_for_half_a_file(self, store: Store) -> None:
        store.delete(entry_of(store, "a"))
        assert shown(store.bank) == ["b"]
        assert store.refresh() == (None, False)

    def test_a_touched_file_with_the_same_bytes_is_no_change(self, store: Store) -> None:
        os.utime(store.folder / ISSUES)
        assert store.refresh() == (None, False)

    def test_a_same_size_replacement_with_an_older_time_is_noticed(self, store: Store) -> None:
        new = store.folder / "restored"
        put(new, BOTH.replace('title = "b"', 'title = "B"'))
        os.utime(new, (1, 1))
        new.rename(store.folder / ISSUES)
        bank, _ = store.refresh()
        assert bank is not None
        assert bank.entries[1].title == "B"

    def test_a_second_write_with_the_same_time_stamp_is_noticed(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        same = file_state.mark_of(store.folder / ISSUES)
        assert same is not None
        moment = same.ctime_ns + 1
        monkeypatch.setattr(time, "time_ns", lambda: moment)
        monkeypatch.setattr(file_state, "signature", lambda path: same)
        store.load()
        put(store.folder / ISSUES, BOTH.replace('title = "b"', 'title = "B"'))
        assert store.refresh() == (None, False)
        moment += 2 * file_state.CLOCK_TICK_NS
        bank, _ = store.refresh()
        assert bank is not None
        assert bank.entries[1].title == "B"


class TestWritingBesideAHalfWrittenFile:
    """A program that writes in place must not lose what it has still to write."""

    def finish(self, store: Store, monkeypatch: pytest.MonkeyPatch, text: str) -> list[int]:
        waits: list[int] = []

        def other_program_goes_on(seconds: float) -> None:
            waits.append(1)
            if len(waits) == 3:
                put(store.folder / ISSUES, text, age=False)

        monkeypatch.setattr(time, "sleep", other_program_goes_on)
        return waits

    @pytest.mark.parametrize("half", ["", issue("a"), issue("a") + "[[current"])
    def test_an_addition_waits_for_the_rest(
        self, store: Store, monkeypatch: pytest.MonkeyPatch, half: str
    ) -> None:
        waits = self.finish(store, monkeypatch, BOTH + issue("c"))
        put(store.folder / ISSUES, half, age=False)
        store.add("current-issues", {"title": "z", "id": "z"})
        assert len(waits) == 3
        assert shown(store.bank) == ["a", "b", "c", "z"]

    def test_without_an_earlier_reading_an_empty_file_is_waited_for(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.finish(store, monkeypatch, BOTH)
        put(store.folder / ISSUES, "", age=False)
        fresh = Store(store.folder, author="Bo")
        fresh.add("current-issues", {"title": "z", "id": "z"})
        assert shown(fresh.load()) == ["a", "b", "z"]

    def test_a_file_that_stays_short_is_taken_as_it_is(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.finish(store, monkeypatch, "")
        put(store.folder / ISSUES, issue("a"))
        store.add("current-issues", {"title": "z", "id": "z"})
        assert shown(store.bank) == ["a", "z"]

    def test_own_removals_do_not_wait(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        waits = self.finish(store, monkeypatch, BOTH)
        store.delete(entry_of(store, "a"))
        store.delete(entry_of(store, "b"))
        store.add("current-issues", {"title": "z", "id": "z"})
        assert waits == []
        assert 'id = "z"' in text_of(store)

    def test_a_file_that_stays_broken_is_told(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.finish(store, monkeypatch, "still broken\n")
        put(store.folder / ISSUES, "broken\n")
        with pytest.raises(StoreError, match="not TOML"):
            store.add("current-issues", {"title": "z"})
