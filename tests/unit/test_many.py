"""Changes of many entries: a file is written once, what fails is told, one undo takes all back."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mbtui.bank.entry import Entry
from mbtui.store import batching, rounds, writer
from mbtui.store.errors import ConflictError, NotFoundError, StoreError
from mbtui.store.many import Outcome, Outcomes
from mbtui.store.rounds import middle_first
from mbtui.store.store import Store
from tests.unit.banks import ARCHIVED, ISSUES, NOW, issue, make_bank_at, put
from tests.unit.sections import section_texts
from tests.unit.undo_bank import snapshot

COUNT = 40
Change = Callable[[Store, Sequence[Entry]], Outcomes]


def tag(store: Store, entries: Sequence[Entry]) -> Outcomes:
    return store.update_each("tags", [(entry, {"tags": ["new", *entry.tags]}) for entry in entries])


def archive(store: Store, entries: Sequence[Entry]) -> Outcomes:
    return store.archive_each(entries, lambda _: "servers are gone")


def delete(store: Store, entries: Sequence[Entry]) -> Outcomes:
    return store.delete_each(entries)


def move(store: Store, entries: Sequence[Entry]) -> Outcomes:
    return store.move_each(entries, "common-tasks", {})


def move_inside(store: Store, entries: Sequence[Entry]) -> Outcomes:
    return store.move_each(entries, "technical-debt", {"open": "active"})


CHANGES = [tag, archive, delete, move, move_inside]
WAYS = pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Forty issues with comments, odd spacing and one entry between that stays."""
    parts = []
    for number in range(COUNT):
        text = issue(f"{number:08d}", status="open", odd="x" * number)
        parts.append(f"# about {number}\n{text}" + number % 3 * "\n")
    debt = '[[technical-debt]]\nid = "0000002d"\ntitle = "debt"\n'
    text = "# kept\n\n" + "\n".join([*parts[:20], debt, *parts[20:]]) + "\n# the end"
    store = Store(make_bank_at(tmp_path, {ISSUES: text}), author="Ana", now=lambda: NOW)
    store.load()
    return store


@pytest.fixture
def writes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are written from now on."""
    found: list[str] = []
    write = writer.replace_bytes

    def noting(path: Path, *arguments: object) -> str:
        found.append(path.name)
        return write(path, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(writer, "replace_bytes", noting)
    return found


def of_kind(store: Store, kind: str = "current-issues") -> list[Entry]:
    return [entry for entry in store.bank.entries if entry.kind.slug == kind]


def failed(outcomes: Sequence[Outcome]) -> dict[str, str]:
    return {o.entry.id: str(o.error) for o in outcomes if o.entry is not None and o.error}


@WAYS
def test_all_is_done_with_one_write_a_file_and_one_undo(
    store: Store, writes: list[str], change: Change
) -> None:
    before = snapshot(store)
    outcomes = list(change(store, of_kind(store)))
    assert (len(outcomes), failed(outcomes)) == (COUNT, {})
    assert len(writes) == len(set(writes)) or change in (archive, move)
    assert len(writes) <= 2
    after = snapshot(store)
    assert after != before
    taken = store.undo()
    assert taken.change.summary.endswith("and 39 more")
    assert snapshot(store) == before
    assert len(writes) <= 4
    store.redo()
    assert snapshot(store) == after
    store.undo()
    assert snapshot(store) == before
    with pytest.raises(NotFoundError):
        store.undo()


@WAYS
def test_the_files_are_those_of_one_change_after_the_other(
    store: Store, tmp_path: Path, change: Change
) -> None:
    alone = Store(make_bank_at(tmp_path / "alone"), author="Ana", now=lambda: NOW)
    put(alone.folder / ISSUES, (store.folder / ISSUES).read_bytes())
    alone.load()
    for entry in of_kind(alone):
        assert not failed(list(change(alone, [entry])))
    list(change(store, of_kind(store)))
    assert snapshot(store).keys() == snapshot(alone).keys()
    for left, right in zip(store.load().by_key.items(), alone.load().by_key.items(), strict=True):
        assert (left[0], left[1].data, left[1].file) == (right[0], right[1].data, right[1].file)


def test_entries_that_others_changed_meanwhile_are_left_and_told(store: Store) -> None:
    entries = of_kind(store)
    other = Store(store.folder, author="Jonas", now=lambda: NOW)
    other.load()
    other.update(other.bank.find("00000003")[0], {"cause": "theirs"})
    other.delete(other.bank.find("00000007")[0])
    outcomes = list(store.delete_each(entries))
    told = failed(outcomes)
    assert set(told) == {"00000003", "00000007"}
    assert "changed (" in told["00000003"]
    assert "deleted" in told["00000007"]
    assert [entry.id for entry in of_kind(store)] == ["00000003"]
    store.undo()
    assert len(of_kind(store)) == COUNT - 1
    assert store.bank.find("00000003")[0].data["cause"] == "theirs"


def test_an_edit_follows_entries_that_others_moved_meanwhile(store: Store) -> None:
    entries = of_kind(store)
    other = Store(store.folder, author="Jonas", now=lambda: NOW)
    other.load()
    other.move(other.bank.find("00000003")[0], "common-tasks")
    assert failed(list(tag(store, entries))) == {}
    moved = store.load().find("00000003")[0]
    assert (moved.kind.slug, moved.tags) == ("common-tasks", ["new"])


def test_a_broken_file_stops_its_own_entries_only(store: Store) -> None:
    for number in range(3):
        store.add("common-tasks", {"title": f"task {number}"})
    put(store.folder / ISSUES, (store.folder / ISSUES).read_text() + "\n[[x\n")
    tasks, issues = of_kind(store, "common-tasks"), of_kind(store)
    told = failed(list(tag(store, [*issues, *tasks])))
    assert set(told) == {entry.id for entry in issues}
    assert ISSUES in told["00000000"]
    assert all(e.tags == ["new"] for e in of_kind(store, "common-tasks"))


def test_what_cannot_be_archived_is_told_and_the_rest_is(store: Store) -> None:
    store.archive(store.bank.find("00000000")[0], "before")
    put(store.folder / "project-context.toml", '[project-information]\nproject_name = "x"\n')
    store.load()
    (single,) = of_kind(store, "project-information")
    (archived,) = store.bank.archive
    told = failed(list(archive(store, [single, archived, *of_kind(store)])))
    assert set(told) == {"project-information", "00000000"}
    assert len(store.bank.archive) == COUNT


def test_entries_typed_without_an_id_get_theirs(store: Store) -> None:
    text = "".join(f'[[current-issues]]\ntitle = "typed {n}"\n\n' for n in range(3))
    put(store.folder / ISSUES, text)
    before = snapshot(store)
    store.load()
    assert failed(list(archive(store, of_kind(store)))) == {}
    assert [e.has_own_id for e in store.load().archive] == [True] * 3
    store.undo()
    assert snapshot(store) == before


def test_a_file_with_a_bom_that_is_emptied_comes_back_to_the_byte(store: Store) -> None:
    text = "\ufeff" + "\r\n".join(issue(name).replace("\n", "\r\n") for name in "abc")
    put(store.folder / ISSUES, text)
    before = snapshot(store)
    store.load()
    assert failed(list(delete(store, of_kind(store)))) == {}
    assert ISSUES not in snapshot(store)
    store.undo()
    assert snapshot(store) == before
    store.redo()
    assert ISSUES not in snapshot(store)


def test_another_program_that_writes_in_between_loses_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries, path = of_kind(store), store.folder / ISSUES
    write = writer.replace_bytes
    late = "\n[[technical-debt]]\nid = 'zzzzzzzz'\ntitle = 'typed just now'\n"

    def interrupted(*arguments: object) -> str:
        if late not in path.read_text():
            put(path, path.read_text() + late)
        return write(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(writer, "replace_bytes", interrupted)
    assert failed(list(tag(store, entries))) == {}
    assert store.load().find("zzzzzzzz")
    assert all(entry.tags == ["new"] for entry in of_kind(store))


@WAYS
def test_a_full_disk_in_the_middle_loses_nothing_and_is_taken_back(
    store: Store, monkeypatch: pytest.MonkeyPatch, change: Change
) -> None:
    before, write, left = snapshot(store), writer.replace_bytes, [1]

    def failing(*arguments: object) -> str:
        left[0] -= 1
        if left[0] < 0:
            raise StoreError("the disk is full")
        return write(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(writer, "replace_bytes", failing)
    monkeypatch.setattr("mbtui.store.many.MOST", 10)
    told = failed(list(change(store, of_kind(store))))
    assert told
    assert set(told.values()) == {"the disk is full"}
    monkeypatch.setattr(writer, "replace_bytes", write)
    assert {f"{n:08d}" for n in range(COUNT)} <= set(store.load().by_key) or change is delete
    store.undo()
    assert snapshot(store) == before


def test_edits_that_cannot_be_proved_together_are_made_one_by_one(
    store: Store, monkeypatch: pytest.MonkeyPatch, writes: list[str]
) -> None:
    def unproved(self: rounds.Round) -> None:
        raise batching.ProofError("no")

    monkeypatch.setattr(rounds.Round, "prove", unproved)
    before = snapshot(store)
    assert failed(list(tag(store, of_kind(store)[:5]))) == {}
    assert len(writes) == 5
    store.undo()
    assert snapshot(store) == before


def test_a_closed_generator_leaves_no_open_change(store: Store) -> None:
    made = archive(store, of_kind(store))
    next(made)
    made.close()
    store.update(store.bank.find("00000020")[0], {"title": "alone"})
    assert store.undo().change.title == "alone"


def test_archived_entries_go_in_the_order_of_their_ids(store: Store) -> None:
    list(archive(store, of_kind(store)[::-1]))
    text = (store.folder / ARCHIVED).read_text()
    ids = [line.split('"')[1] for line in text.splitlines() if line.startswith("id = ")]
    assert ids == sorted(ids)


def test_a_conflict_names_the_fields(store: Store) -> None:
    entries = of_kind(store)[:2]
    other = Store(store.folder, author="Jonas", now=lambda: NOW)
    other.load()
    other.update(other.bank.find(entries[0].id)[0], {"title": "theirs"})
    wanted = [(entry, {"title": "mine"}) for entry in entries]
    first, second = store.update_each("edit", wanted)
    assert isinstance(first.error, ConflictError)
    assert first.error.fields == ["title"]
    assert second.error is None


@pytest.mark.parametrize("count", [0, 1, 2, 3, 10, 200])
def test_the_middle_comes_first_and_nothing_is_left_out(count: int) -> None:
    order = list(middle_first(count))
    assert sorted(order) == list(range(count))
    assert not order or order[0] == count // 2


@settings(deadline=None, max_examples=60)
@given(section_texts(), st.integers(0, len(CHANGES) - 1), st.data())
def test_any_file_comes_back_to_the_byte(text: str, way: int, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = make_bank_at(Path(place), {ISSUES: text})
        store = Store(folder, author="Ana", now=lambda: NOW)
        store.load()
        if store.bank.broken_files:
            return
        before = snapshot(store)
        entries = [e for e in store.bank.entries if not e.inline]
        chosen = [entry for entry in entries if data.draw(st.booleans())]
        outcomes = list(CHANGES[way](store, chosen))
        assert len(outcomes) == len(chosen)
        assert not any("a bug" in str(o.error) for o in outcomes)
        assert not store.load().broken_files
        after = snapshot(store)
        if after == before:
            return
        store.undo()
        assert snapshot(store) == before
        store.redo()
        assert snapshot(store) == after
