from __future__ import annotations

from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Static

from tests.ui import snapshot


class Greeting(App[None]):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def compose(self) -> ComposeResult:
        yield Static(self.text, markup=False)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "ROOT", tmp_path)
    monkeypatch.setattr(snapshot, "updating", False)


@pytest.mark.anyio
async def test_screen_text_has_a_line_per_row_without_trailing_spaces() -> None:
    async with Greeting("one\n 漢 two").run_test(size=(12, 4)) as pilot:
        assert snapshot.screen_text(pilot.app) == "one\n 漢 two\n\n\n"


@pytest.mark.anyio
async def test_missing_snapshot_fails_until_it_is_approved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Greeting("hello").run_test(size=(20, 3)) as pilot:
        for check in (snapshot.assert_text_snapshot, snapshot.assert_svg_snapshot):
            with pytest.raises(AssertionError, match="--update-snapshots"):
                check(pilot.app, "greeting")
        monkeypatch.setattr(snapshot, "updating", True)
        snapshot.assert_text_snapshot(pilot.app, "greeting")
        snapshot.assert_svg_snapshot(pilot.app, "greeting")
    assert (tmp_path / "text/greeting.txt").read_text("utf-8") == "hello\n\n\n"
    monkeypatch.setattr(snapshot, "updating", False)
    async with Greeting("hello").run_test(size=(20, 3)) as pilot:
        snapshot.assert_text_snapshot(pilot.app, "greeting")
        snapshot.assert_svg_snapshot(pilot.app, "greeting")
    assert not list((tmp_path / "failed").iterdir())


@pytest.mark.anyio
async def test_mismatch_shows_a_diff_and_keeps_the_actual_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "updating", True)
    async with Greeting("before").run_test(size=(20, 2)) as pilot:
        snapshot.assert_text_snapshot(pilot.app, "sub/word")
    monkeypatch.setattr(snapshot, "updating", False)
    async with Greeting("after").run_test(size=(20, 2)) as pilot:
        with pytest.raises(AssertionError, match=r"-before\n\+after"):
            snapshot.assert_text_snapshot(pilot.app, "sub/word")
    assert (tmp_path / "failed/sub/word.txt").read_text("utf-8") == "after\n\n"
