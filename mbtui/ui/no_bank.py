"""What is asked where there is no bank."""

from __future__ import annotations

from pathlib import Path

from mbtui.bank.safetext import safe_line
from mbtui.store.create import create_bank, made_by
from mbtui.store.errors import StoreError
from mbtui.store.locate import personal_bank
from mbtui.store.settings import Settings
from mbtui.ui.colours import ColoursApp
from mbtui.ui.screens.dialogs import Ask


class NoBank(ColoursApp[str]):
    """Asks whether to make a bank, and where."""

    ENABLE_COMMAND_PALETTE = False
    CSS = "Ask Horizontal { layout: vertical; } Ask Button { margin-bottom: 1; }"

    def __init__(self, directory: Path, settings: Settings | None = None) -> None:
        super().__init__()
        self._directory = directory
        settings = settings or Settings()
        self.use_look(settings.theme, ascii_only=settings.ascii)

    def on_mount(self) -> None:
        """Ask."""
        here = safe_line(str(self._directory))
        text = f"Neither {here} nor a folder above it has a memory-bank/bank.toml."
        buttons = [
            ("here", "Make one here"),
            ("personal", "Open your own bank (mbtui --personal)"),
            ("", "Quit"),
        ]
        self.push_screen(
            Ask("No memory bank here", text, buttons), lambda answer: self.exit(answer)
        )


def choose_bank(directory: Path, settings: Settings, author: str) -> Path | None:
    """Ask for a bank and make it if need be; None when the user quits.

    Raises StoreError when it cannot be made.
    """
    answer = NoBank(directory, settings).run(mouse=settings.mouse)
    if answer == "here":
        return create_bank(directory, made=made_by(author)).folder
    if answer == "personal":
        folder = personal_bank()
        try:
            made = made_by(author)
            return create_bank(folder.parent, folder_name=folder.name, made=made).folder
        except StoreError:
            return folder
    return None
