"""Text that was given to a command and could not be saved: kept as a draft, or printed back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mbtui.bank.schema import Kind

_NAME_SHOWN = 8


class Given:
    """What a command was given to save: new values of keys, of a new entry or of one there is.

    `base` is the entry's table before. `at_risk`: a failure now would lose the text. That is so
    while it is being saved, and always where it came from standard input.
    """

    def __init__(self, *, at_risk: bool = False) -> None:
        self.at_risk = at_risk
        self.folder: Path | None = None
        self.kind: Kind | None = None
        self.id = ""
        self.base: Mapping[str, Any] = {}
        self.values: Mapping[str, Any] = {}

    def kept(self) -> str:
        """Keep the values as a draft and say where; where that cannot be, the text itself."""
        texts = _texts(self.kind, self.base, self.values)
        if not texts:
            return ""
        try:
            if self.folder is None or self.kind is None:
                raise OSError("there is no bank to keep it for")
            name = _stored(self.folder, self.kind, self.id, self.base, texts)
        except OSError as why:
            lines = "\n".join(f"{name}: {text}" for name, text in texts.items())
            reason = why.strerror or str(why)
            return f"mbtui: your text could not be kept ({reason}); here it is\n{lines}"
        return (
            f"mbtui: your text is kept: `mbtui recover {name}` prints it, and the screen offers it"
        )


def _stored(
    folder: Path, kind: Kind, identity: str, base: Mapping[str, Any], texts: Mapping[str, str]
) -> str:
    from mbtui.store.drafts import StoredDraft, new_name, save_draft

    name = new_name()
    save_draft(folder, StoredDraft(name, kind.slug, identity, base, texts))
    return name[:_NAME_SHOWN]


def _texts(kind: Kind | None, base: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, str]:
    """The values as a form filled from `base` has them: a text for each field that changes."""
    from mbtui.bank.entry import plain
    from mbtui.bank.form import form_fields, from_escaped, to_escaped

    if kind is None:
        return {name: plain(value) for name, value in values.items() if value}
    whole = {name: value for name, value in {**base, **values}.items() if value is not None}
    before = {field.name: field for field in form_fields(kind, base)}
    after = {field.name: field for field in form_fields(kind, whole)}
    texts = {}
    for name, value in values.items():
        if name not in after:
            texts[name] = plain(value)
            continue
        text = from_escaped(after[name].text) if after[name].escaped else after[name].text
        text = to_escaped(text) if before[name].escaped else text
        if text != before[name].text:
            texts[name] = text
    return texts
