"""Reading only what an edit touched gives the same as reading everything."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from mbtui.store.reread import reread
from mbtui.store.section_text import BrokenTextError, SectionText
from tests.unit.banks import issue, section
from tests.unit.sections import section_texts

INSERTED = st.sampled_from(
    [
        "",
        "\n",
        "x",
        '"""',
        "[[current-issues]]\n",
        "\n" + issue("new"),
        "[current-issues.sub]\nx = 1\n",
        "  [[technical-debt]]\n",
        "[other]\n",
        "# note\n",
        "current-issues = []\n",
        '\nissue = """\n[[not a header]]\n"""\n',
    ]
)


def shown(read: SectionText) -> object:
    return (
        read.text,
        read.root_data,
        read.pieces,
        [(b.pieces, b.array, b.text_hash) for b in read.blocks],
        [(e.kind.slug, repr(e.data), e.line, e.id, e.problems) for e in read.entries],
        {key: repr(entry.data) for key, entry in read.cache.items()},
    )


def plainly(text: str) -> SectionText | None:
    try:
        return section(text)
    except BrokenTextError:
        return None


def assert_same(old: SectionText, start: int, end: int, inserted: str) -> None:
    new = old.text[:start] + inserted + old.text[end:]
    expected = plainly(new)
    try:
        found = reread(old, new, start, end)
    except BrokenTextError:
        assert expected is None
        return
    assert expected is not None
    assert shown(found) == shown(expected)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_edit(data: st.DataObject) -> None:
    old = section(data.draw(section_texts()))
    start = data.draw(st.integers(0, len(old.text)))
    end = data.draw(st.integers(start, min(len(old.text), start + 200)))
    assert_same(old, start, end, data.draw(INSERTED))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_edits_at_the_borders_of_entries(data: st.DataObject) -> None:
    texts = [issue(f"id{i}", issue="x\n" * i) for i in range(data.draw(st.integers(1, 5)))]
    root = data.draw(st.sampled_from(["", "", "# top\n\n", "x = 1\n"]))
    old = section(root + "\n".join(texts))
    places = sorted({0, len(old.text), *(p for piece in old.pieces for p in piece[:2])})
    start = data.draw(st.sampled_from(places))
    end = data.draw(st.sampled_from([place for place in places if place >= start]))
    assert_same(old, start, end, data.draw(INSERTED))


def test_the_entries_beside_the_edit_are_not_read_again() -> None:
    old = section(issue("a") + "\n" + issue("b") + "\n" + issue("c") + "\n" + issue("d"))
    at = old.text.index('title = "b"')
    found = reread(old, old.text[:at] + "# note\n" + old.text[at:], at, at)
    assert found.blocks[0] is old.blocks[0]
    assert found.blocks[3].entry.data is old.blocks[3].entry.data
    assert found.blocks[3].entry.line == old.blocks[3].entry.line + 1
