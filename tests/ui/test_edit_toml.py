"""`E`: the entry as TOML in the user's editor; whatever the editor does, no text is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from mbtui.cli.main import main
from mbtui.store.drafts import TOML_TEXT, load_drafts
from mbtui.store.handed_over import hand_over, put_away
from mbtui.ui.draft import Draft
from mbtui.ui.drafts import stored
from mbtui.ui.external import Ran
from mbtui.ui.screens.conflict import Conflict
from mbtui.ui.screens.dialogs import Ask
from mbtui.ui.screens.form import EntryForm
from tests.ui.conftest import OpenApp
from tests.ui.driving import MEDIUM, NARROW, Ui
from tests.ui.editors import FakeEditor
from tests.ui.forms import NFS, on_disk, retype

pytestmark = pytest.mark.anyio


@pytest.fixture
def editor(monkeypatch: pytest.MonkeyPatch) -> FakeEditor:
    return FakeEditor(monkeypatch)


def drafts(ui: Ui) -> list[str]:
    """The texts that are kept on disk as typed TOML."""
    found = load_drafts(ui.app.store.folder)
    return [draft.texts[TOML_TEXT] for draft in found if TOML_TEXT in draft.texts]


async def open_entry(ui: Ui) -> None:
    await ui.show(NFS)
    await ui.press("E")


async def test_the_entrys_own_text_is_edited_saved_and_undone(
    open_app: OpenApp, editor: FakeEditor
) -> None:
    async with open_app(MEDIUM) as ui:
        before = ui.on_disk()
        editor.changes(('severity = "high"', "# who says so?\nseverity = 'low'"))
        await open_entry(ui)
        assert ui.message == "Saved: SQLite WAL hangs on NFS homes"
        info, _, own = editor.seen[0].partition("\n")
        assert info.startswith("#mbtui: Current Issues · ")
        assert "status: open, worked-around, fixed, wont-fix" in info
        assert "severity (low, medium, high, critical)" in info
        assert own.startswith('[[current-issues]]\nid = "7k2m9q4t"\n')
        assert own in before
        assert editor.modes == [(0o700, 0o600)]
        assert editor.paths[0].suffix == ".toml"
        assert ui.app.store.folder not in editor.paths[0].parents
        assert "# who says so?\nseverity = 'low'\n" in ui.on_disk()
        assert "#mbtui" not in ui.on_disk()
        assert on_disk(ui, NFS)["severity"] == "low"
        old, new = before.splitlines(), ui.on_disk().splitlines()
        assert len(set(old) - set(new)) <= 3
        assert drafts(ui) == []
        assert editor.is_clean
        await ui.press("u")
        assert ui.on_disk() == before


@pytest.mark.parametrize(
    ("edit", "end", "told"),
    [
        (lambda text: text, Ran(), "Nothing was changed"),
        (lambda text: text + "\n\n", Ran(), "Nothing was changed"),
        (lambda text: text.partition("\n")[2], Ran(), "Nothing was changed"),
        (lambda text: "", Ran(), "The text was empty"),
        (lambda text: "\n \n", Ran(), "The text was empty"),
        (lambda text: None, Ran(), "The text was empty"),
        (lambda text: text, Ran("vim ended with exit code 1", True), "vim ended with exit code 1"),
        (lambda text: text, Ran("vi could not be started", True), "vi could not be started"),
    ],
)
async def test_without_a_new_text_nothing_happens_and_it_is_said(
    open_app: OpenApp, editor: FakeEditor, edit: object, end: Ran, told: str
) -> None:
    async with open_app(MEDIUM) as ui:
        before = ui.on_disk()
        editor.edits.append(edit)  # type: ignore[arg-type]
        editor.ends.append(end)
        await open_entry(ui)
        assert ui.app.screen is ui.main
        assert told in ui.message
        assert "nothing was written" in ui.message
        assert ui.on_disk() == before
        assert drafts(ui) == []
        assert editor.is_clean


async def test_an_editor_that_fails_loses_no_text(open_app: OpenApp, editor: FakeEditor) -> None:
    async with open_app(MEDIUM) as ui:
        before = ui.on_disk()
        editor.changes(('hangs on NFS homes"', 'hangs"'))
        editor.ends.append(Ran("vim was ended by SIGKILL", True))
        await open_entry(ui)
        assert "vim was ended by SIGKILL; nothing was written; what you typed is kept" in ui.message
        assert ui.on_disk() == before
        assert ['WAL hangs"' in text for text in drafts(ui)] == [True]
        editor.edits.append(lambda text: text.replace('hangs"', 'waits"'))
        await ui.press("E")
        assert 'WAL hangs"' in editor.seen[1]
        assert on_disk(ui, NFS)["title"] == "SQLite WAL waits"
        assert drafts(ui) == []


async def test_what_is_no_entry_comes_back_to_the_editor_with_the_reason(
    open_app: OpenApp, editor: FakeEditor
) -> None:
    async with open_app(NARROW) as ui:
        before = ui.on_disk()
        editor.changes(('status = "open"', 'status "open"'), ('status "open"', 'status = "fixed"'))
        await open_entry(ui)
        dialog = ui.on(Ask)
        assert "Line 5, column 8 is not TOML" in " ".join(ui.text.split())
        assert ui.on_disk() == before
        assert [draft.count('status "open"') for draft in drafts(ui)] == [1]
        await ui.press("enter")
        assert ui.app.screen is not dialog
        first, _, rest = editor.seen[1].partition("\n")
        assert first.startswith("#mbtui: Line 5, column 8 is not TOML")
        assert rest == editor.seen[0].partition("\n")[2].replace('status = "open"', 'status "open"')
        assert editor.seen[1].splitlines()[4] == 'status "open"'
        assert editor.lines == [2, 5]
        assert on_disk(ui, NFS)["status"] == "fixed"
        assert drafts(ui) == []
        assert editor.is_clean


@pytest.mark.parametrize(
    "garbage", [b"\xff\xfe\x00", b"\x1b]52;c;eA==\x07", b"no toml", b"[[x]]\n"]
)
async def test_garbage_is_kept_as_a_draft_or_dropped(
    open_app: OpenApp, editor: FakeEditor, garbage: bytes
) -> None:
    async with open_app(MEDIUM) as ui:
        before = ui.on_disk()
        editor.edits.append(lambda text: garbage)
        await open_entry(ui)
        ui.on(Ask)
        assert "\x1b" not in ui.text
        await ui.press("escape")
        assert "what you typed is kept: E goes on with it" in ui.message
        kept = garbage.decode("utf-8", "surrogateescape")
        assert drafts(ui) == [kept]
        editor.edits.append(lambda text: text + " ")
        await ui.press("E")
        assert editor.seen[1].partition("\n")[2].encode("utf-8", "surrogateescape") == garbage
        await ui.press("right", "right", "enter")
        assert ui.message == "Nothing was written; the typed text is dropped"
        assert drafts(ui) == []
        assert ui.on_disk() == before


async def test_kept_text_is_offered_listed_and_apart_from_the_form(
    open_app: OpenApp, editor: FakeEditor, demo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with open_app(MEDIUM, demo) as ui:
        editor.changes(('hangs on NFS homes"', "hangs"))
        await open_entry(ui)
        await ui.press("right", "enter")
        await ui.press("e")
        ui.on(EntryForm)
        assert "unsaved" not in ui.rows[0]
        await retype(ui, "ticket", "ACME-1")
        await ui.press("f2")
        assert len(drafts(ui)) == 1
    assert main(["--bank", str(demo), "recover"]) == 0
    listed = capsys.readouterr().out
    assert "(as TOML)" in listed
    assert "SQLite WAL hangs on NFS homes" in listed
    async with open_app(MEDIUM, demo) as ui:
        assert "Unsaved text" in ui.text
        assert "= compare" not in ui.text
        await ui.press("equals_sign")
        assert "p goes on with it in your editor" in ui.message
        editor.changes(('title = "SQLite WAL hangs', 'title = "SQLite WAL waits"'))
        await ui.press("p")
        assert on_disk(ui, NFS)["title"] == "SQLite WAL waits"
        assert on_disk(ui, NFS)["ticket"] == "ACME-1"
        assert drafts(ui) == []


async def test_what_others_changed_meanwhile_is_joined(
    open_app: OpenApp, editor: FakeEditor
) -> None:
    async with open_app(MEDIUM) as ui:
        path = ui.file()

        def edit(text: str) -> str:
            path.write_text(path.read_text().replace("hangs on NFS homes", "hangs on NFS"))
            return text.replace('severity = "high"', 'severity = "low"')

        editor.edits.append(edit)
        await open_entry(ui)
        assert on_disk(ui, NFS)["title"] == "SQLite WAL hangs on NFS"
        assert on_disk(ui, NFS)["severity"] == "low"


async def test_both_changed_one_field_and_a_person_decides(
    open_app: OpenApp, editor: FakeEditor
) -> None:
    async with open_app(MEDIUM) as ui:
        path = ui.file()

        def edit(text: str) -> str:
            path.write_text(path.read_text().replace("hangs on NFS homes", "theirs"))
            return text.replace("hangs on NFS homes", "mine")

        editor.edits.append(edit)
        await open_entry(ui)
        ui.on(Conflict)
        await ui.press("escape")
        while ui.app.screen is not ui.main:
            await ui.press("escape")
        assert "what you typed is kept" in ui.message
        assert on_disk(ui, NFS)["title"] == "SQLite WAL theirs"
        assert len(drafts(ui)) == 1
        editor.edits.append(lambda text: text.replace("SQLite WAL mine", "SQLite mine"))
        await ui.press("E")
        ui.on(Conflict)
        await ui.press("f2")
        assert on_disk(ui, NFS)["title"] == "SQLite mine"
        assert drafts(ui) == []


async def test_single_tables_also_while_they_are_not_written(
    open_app: OpenApp, editor: FakeEditor
) -> None:
    async with open_app(MEDIUM) as ui:
        for kind, file in (
            ("project-information", "project-context.toml"),
            ("review-schedule", "updates.toml"),
        ):
            await ui.show_kind(kind)
            await ui.press("2")
            field = ui.app.bank.schema.kinds[kind].main_field
            editor.edits.append(lambda _, own=f'[{kind}]\n{field} = "typed"\n': own)
            await ui.press("E")
            assert ui.message.startswith("Saved: ")
            assert f'{field} = "typed"' in ui.on_disk(file)


async def test_a_read_only_bank_opens_no_editor(
    open_app: OpenApp, editor: FakeEditor, demo: Path
) -> None:
    (demo / "bank.toml").write_text(
        (demo / "bank.toml").read_text().replace("format = 1", "format = 9")
    )
    async with open_app(MEDIUM, demo) as ui:
        await open_entry(ui)
        assert ui.message.startswith("Read-only")
        assert editor.seen == []


async def test_what_an_editor_wrote_for_a_program_that_was_killed_is_a_draft(
    open_app: OpenApp, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_app(MEDIUM, demo) as ui:
        entry = ui.entry(NFS)
        draft = Draft(entry.kind, entry, dict(entry.data), base_text="x")
        path = hand_over(demo, stored(draft), TOML_TEXT, "#mbtui: told\nbefore\n", ".toml")
        untouched = hand_over(demo, stored(Draft(entry.kind, None)), TOML_TEXT, "same", ".toml")
        path.write_text("#mbtui: told\ntyped at the last moment\n")
    async with open_app(MEDIUM, demo) as ui:
        assert drafts(ui) == []  # Its program still runs.
    monkeypatch.setattr("mbtui.store.handed_over.is_running", lambda mark: False)
    async with open_app(MEDIUM, demo) as ui:
        assert drafts(ui) == ["typed at the last moment\n"]
        assert "Unsaved text" in ui.text
        ui.app.drop_draft(draft.name)
    async with open_app(MEDIUM, demo) as ui:
        assert drafts(ui) == []  # Discarded once, it stays so.
    put_away(path)
    put_away(untouched)
