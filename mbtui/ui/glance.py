"""When an entry that is shown counts as seen: after a second that began with a key."""

from __future__ import annotations

from typing import Final, NamedTuple

SEEN_SECONDS: Final = 1.0
"""So long an entry must be shown after a key."""

BY_KEY_SECONDS: Final = 0.5
"""An entry that comes on the screen so soon after a key was called by it."""


class Sight(NamedTuple):
    """An entry on the screen, and its content."""

    key: str
    content: int


class Glance:
    """Follows what is shown, and when keys come; times are those of a clock that never goes back.

    What comes by itself, such as an outside change of the entry on the screen, is not looked at
    until the next key.
    """

    def __init__(self) -> None:
        self._sight: Sight | None = None
        self._since: float | None = None
        self._last_key = float("-inf")

    @property
    def counting(self) -> bool:
        """Whether somebody looks at what is shown."""
        return self._sight is not None and self._since is not None

    def show(self, sight: Sight | None, at: float) -> None:
        """Take note of what is shown now."""
        if sight == self._sight:
            return
        called = sight is not None and at - self._last_key <= BY_KEY_SECONDS
        if self._sight is not None and sight is not None and self._sight.key == sight.key:
            called = False
        self._sight = sight
        self._since = at if called else None

    def key(self, at: float) -> None:
        """A key came."""
        self._last_key = at
        if self._since is None:
            self._since = at

    def seen(self, at: float) -> Sight | None:
        """What was shown for long enough."""
        if self._since is None or at - self._since < SEEN_SECONDS:
            return None
        return self._sight
