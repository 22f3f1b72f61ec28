"""What the screen shows of the code that entries are about."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from textual import events

from mbtui.bank.paths import Drift
from mbtui.store.create import create_bank
from mbtui.store.drift import DriftChecker
from mbtui.store.store import Store
from mbtui.ui.screens.code_commands import mentioned_in
from mbtui.ui.screens.dialogs import Pick
from tests.ui.conftest import OpenApp
from tests.ui.driving import MEDIUM, NARROW, WIDE, Ui
from tests.ui.editors import FakeEditor
from tests.unit.code_repository import Repository, noted

pytestmark = pytest.mark.anyio

NFS, UVLOOP, SETTINGS, SCRUB = "7k2m9q4t", "an7d1z2q", "hemg9skx", "t9rz47sv"
CODE = "import os\n\n\ndef connect():\n    return 1\n\n\ndef other():\n    return 2\n"


@pytest.fixture
def editor(monkeypatch: pytest.MonkeyPatch) -> FakeEditor:
    return FakeEditor(monkeypatch)


@pytest.fixture
def code(tmp_path: Path) -> Repository:
    """A repository with an empty bank in it."""
    made = Repository(tmp_path / "acme")
    (made.folder / "bank.toml").unlink()
    made.folder.rmdir()
    create_bank(made.root)
    made.commit(1, {"app/db.py": CODE, "app/old.py": CODE, "app/pool.py": CODE, "run.sh": "run\n"})
    return made


def add(code: Repository, title: str, *paths: str, **fields: Any) -> str:
    """Add an entry about these paths, as they are now; its id."""
    values = {"title": title, "paths": list(paths), **fields}
    return Store(code.folder, author="Ana").add("current-issues", values).id


def tree_row(ui: Ui, key: str) -> str:
    """The count behind a row of the tree; empty without the row."""
    rows = {row.key: row for row in ui.main.sections._rows}
    return str(rows[key].size) if key in rows else ""


def entry_text(ui: Ui) -> str:
    """The open entry's lines as one line."""
    return " ".join(" ".join(ui.main.entry.selectable_texts()).split())


async def test_the_tree_the_list_and_the_entry_say_what_drifted(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        assert tree_row(ui, "drifted") == "3"
        ui.main.go.go_to_place("drifted")
        await ui.settle()
        assert {entry.id for entry in ui.main.list.entries} == {UVLOOP, SETTINGS, SCRUB}
        assert all("≠ " in row for row in ui.rows[2:5])
        await ui.show(UVLOOP)
        await ui.rest()
        assert "≠ scripts/debug_server.py there is no such file" in entry_text(ui)
        await ui.show(SETTINGS)
        await ui.rest()
        assert "≠ app/config.py::get_settings changed since the review" in entry_text(ui)
        await ui.show(NFS)
        await ui.rest()
        assert "≠" not in entry_text(ui)


async def test_nothing_drifted_shows_nothing(open_app: OpenApp, code: Repository) -> None:
    identity = add(code, "Pool", "app/db.py::connect")
    async with open_app(WIDE, code.folder) as ui:
        await ui.show(identity)
        await ui.rest()
        assert "≠" not in ui.text
        assert "Drifted" not in ui.text


async def test_what_changed_meanwhile_is_shown_on_coming_back(
    open_app: OpenApp, code: Repository
) -> None:
    identity = add(code, "Pool", "app/db.py::connect")
    async with open_app(WIDE, code.folder) as ui:
        await ui.show(identity)
        await ui.rest()
        code.write({"app/db.py": CODE.replace("return 1", "return 3")})
        ui.app.post_message(events.AppFocus())
        await ui.settle()
        assert tree_row(ui, "drifted") == "1"
        assert "changed since it was written down" in entry_text(ui)
        code.write({"app/db.py": CODE})
        await ui.press("r")
        assert tree_row(ui, "drifted") == ""
        assert "≠" not in ui.text
        (code.root / "app/db.py").unlink()
        await ui.reload()
        assert "≠" not in ui.text, "the bank did not change"
        add(code, "Another", "app/old.py")
        await ui.reload()
        assert "there is no such file" in entry_text(ui)


async def test_the_cursor_stays_where_drift_comes_and_goes(
    open_app: OpenApp, code: Repository
) -> None:
    identity = add(code, "Pool", "app/db.py")
    add(code, "Other", "app/old.py")
    async with open_app(WIDE, code.folder) as ui:
        await ui.show_kind("current-issues")
        await ui.show(identity)
        place = ui.main.sections.cursor_key
        code.write({"app/db.py": ""})
        await ui.press("r")
        assert ui.main.selected is not None
        assert (ui.main.selected.id, ui.main.sections.cursor_key) == (identity, place)
        ui.main.go.go_to_place("drifted")
        await ui.settle()
        code.write({"app/db.py": CODE})
        await ui.press("r")
        assert tree_row(ui, "drifted") == ""
        assert ui.main.sections.current is not None
        assert ui.main.list.row_count() == ui.main.sections.current.size


async def test_closed_and_archived_entries_want_no_attention(
    open_app: OpenApp, code: Repository
) -> None:
    closed = add(code, "Closed", "gone.py", status="fixed")
    store = Store(code.folder, author="Ana")
    store.archive(store.add("current-issues", {"title": "Away", "paths": ["gone.py"]}), "old")
    async with open_app(WIDE, code.folder) as ui:
        assert tree_row(ui, "drifted") == ""
        await ui.show(closed)
        await ui.rest()
        assert "≠ gone.py there is no such file" in entry_text(ui)


async def test_search_and_views_know_drift(open_app: OpenApp, code: Repository) -> None:
    add(code, "Lost", "gone.py")
    add(code, "Same", "app/db.py")
    with open(code.folder / "bank.toml", "a") as file:
        file.write('\n[views]\n"Gone" = "is:orphaned"\n')
    async with open_app(WIDE, code.folder) as ui:
        assert tree_row(ui, "view:Gone") == "1"
        await ui.press("slash")
        await ui.type("is:orphaned")
        assert [entry.title for entry in ui.main.search.results.entries] == ["Lost"]
        assert "≠ Lost" in ui.text
        code.write({"gone.py": "x\n"})
        await ui.press("escape", "r")
        assert tree_row(ui, "view:Gone") == "0"


async def test_a_slow_look_blocks_no_key_and_is_made_once_more(
    open_app: OpenApp, code: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(code, "Lost", "gone.py")
    add(code, "Same", "app/db.py")
    free, asked = threading.Event(), []
    real = DriftChecker.check

    def slow(self: DriftChecker, *arguments: Any) -> Mapping[str, Drift]:
        asked.append(1)
        assert free.wait(20)
        return real(self, *arguments)

    async with open_app(WIDE, code.folder) as ui:
        monkeypatch.setattr(DriftChecker, "check", slow)
        for _ in range(3):
            ui.app.look_at_code()
        ui.main.list.focus()
        await ui.until(lambda: asked)
        ui.app.post_message(events.Key("j", "j"))
        await ui.until(lambda: ui.main.list.cursor == 1)
        free.set()
        await ui.settle()
        assert len(asked) == 2


# Opening the code


async def test_the_code_is_opened_at_the_symbol(
    open_app: OpenApp, code: Repository, editor: FakeEditor
) -> None:
    identity = add(code, "Pool", "app/db.py::other")
    async with open_app(WIDE, code.folder) as ui:
        await ui.show(identity)
        editor.edits.append(lambda text: text.replace("return 2", "return 3"))
        await ui.press("o")
        assert (editor.paths, editor.lines) == ([code.root / "app/db.py"], [8])
        assert tree_row(ui, "drifted") == "1"


async def test_of_several_paths_one_is_chosen(
    open_app: OpenApp, code: Repository, editor: FakeEditor
) -> None:
    identity = add(code, "Pool", "app/db.py", "gone.py", "run.sh:1")
    async with open_app(WIDE, code.folder) as ui:
        await ui.show(identity)
        await ui.press("o")
        ui.on(Pick)
        editor.edits.append(lambda text: text)
        await ui.press("down", "down", "enter")
        assert (editor.paths, editor.lines) == ([code.root / "run.sh"], [1])
        await ui.press("o", "down", "enter")
        assert ui.message == "Nothing to open: there is no such file"


async def test_without_paths_there_is_no_code(open_app: OpenApp, code: Repository) -> None:
    identity = add(code, "Pool")
    async with open_app(WIDE, code.folder) as ui:
        await ui.show(identity)
        await ui.press("o")
        assert ui.message == "The entry names no code; its field Paths does"


async def test_a_link_out_of_the_repository_is_not_opened(
    open_app: OpenApp, code: Repository, editor: FakeEditor, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("x")
    (code.root / "leak").symlink_to(tmp_path / "secret")
    identity = add(code, "Leak", "leak")
    async with open_app(WIDE, code.folder) as ui:
        await ui.show(identity)
        await ui.press("o")
        assert "leads out of the repository" in ui.message
        assert not editor.paths


# What there is to do


async def test_a_rename_is_offered_and_followed(open_app: OpenApp, code: Repository) -> None:
    identity = add(code, "Pool", "app/old.py::connect", "app/db.py")
    code.git("mv", "app/old.py", "app/new.py")
    code.commit(3)
    async with open_app(WIDE, code.folder) as ui:
        await ui.show(identity)
        await ui.rest()
        assert "there is no such file; git knows it as app/new.py::connect" in entry_text(ui)
        assert "O follows the rename" in entry_text(ui)
        await ui.press("O", "enter")
        await ui.rest()
        assert ui.message == "Paths, renamed: app/old.py::connect → app/new.py::connect"
        assert ui.entry(identity).paths == ["app/new.py::connect", "app/db.py"]
        assert set(ui.entry(identity).data["checked"]) == {"app/new.py::connect", "app/db.py"}
        assert "≠" not in ui.text
        await ui.press("u")
        assert ui.entry(identity).paths == ["app/old.py::connect", "app/db.py"]


async def test_a_file_that_the_text_names_is_offered(open_app: OpenApp, code: Repository) -> None:
    text = "See `app/pool.py::connect`, app/db.py, app/none.py and https://x.org/run.sh."
    identity = add(code, "Pool", "app/db.py", issue=text)
    async with open_app(WIDE, code.folder) as ui:
        await ui.show(identity)
        await ui.rest()
        assert "O adds app/pool.py::connect, which the text names" in entry_text(ui)
        await ui.press("O", "enter")
        await ui.rest()
        assert ui.entry(identity).paths == ["app/db.py", "app/pool.py::connect"]
        assert "which the text names" not in entry_text(ui)
        await ui.press("O")
        assert "names no other file of the project" in ui.message


async def test_a_lost_path_can_be_taken_out(open_app: OpenApp, code: Repository) -> None:
    identity = add(code, "Pool", "gone.py")
    async with open_app(NARROW, code.folder) as ui:
        await ui.show(identity)
        await ui.press("O", "enter")
        assert ui.entry(identity).paths == []
        assert "paths" not in ui.on_disk()


async def test_a_bank_that_cannot_be_written_offers_nothing(
    open_app: OpenApp, code: Repository
) -> None:
    identity = add(code, "Pool", "gone.py", issue="See app/pool.py.")
    text = (code.folder / "bank.toml").read_text()
    (code.folder / "bank.toml").write_text(text.replace("format = 1", "format = 99"))
    async with open_app(WIDE, code.folder) as ui:
        await ui.show(identity)
        await ui.rest()
        assert "there is no such file" in entry_text(ui)
        assert "which the text names" not in entry_text(ui)
        await ui.press("O")
        assert ui.message.startswith("Read-only")


async def test_paths_are_text_and_nothing_else(open_app: OpenApp, code: Repository) -> None:
    identity = add(code, "Pool", "[/]gone[@click=app.leave]x.py", "a\x1b]52;c;x\x07b.py")
    async with open_app(MEDIUM, code.folder) as ui:
        await ui.show(identity)
        await ui.press("enter")
        assert "[@click=app.leave]x.py" in entry_text(ui)
        assert "\x1b" not in ui.text
        await ui.press("o")
        ui.on(Pick)
        await ui.press("escape", "O")
        ui.on(Pick)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("app/db.py", ["app/db.py"]),
        ("`app/db.py::Pool.get`.", ["app/db.py::Pool.get"]),
        ("./deploy/ and ../lib/x.py", ["deploy/", "../lib/x.py"]),
        ("conftest.py, compose.yaml", ["conftest.py", "compose.yaml"]),
        ("https://a.org/b/c.py ana@b.org /etc/passwd", []),
        ("x.get(1) v2.1 1/2", ["1/2"]),
        ("src/app.py: covered, lib/ too", ["lib/"]),
        ("日本/データ.py", ["日本/データ.py"]),
        ("a/" * 50_000, None),
        ("a." * 50_000, None),
    ],
)
def test_what_may_be_a_file_in_a_text(text: str, found: list[str] | None) -> None:
    words = mentioned_in(noted("src/app.py::run", issue=text))
    assert found is None or words == found


# Looks


async def drifted_list(ui: Ui) -> None:
    ui.main.go.go_to_place("drifted")
    await ui.settle()
    await ui.show(UVLOOP)


async def lost_path(ui: Ui) -> None:
    await drifted_list(ui)
    await ui.press("3", "G")


async def which_code(ui: Ui) -> None:
    await ui.show(NFS)
    await ui.press("o")


async def path_offers(ui: Ui) -> None:
    await drifted_list(ui)
    await ui.press("O")
    ui.on(Pick)


@pytest.mark.parametrize("steps", [drifted_list, lost_path, which_code, path_offers])
async def test_drift_looks_as_approved(open_app: OpenApp, steps: Any) -> None:
    async with open_app(WIDE) as ui:
        await steps(ui)
        name = {
            drifted_list: "drifted",
            lost_path: "drifted-entry",
            which_code: "code",
            path_offers: "paths",
        }[steps]
        await ui.looks_as_approved(name, (WIDE,) if steps is drifted_list else ())
