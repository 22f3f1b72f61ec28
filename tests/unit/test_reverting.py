"""Reverting what others did: the earlier entry comes back, and all other bytes stay."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mbtui.store.errors import StoreError
from mbtui.store.reverting import revert
from mbtui.store.store import Store
from tests.unit.banks import ARCHIVED, ISSUES, entry_of, issue, make_store, text_of
from tests.unit.news_bank import CHANGES, Reader, seen_three, write


@pytest.fixture
def ana(tmp_path: Path) -> Reader:
    return seen_three(tmp_path)


@pytest.mark.parametrize("name", ["changed", "added", "removed", "all"])
def test_a_revert_leaves_the_file_as_it_was_and_is_one_undo(ana: Reader, name: str) -> None:
    make, expected = CHANGES[name]
    before = text_of(ana.store)
    changed = make(before)
    write(ana, changed)
    for key in expected:
        ana.revert(key)
    assert text_of(ana.store) == before or name == "all"
    assert ana.words() == {}
    assert {e.id for e in ana.store.bank.entries} == set("abc")
    for _ in expected:
        ana.store.undo()
    assert text_of(ana.store).strip() == changed.strip()
    assert ana.words() == {}, "who undoes it has seen it"


def test_of_three_changes_each_is_reverted_alone(ana: Reader) -> None:
    before = text_of(ana.store)
    write(ana, CHANGES["removed"][0](CHANGES["added"][0](CHANGES["changed"][0](before))))
    assert ana.words() == {"a": "removed", "b": "changed", "d": "added"}
    ana.revert("a")
    assert text_of(ana.store) == CHANGES["added"][0](CHANGES["changed"][0](before))
    ana.revert("b")
    assert text_of(ana.store) == CHANGES["added"][0](before)
    ana.revert("d")
    assert text_of(ana.store) == before


COMMENTED = (
    '# kept\n[[current-issues]] # here\n  id   = "a"\n  title = \'A\' # odd\nissue = """x\n\ny"""\n'
    '\n[current-issues.extra]\nz = 1\n\n[[current-issues]]\nid = "b"\ntitle = "B"\n'
)


def test_a_revert_brings_comments_and_layout_back(tmp_path: Path) -> None:
    ana = Reader(make_store(tmp_path, {ISSUES: COMMENTED}))
    ana.look()
    write(ana, issue("a", "A") + "\n" + issue("b", "B"))
    ana.revert("a")
    assert text_of(ana.store) == COMMENTED


def test_archived_and_restored_entries_come_back_where_they_were(ana: Reader) -> None:
    before = text_of(ana.store)
    bo = Store(ana.store.folder, author="Bo")
    bo.archive(entry_of(bo, "b"), "old")
    assert ana.words() == {"b": "archived"}
    ana.revert("b")
    assert text_of(ana.store) == before
    assert ana.words() == {}
    assert not (ana.store.folder / ARCHIVED).exists() or not text_of(ana.store, ARCHIVED)
    ana.store.undo()
    assert entry_of(ana.store, "b").archived
    ana.see()
    bo.load()
    bo.restore(entry_of(bo, "b"))
    assert ana.words() == {}, "it was seen so before"


def test_moved_entries_come_back(ana: Reader) -> None:
    before = text_of(ana.store)
    bo = Store(ana.store.folder, author="Bo")
    bo.move(entry_of(bo, "b"), "technical-debt")
    assert ana.words() == {"b": "moved"}
    ana.revert("b")
    assert text_of(ana.store) == before
    bo.load()
    bo.move(entry_of(bo, "b"), "debugging-tips")
    assert ana.words() == {"b": "moved"}
    ana.revert("b")
    assert text_of(ana.store) == before


def test_one_table_of_a_kind_comes_back(tmp_path: Path) -> None:
    text = '[project-information]\nname = "acme"\n'
    ana = Reader(make_store(tmp_path, {"project-context.toml": text}))
    ana.look()
    write(ana, text.replace("acme", "other"), "project-context.toml")
    assert ana.words() == {"project-information": "changed"}
    ana.revert("project-information")
    assert text_of(ana.store, "project-context.toml") == text
    write(ana, "", "project-context.toml")
    assert ana.words() == {"project-information": "removed"}
    ana.revert("project-information")
    assert text_of(ana.store, "project-context.toml") == text


def test_entries_without_an_id_are_known_by_their_title(tmp_path: Path) -> None:
    text = '[[current-issues]]\ntitle = "One"\n\n[[current-issues]]\ntitle = "Two"\n'
    ana = Reader(make_store(tmp_path, {ISSUES: text}))
    ana.look()
    write(ana, text.replace('"Two"', '"Two"\nissue = "x"'))
    (key,) = ana.words()
    ana.revert(key)
    assert text_of(ana.store) == text
    write(ana, text[: text.index("\n[[")])
    assert list(ana.words().values()) == ["removed"]
    ana.revert(key)
    assert [e.title for e in ana.store.bank.entries] == ["One", "Two"]


def test_what_changed_again_is_not_reverted(ana: Reader) -> None:
    write(ana, CHANGES["changed"][0](text_of(ana.store)))
    drawn = ana.look().news["b"]
    newer = text_of(ana.store).replace("Other text.", "Newer text.")
    write(ana, newer)
    with pytest.raises(StoreError, match="b was changed again meanwhile; nothing was written"):
        revert(ana.store, drawn, ana.new.text_before(drawn))
    assert text_of(ana.store) == newer
    write(ana, newer[newer.index('[[current-issues]]\nid = "b"') :])
    gone = ana.look().news["a"]
    write(ana, newer)
    with pytest.raises(StoreError, match="a came back meanwhile"):
        revert(ana.store, gone, ana.new.text_before(gone))
    assert text_of(ana.store) == newer


def test_reviews_made_since_stay_in_a_revert(ana: Reader) -> None:
    ana.store.review(entry_of(ana.store, "b"))
    write(ana, CHANGES["changed"][0](text_of(ana.store)))
    ana.revert("b")
    data = entry_of(ana.store, "b").data
    assert (data["issue"], data["reviewed_by"]) == ("Text of b.", "Ana")


# Anything


_ENTRY = st.tuples(st.sampled_from(["x", "y", "a\\nb", "ü"]), st.booleans())
_BANK = st.dictionaries(st.sampled_from("abcde"), _ENTRY, max_size=5)


def _text(entries: dict[str, tuple[str, bool]]) -> str:
    parts = []
    for key, (body, commented) in sorted(entries.items()):
        note = "# note\n" if commented else ""
        parts.append(f'{note}[[current-issues]]\nid = "{key}"\ntitle = "T"\nissue = "{body}"\n')
    return "\n".join(parts)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_BANK, _BANK, st.randoms(use_true_random=False))
def test_any_change_is_all_news_and_reverts_one_by_one(
    tmp_path_factory: pytest.TempPathFactory,
    old: dict[str, tuple[str, bool]],
    new: dict[str, tuple[str, bool]],
    random: object,
) -> None:
    ana = Reader(make_store(tmp_path_factory.mktemp("any"), {ISSUES: _text(old)}))
    ana.look()
    write(ana, _text(new))
    keys = {k for k in {*old, *new} if old.get(k, ("",))[0] != new.get(k, ("",))[0]}
    assert set(ana.words()) == keys
    order = sorted(keys)
    random.shuffle(order)  # type: ignore[attr-defined]
    now = dict(new)
    for key in order:
        ana.revert(key)
        now = {k: v for k, v in now.items() if k != key} | ({key: old[key]} if key in old else {})
        entries = {e.id: e.data["issue"] for e in ana.store.bank.entries}
        assert entries == {k: v[0].replace("\\n", "\n") for k, v in now.items()}
        assert set(ana.words()) == set(order[order.index(key) + 1 :])
