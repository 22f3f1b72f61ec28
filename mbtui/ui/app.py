"""The Textual app: it owns the bank, and is the only one that changes it."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from textual import work
from textual.binding import Binding
from textual.filter import LineFilter
from textual.message import Message

from mbtui.bank.bank import BANK_FILE, Bank, Problem
from mbtui.bank.entry import Entry
from mbtui.bank.safetext import safe_line
from mbtui.store.errors import StoreError
from mbtui.store.place import branch_of
from mbtui.store.reading import BankReader, utc_now
from mbtui.store.settings import Settings
from mbtui.ui.asking import AskingApp
from mbtui.ui.attention import AttentionApp
from mbtui.ui.changed import ChangedApp
from mbtui.ui.clipboard import ClipboardApp
from mbtui.ui.colours import AUTO, ColoursApp
from mbtui.ui.commands import key_of
from mbtui.ui.configured import ConfiguredApp
from mbtui.ui.crash import QuietCrashApp
from mbtui.ui.drift import DriftApp
from mbtui.ui.git_conflicts import GitConflictsApp
from mbtui.ui.keeping import KeepingApp
from mbtui.ui.many_changes import ManyChangesApp
from mbtui.ui.paint import DiffPaintApp
from mbtui.ui.path_names import PathNamesApp
from mbtui.ui.safe_output import SAFE_OUTPUT
from mbtui.ui.screen_state import ScreenStateApp
from mbtui.ui.screens.keyed import keyed_main_screen
from mbtui.ui.screens.main import MainScreen
from mbtui.ui.signals import HUNG_UP, end_from_outside, forget_terminal
from mbtui.ui.survey import SurveyApp
from mbtui.ui.terminal import takes_mouse
from mbtui.ui.type_ahead import TypeAheadApp

if TYPE_CHECKING:
    from mbtui.store.store import Store
    from mbtui.store.watch import Watcher
    from mbtui.ui.drafts import Drafts


@dataclass
class BankChanged(Message):
    """The files changed; `bank` is what they hold now."""

    bank: Bank


@dataclass
class StateChanged(Message):
    """How the bank is followed: `live`, `polling` or `missing`."""

    state: str


@dataclass
class Wrote(Message):
    """A change is on disk."""

    bank: Bank
    entry: Entry | None
    warning: str
    done: Callable[[Entry | None], None]


@dataclass
class NotWritten(Message):
    """A change could not be made."""

    error: StoreError
    failed: Callable[[StoreError], None]


class MbtuiApp(
    TypeAheadApp[int],
    KeepingApp[int],
    ConfiguredApp[int],
    ManyChangesApp[int],
    GitConflictsApp[int],
    AttentionApp[int],
    ChangedApp[int],
    DriftApp[int],
    AskingApp[int],
    PathNamesApp[int],
    SurveyApp[int],
    ScreenStateApp[int],
    ClipboardApp[int],
    QuietCrashApp[int],
    ColoursApp[int],
    DiffPaintApp[int],
):
    """One open bank."""

    TITLE = "mbtui"
    CSS_PATH = "screens/main.tcss"  # Of the default screen, for which Textual loads none.
    ENABLE_COMMAND_PALETTE = False
    BINDINGS = [  # noqa: RUF012
        Binding("ctrl+q", "leave", "Quit", show=False, priority=True),
        Binding("ctrl+c", "how_to_quit", "How to quit", show=False),
        Binding("ctrl+z", "suspend_process", "Suspend", show=False),
    ]

    def __init__(
        self,
        reader: BankReader,
        *,
        demo: bool = False,
        now: Callable[[], datetime] = utc_now,
        watch: bool = True,
        settings: Settings | None = None,
    ) -> None:
        super().__init__()
        self.take_settings(settings or Settings())
        self.reader = reader
        self.now = now
        self.demo = demo
        self.state = ""
        self.bank = reader.bank
        self.forget_path_names()
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._watch = watch
        self._watcher: Watcher | None = None
        theme = self.settings.theme
        if theme == AUTO:
            theme = self.screen_state.theme or AUTO
        self.use_look(theme, ascii_only=self.settings.ascii)
        self.animation_level = "none"  # Motion costs bytes and time over SSH, and shows nothing.

    # What the bank is

    @property
    def project_name(self) -> str:
        """The name of the folder that holds the bank."""
        return safe_line(self.reader.project.name)

    @property
    def bank_label(self) -> str:
        """What the header calls the bank's folder."""
        return "demo, thrown away at the end" if self.demo else safe_line(self.reader.folder.name)

    @property
    def branch(self) -> str:
        """The git branch of the folder that holds the bank, or an empty text."""
        return "" if self.demo else safe_line(branch_of(self.reader.project))

    @cached_property
    def store(self) -> Store:
        """What writes the bank; loaded with the first use."""
        from mbtui.store.store import Store

        return Store.continuing(self.reader)

    @cached_property
    def drafts(self) -> Drafts:
        """What was typed and is not saved."""
        from mbtui.ui.drafts import Drafts

        return Drafts(self.reader.folder, self.bank, lambda: self.now().timestamp())

    # Life

    def get_line_filters(self) -> list[LineFilter]:
        """Textual's filters behind our own."""
        return [SAFE_OUTPUT, *super().get_line_filters()]

    def get_default_screen(self) -> MainScreen:
        """The screen to begin with."""
        return keyed_main_screen()

    def on_mount(self) -> None:
        """Begin to follow the bank when it is shown."""
        self.call_after_refresh(self._after_first_paint)

    def _after_first_paint(self) -> None:
        gc.enable()
        gc.freeze()
        self.keep_terminal_clean()
        end_from_outside(self.leave, self.keep_open_text)
        self.look_for_conflicts()
        self.look_at_code()
        self.tell_setting_problems()
        self.sweep_the_bank()
        if self._watch:
            from mbtui.store.watch import Watcher

            self._watcher = Watcher(
                self.reader,
                self._lock,
                on_bank=lambda bank: self._post(BankChanged(bank)),
                on_state=lambda state: self._post(StateChanged(state)),
            )
            self._watcher.start()

    @work(thread=True, group="sweep", exit_on_error=False)
    def sweep_the_bank(self) -> None:
        """Remove what a killed mbtui left in the bank."""
        self.reader.sweep()

    def _post(self, message: Message) -> None:
        if self.is_running:
            self.post_message(message)

    def on_bank_changed(self, event: BankChanged) -> None:
        """Show what the files hold now."""
        self._take(event.bank)
        self.look_for_conflicts()

    def on_state_changed(self, event: StateChanged) -> None:
        """Show how the bank is followed."""
        self.state = event.state
        self.main.show_header()

    def _take(self, bank: Bank) -> None:
        if bank is self.bank:
            return
        self.bank = bank
        self.forget_answers()
        self.main.show_bank()
        self.look_at_code()
        self.look_at_changes()
        self.tell_forms(bank)
        for screen in self.screen_stack:
            getattr(screen, "bank_changed", lambda _: None)(bank)

    # Changes

    @work(thread=True, group="write", exit_on_error=False)
    def change(
        self,
        make: Callable[[], Entry | None],
        done: Callable[[Entry | None], None],
        failed: Callable[[StoreError], None],
    ) -> None:
        """Make a change in a thread; then `done` with what was written, or `failed`."""
        with self._writing, self._lock:
            try:
                entry = make()
            except StoreError as error:
                self._post(NotWritten(error, failed))
            except Exception as error:
                bug = f"a bug in mbtui ({type(error).__name__}); nothing was written"
                self._post(NotWritten(StoreError(bug), failed))
            else:
                self._post(Wrote(self.store.bank, entry, self.store.warning, done))

    def on_wrote(self, event: Wrote) -> None:
        """Show what was written, then go on."""
        self._take(event.bank)
        event.done(event.entry)
        if event.warning:
            self.main.say(event.warning)

    def on_not_written(self, event: NotWritten) -> None:
        """Say why, and show what is on disk now."""
        event.failed(event.error)

    @work(thread=True, group="reload", exclusive=True, exit_on_error=False)
    def reload(self) -> None:
        """Read everything again and believe it at once; a bank that is gone stays on the screen."""
        with self._lock:
            if not (self.reader.folder / BANK_FILE).exists():
                gone = StoreError(f"{self.reader.folder} is gone; what was read stays here")
                self._post(NotWritten(gone, lambda error: self.main.say(str(error))))
                return
            bank = self.reader.load()
            self._post(Wrote(bank, None, "", self._read_again))

    def _read_again(self, entry: Entry | None) -> None:
        self.main.say("Read again")
        self.main.kept.look_again()
        self.look_at_code()

    # The terminal

    @property
    def window_name(self) -> str:
        """The name of the bank."""
        return self.bank.config.name or self.project_name

    def look_at_disk(self) -> None:
        """Let the watcher look now."""
        if self._watcher is not None:
            self._watcher.look()
        self.look_at_code_again()
        self.forget_path_names()
        self.look_at_changes()

    def tell(self, message: str) -> None:
        """Show a message where it is seen now."""
        getattr(self.screen, "say", self.main.say)(message)

    def show_file(self, problem: Problem) -> None:
        """Show a file of the bank as it stands there, at the place of a problem."""
        from mbtui.store.excerpt import excerpt
        from mbtui.ui.screens.raw import RawView

        folder = self.reader.folder
        self.push_screen(
            RawView(problem, lambda p: excerpt(folder / p.file, folder, p.line, p.column))
        )

    def open_in_editor(self, file: str, line: int) -> str:
        """Open a file of the bank in the user's editor at a line; what went wrong, or nothing."""
        from mbtui.ui.external import open_editor

        message = open_editor(self, self.reader.folder / file, line)
        self.repaint()
        return message

    def action_how_to_quit(self) -> None:
        """Say how to quit."""
        from mbtui.ui.screens.form import EntryForm

        quits = f"{key_of('quit')} on the main screen quits"
        if isinstance(self.screen, EntryForm):
            self.tell(f"Esc leaves the text; the text stays. {quits}")
        else:
            self.tell(f"{key_of('quit')} quits ({key_of('back')} steps out of what is open)")

    def action_leave(self) -> None:
        """Quit from anywhere; what is typed is kept."""
        self.leave()

    def leave(self, return_code: int = 0) -> None:
        """Quit; what is typed in a form is kept for the next start."""
        self.keep_open_text()
        self.keep_what_was_seen()
        if self._watcher is not None:
            self._watcher.stop()
        self.exit(0, return_code)


def run_app(folder: Path | None, *, author: str, demo: bool, settings: Settings) -> int:
    """Open the screen on a bank; without one, ask what to do. The exit code."""
    if folder is None:
        from mbtui.ui.no_bank import choose_bank

        folder = choose_bank(Path.cwd(), settings, author)
        if folder is None:
            return 1
    reader = BankReader(folder, author=author)
    reader.load()
    app = MbtuiApp(reader, demo=demo, settings=settings)
    app.run(mouse=settings.mouse and takes_mouse(os.environ))
    if app.return_code == HUNG_UP:
        forget_terminal()
    return app.return_code or 0


__all__ = ["MbtuiApp", "run_app"]
