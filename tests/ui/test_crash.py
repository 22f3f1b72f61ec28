"""A bug in mbtui: a sentence, the terminal clean, no entry text, the draft kept."""

from __future__ import annotations

import pytest

from mbtui.ui.crash import crash_message


def test_the_message_names_type_and_place_and_never_the_text() -> None:
    try:
        raise ValueError("secret entry text")
    except ValueError as error:
        message = crash_message(error)
    assert "ValueError" in message
    assert "secret entry text" not in message


def test_the_message_names_the_file_of_ours() -> None:
    from mbtui.store.toml_write import toml_value

    with pytest.raises(Exception, match="cannot be written") as caught:
        toml_value(object())
    assert "store/toml_write.py:" in crash_message(caught.value)
