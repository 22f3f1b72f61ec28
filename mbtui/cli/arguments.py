"""The command line, split: known options out of the way, wherever they stand, the rest kept.

`argparse` takes an unknown `-word` for a mistake; in a query it is a word to leave out. So the
splitter is our own: a table of options for each command, and what remains in its order.
"""

from __future__ import annotations

QUERY = "QUERY"
TEXT = "TEXT…"


class UsageError(Exception):
    """The command line cannot be meant; the text says what would be right. Exit code 2."""


class Option:
    """An option: a flag, or with a `metavar` one that takes a value; `many` may be repeated."""

    __slots__ = ("about", "many", "metavar", "name", "short")

    def __init__(
        self, name: str, metavar: str = "", about: str = "", *, many: bool = False, short: str = ""
    ) -> None:
        self.name = name
        self.metavar = metavar
        self.about = about
        self.many = many
        self.short = short

    @property
    def spelling(self) -> str:
        """How help shows it: `-n N`, `--field NAME=VALUE`."""
        name = self.short or self.name
        return f"{name} {self.metavar}".rstrip()


class Command:
    """A command: what it takes, and what its help page says.

    `rest` says what the words that are no options are: QUERY or [QUERY] (any, unknown dashes
    among them), TEXT (any), or the names of the words in order, [NAME] for one that may be absent,
    NAME… for one or more.
    """

    __slots__ = ("about", "examples", "more", "name", "options", "rest")

    def __init__(
        self,
        name: str,
        rest: str,
        about: str,
        *,
        options: tuple[Option, ...] = (),
        more: str = "",
        examples: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self.name = name
        self.rest = rest
        self.about = about
        self.options = options
        self.more = more
        self.examples = examples

    @property
    def is_query(self) -> bool:
        """Whether the words are one query."""
        return self.rest.strip("[]") == QUERY

    @property
    def is_text(self) -> bool:
        """Whether the words are one text."""
        return self.rest == TEXT

    @property
    def usage(self) -> str:
        """How the command is called."""
        options = "[options]" if self.options else ""
        return " ".join(filter(None, ("mbtui", self.name, self.rest, options)))


class Arguments:
    """A split command line: `command` is empty where none was named."""

    __slots__ = ("_values", "command", "rest")

    def __init__(self) -> None:
        self.command = ""
        self.rest: list[str] = []
        self._values: dict[str, list[str]] = {}

    def flag(self, name: str) -> bool:
        """Whether the option was given."""
        return name in self._values

    def one(self, name: str) -> str | None:
        """The last value given for the option, or None."""
        values = self._values.get(name)
        return values[-1] if values else None

    def many(self, name: str) -> list[str]:
        """Every value given for the option, in order."""
        return self._values.get(name, [])

    def number(self, name: str) -> int | None:
        """The value as a whole number above 0, or None; raises UsageError for anything else."""
        value = self.one(name)
        if value is None:
            return None
        if not (value.isascii() and value.isdigit() and int(value) > 0):
            raise UsageError(f"{name} takes a whole number above 0, not {value!r}")
        return int(value)

    def add(self, option: Option, value: str) -> None:
        """Note one occurrence of an option."""
        if not option.many and option.metavar and option.name in self._values:
            raise UsageError(f"{option.name} was given twice")
        self._values.setdefault(option.name, []).append(value)


def near(word: str, known: list[str]) -> list[str]:
    """The up to three of `known` that `word` may have been meant as, the nearest first."""
    from difflib import get_close_matches

    starts = [item for item in known if len(word) > 2 and item.startswith(word)]
    close = get_close_matches(word, known, 3, 0.6)
    return [*starts, *(item for item in close if item not in starts)][:3]


def did_you_mean(word: str, known: list[str]) -> str:
    """`; did you mean add or path?`, or an empty text."""
    found = near(word, known)
    return f"; did you mean {' or '.join(found)}?" if found else ""


def split(
    words: list[str], commands: dict[str, Command], everywhere: tuple[Option, ...]
) -> Arguments:
    """Split a command line. Raises UsageError.

    Options are taken wherever they stand, until `--`. Before the command only those that go with
    every command are known. In a text, a `--` that is not its first word stays: it starts the
    body of an entry.
    """
    found = Arguments()
    command: Command | None = None
    known = _by_spelling(everywhere)
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if word == "--" and command is not None:
            if found.rest and command.is_text:
                found.rest.append(word)
            found.rest += words[at:]
            break
        name, equals, value = word.partition("=")
        option = known.get(word) or (known.get(name) if name.startswith("--") else None)
        if option is not None:
            if not option.metavar:
                if equals:
                    raise UsageError(f"{name} takes no value")
                found.add(option, "")
            elif equals:
                found.add(option, value)
            else:
                if at == len(words) or words[at] in known:
                    raise UsageError(f"{word} needs a value: {option.spelling}")
                found.add(option, words[at])
                at += 1
        elif command is not None:
            _check_dashes(word, command, known)
            found.rest.append(word)
        elif word.startswith("-"):
            hint = did_you_mean(name, list(known))
            raise UsageError(f"{word!r} is no option{hint} (mbtui --help lists them)")
        else:
            command = commands.get(word)
            if command is None:
                hint = did_you_mean(word, list(commands))
                raise UsageError(f"{word!r} is no command{hint} (mbtui --help lists them)")
            found.command = word
            known = _by_spelling((*everywhere, *command.options))
    if command is not None and not found.flag("--help"):
        _check_rest(found, command)
    return found


def _by_spelling(options: tuple[Option, ...]) -> dict[str, Option]:
    known = {option.name: option for option in options}
    known.update({option.short: option for option in options if option.short})
    return known


def _check_dashes(word: str, command: Command, known: dict[str, Option]) -> None:
    if command.is_query or not word.startswith("-") or word == "-":
        return
    if command.is_text and not (word.startswith("--") and word[2:3].isalpha() and " " not in word):
        return
    hint = did_you_mean(word.partition("=")[0], list(known))
    raise UsageError(f"{command.name} has no option {word!r}{hint} (words behind -- are text)")


def _check_rest(found: Arguments, command: Command) -> None:
    if command.is_text:
        return
    names = command.rest.split()
    if len(found.rest) > len(names) and not command.is_query and not command.rest.endswith("…"):
        extra = found.rest[len(names)]
        takes = f"takes only {command.rest}" if names else "takes no further words"
        raise UsageError(f"{command.name} {takes}; {extra!r} is too much")
    missing = [name for name in names[len(found.rest) :] if not name.startswith("[")]
    if missing:
        raise UsageError(f"{command.name} needs {' and '.join(missing)}: {command.usage}")
