"""The form of the review schedule edits [review] of bank.toml beside its own texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from mbtui.ui.screens.conflict import Conflict
from mbtui.ui.screens.schedule_form import ScheduleForm
from tests.ui.conftest import OpenApp
from tests.ui.driving import ENDS, MEDIUM, WIDE, Ui
from tests.ui.forms import focus, form_message

pytestmark = pytest.mark.anyio

KINDS = 'kinds.current-issues = "2 weeks"    # read out in the Thursday hand-over\n'


async def open_form(ui: Ui) -> ScheduleForm:
    await ui.show_kind("review-schedule")
    await ui.press("e")
    return ui.on(ScheduleForm)


@pytest.mark.parametrize("size", ENDS)
async def test_both_are_saved_as_one_change_and_taken_back_as_one(
    open_app: OpenApp, size: tuple[int, int]
) -> None:
    async with open_app(size) as ui:
        bank, section = ui.on_disk("bank.toml"), ui.on_disk("updates.toml")
        await open_form(ui)
        await ui.type("3 weeks")
        await focus(ui, "review.kinds")
        await ui.press("end")
        await ui.paste("\nmonitoring: 1 month")
        await focus(ui, "cadence")
        await ui.paste("Mondays. ")
        await ui.press("f2")
        assert ui.app.screen is ui.main
        saved = ui.on_disk("bank.toml")
        kinds = f'{KINDS}kinds.monitoring = "1 month"\n'
        assert saved == bank.replace(f"[review]\n{KINDS}", f'[review]\nevery = "3 weeks"\n{kinds}')
        assert "Mondays. " in ui.on_disk("updates.toml")
        assert ui.app.bank.config.review["every"] == "3 weeks"
        await ui.press("u")
        assert ui.message == "Taken back: edit of Review Schedule and 1 more"
        assert (ui.on_disk("bank.toml"), ui.on_disk("updates.toml")) == (bank, section)
        await ui.press("U")
        assert ui.on_disk("bank.toml") == saved


async def test_nonsense_is_told_and_nothing_is_written(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        bank = ui.on_disk("bank.toml")
        form = await open_form(ui)
        await ui.type("often")
        await focus(ui, "review.agents")
        await ui.press("f2")
        assert ui.app.screen is form
        assert 'Due every: "often" is no cadence' in " ".join(ui.text.split())
        assert form.focused is not None
        assert form.focused.id == "field-0"
        assert ui.on_disk("bank.toml") == bank


@pytest.mark.parametrize(("theme", "name"), [("auto", ""), ("mbtui-light", "-light")])
async def test_looks(open_app: OpenApp, theme: str, name: str) -> None:
    async with open_app(WIDE, theme=theme) as ui:
        await open_form(ui)
        await ui.looks_as_approved(f"schedule-form{name}", [MEDIUM])


async def test_what_is_due_follows_at_once(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        assert "8 due" in ui.rows[0]
        await open_form(ui)
        await ui.type("1 day")
        await ui.press("f2")
        assert "8 due" not in ui.rows[0]
        await ui.show_kind("review-schedule")
        await ui.rest()
        assert "Due every 1 day; current-issues every 2 weeks" in " ".join(ui.text.split())
        await ui.press("u")
        assert "8 due" in ui.rows[0]


async def test_a_clash_is_decided_by_a_person_and_the_rest_is_saved(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        await open_form(ui)
        await ui.type("3 weeks")
        await focus(ui, "cadence")
        await ui.paste("Mondays. ")
        path = ui.file("bank.toml")
        path.write_text(path.read_text().replace("[review]\n", '[review]\nevery = "4 weeks"\n'))
        await ui.press("f2")
        ui.on(Conflict)
        assert "4 weeks" in ui.text
        await ui.press("f2")
        if isinstance(ui.app.screen, Conflict):
            await ui.press("1", "f2")
        assert ui.app.screen is ui.main
        assert 'every = "3 weeks"' in ui.on_disk("bank.toml")
        assert "Mondays. " in ui.on_disk("updates.toml")


async def test_what_was_typed_and_not_saved_comes_back(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await open_form(ui)
        await ui.type("3 weeks")
        await ui.press("escape", "escape")
        assert ui.app.screen is ui.main
        await ui.press("equals_sign")
        await ui.press("escape")
        form = await open_form(ui)
        assert form.changed() == {"review.every": "3 weeks"}
        await ui.press("f2")
        assert 'every = "3 weeks"' in ui.on_disk("bank.toml")


async def test_a_kept_text_takes_nothing_of_others_back(open_app: OpenApp, demo: Path) -> None:
    async with open_app(MEDIUM, demo) as ui:
        await open_form(ui)
        await focus(ui, "review.kinds")
        await ui.press("end")
        await ui.paste("\nmonitoring = 1 month")
        await ui.press("escape", "escape")
    path = demo / "bank.toml"
    theirs = 'kinds.current-issues = "1 week"\nkinds.technical-debt = "2 months"\n'
    path.write_text(path.read_text().replace(KINDS, theirs))
    async with open_app(WIDE, demo) as ui:
        assert "changed since by others" in ui.text
        await ui.press("equals_sign")
        assert "p goes on with it in the form" in ui.message
        await ui.press("p")
        assert "Others changed Due every, by kind since you typed" in form_message(ui)
        await ui.press("f2")
        assert ui.app.screen is ui.main
        assert f'{theirs}kinds.monitoring = "1 month"\n' in ui.on_disk("bank.toml")


async def test_what_others_change_meanwhile_is_told(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        await open_form(ui)
        path = ui.file("bank.toml")
        path.write_text(path.read_text().replace("[review]\n", '[review]\nevery = "4 weeks"\n'))
        await ui.reload()
        assert "Others changed Due every meanwhile" in ui.text
