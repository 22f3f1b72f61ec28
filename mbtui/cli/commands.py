"""Every shell command and option: what the splitter, the help pages and the hints read."""

from __future__ import annotations

from mbtui.cli.arguments import QUERY, TEXT, Command, Option

EVERYWHERE = (
    Option("--bank", "PATH", "the bank folder, or the folder that holds it"),
    Option("--personal", about="the bank of your own, beside no project"),
    Option("--json", about="answer for programs"),
    Option("--help", about="this page; after a command, its own", short="-h"),
    Option("--version", about="the version"),
    Option("--demo", about="open the screen on a made-up bank"),
    Option("--ascii", about="open the screen with ASCII alone"),
    Option("--no-mouse", about="open the screen without the mouse"),
)
"""Options known before and after every command."""

_FIELD = Option("--field", "NAME=VALUE", "set a field; a list is split at its commas", many=True)
_STATUS = Option("--status", "S", "one of the kind's statuses")
_TAG = Option("--tag", "T", "add a tag", many=True)
_REASON = Option("--reason", "R", "why; it goes to the change log")
_BODY = Option("--body", "TEXT", "the main text; - reads standard input")

QUERY_HELP = """\
Words are literal, all must occur: in titles, ids, tags, paths, text. "a phrase", -word.
  in:KIND-OR-SECTION  status:S  tag:T  by:AUTHOR  owner:NAME  path:PATH
  is:open  is:closed  is:due  is:changed  is:drifted  is:orphaned  is:archived
  has:FIELD  no:FIELD
  before:DATE  after:DATE (of the last change; a date, or 7d)  sort:FIELD  sort:-FIELD
Anything else is text. An option of this command is never text, unless behind --."""

_COMMANDS = (
    Command(
        "init",
        "[DIR]",
        "make a bank in a folder",
        options=(
            Option("--git", about="have git merge the bank entry by entry in this clone"),
            Option("--no-git", about="take that back"),
        ),
        more=(
            "Makes DIR/memory-bank/ (DIR: the working directory). A pyproject.toml there fills in\n"
            "Project Information. Prints six lines for AGENTS.md. With --git or --no-git, a bank\n"
            "may be there already."
        ),
        examples=(
            ("mbtui init", "a bank for the project you stand in"),
            ("mbtui init --personal", "a bank of your own"),
            ("mbtui init --git", "once in each clone: git merges by entry, not by line"),
        ),
    ),
    Command(
        "add",
        TEXT,
        "write one thing down; prints its id, alone",
        options=(
            Option("--in", "KIND", "the kind; any start that fits only one"),
            _TAG,
            _STATUS,
            _FIELD,
            _BODY,
            Option("--strict", about="refuse a suspected secret or a title that is there already"),
        ),
        more=(
            "In the text, #tag or +tag, !high (a value the kind has), @kind and a path that\n"
            "exists are understood; ` -- ` starts the body; \\ keeps a mark as it is."
        ),
        examples=(
            ("mbtui add 'pool exhausted after fork #celery !high app/db.py'", ""),
            ("mbtui add WAL hangs on NFS --in current-issues --field cause='no shared memory'", ""),
            ("pytest 2>&1 | tail -20 | mbtui add flaky test --tag ci --body -", ""),
        ),
    ),
    Command(
        "list",
        "[QUERY]",
        "one line an entry",
        more=QUERY_HELP,
        examples=(
            ("mbtui list in:current-issues is:open sort:-updated", ""),
            ("mbtui list -redis tag:cache --json", ""),
        ),
    ),
    Command(
        "search",
        QUERY,
        "the same with the line that matched, best first",
        options=(Option("-n", "N", "at most N entries"),),
        more=QUERY_HELP,
        examples=(
            ("mbtui search pool fork", ""),
            ("mbtui search -n 3 '\"memory leak\"' is:open", ""),
        ),
    ),
    Command(
        "show",
        "ID",
        "all of one entry",
        more="An id may be shortened to any start that is unique.",
        examples=(("mbtui show 7k2m", ""),),
    ),
    Command(
        "due",
        "",
        "what wants a review, the longest overdue first",
        options=(Option("--all", about="with what you put off on the screen"),),
        more=(
            "In groups: overdue, due within 7 days, never reviewed. How often an entry is due is\n"
            "said by its review_in, else by [review] in bank.toml, else by its kind. Exit 0 also\n"
            "when nothing is due."
        ),
        examples=(("mbtui due", ""), ("mbtui due --json", "")),
    ),
    Command(
        "log",
        "[QUERY]",
        "what changed, when, by whom and why",
        options=(
            Option("-n", "N", "at most N changes (50)"),
            Option("--since", "DATE", "only since a date, or 7d, 2w, yesterday"),
            Option("--by-entry", about="in groups by entry instead of by day"),
        ),
        more=(
            "Reads the change log, the commits of the bank's folder, the dates of the entries and\n"
            "your own changes on this machine; what several of them tell is one line. QUERY is an\n"
            "id, or words and qualifiers as in mbtui list; by: before: after: in: ask about the\n"
            "change itself."
        ),
        examples=(
            ("mbtui log", ""),
            ("mbtui log 7k2m", "the history of one entry"),
            ("mbtui log --since 7d by:agent:", "what agents did this week"),
            ("mbtui log in:architecture-decisions --by-entry", ""),
        ),
    ),
    Command(
        "status",
        "",
        "the bank at a glance",
        more=(
            "How much is in each section, what is due and drifted, how many entries were written\n"
            "and changed in each week of the last 12 months, which has gone longest without a\n"
            "review, and what optimizations gave. Tokens are estimated as characters / 4."
        ),
        examples=(("mbtui status", ""), ("mbtui status --json", "")),
    ),
    Command(
        "edit",
        "ID",
        "change an entry",
        options=(
            Option("--title", "TEXT", "a new title"),
            _STATUS,
            _FIELD,
            _TAG,
            Option("--untag", "T", "take a tag away", many=True),
            _BODY,
            _REASON,
        ),
        more="An empty value takes a field away: --field cause=",
        examples=(
            ("mbtui edit 7k2m --status fixed", ""),
            ("mbtui edit 7k2m --status rejected --reason 'two versions of everything'", ""),
            ("mbtui edit 7k2m --field severity=high --tag nfs", ""),
        ),
    ),
    Command(
        "move",
        "ID KIND",
        "move an entry to another kind",
        options=(Option("--status", "S", "its status there, where the old one is unknown"),),
        more="The main text stays the main text; fields that the kind lacks stay as they are.",
        examples=(("mbtui move 7k2m technical-debt --status active", ""),),
    ),
    Command(
        "archive",
        "ID",
        "move an entry to the archive",
        options=(Option("--reason", "R", "why; needed"),),
        examples=(("mbtui archive 7k2m --reason 'gone with SQLite'", ""),),
    ),
    Command(
        "restore",
        "ID",
        "bring an entry back from the archive",
        examples=(("mbtui restore 7k2m", ""),),
    ),
    Command(
        "reviewed",
        "ID…",
        "note that entries are still true",
        more=(
            "Writes today's date and your name, and what the entry's paths hold now. A review by\n"
            "an agent is noted and resets nothing, unless bank.toml has agents = true in [review]."
        ),
        examples=(("mbtui reviewed 7k2m hepw", "as one change for undo"),),
    ),
    Command(
        "supersede",
        "OLD NEW",
        "say that an entry takes the place of another",
        options=(_REASON,),
        more="Writes both in one step; OLD gets the status superseded where its kind has it.",
        examples=(("mbtui supersede 7k2m hepw --reason 'we moved to Postgres'", ""),),
    ),
    Command(
        "delete",
        "ID",
        "take an entry out for good",
        options=(_REASON,),
        more="`mbtui undo` brings it back; `mbtui archive` keeps it readable.",
        examples=(("mbtui delete 7k2m --reason 'never true'", ""),),
    ),
    Command(
        "undo",
        "[ID]",
        "take back your latest change, or an entry's",
        options=(
            Option("--list", about="the latest changes, newest first, instead"),
            Option("-n", "N", "with --list, at most N of them (20)"),
            Option("--by", "AUTHOR", "changes of another author on this machine"),
        ),
        more=(
            "What others changed since stays; where they changed the same text, nothing is done,\n"
            "both texts are shown, and the exit code is 3."
        ),
        examples=(
            ("mbtui undo", ""),
            ("mbtui undo 7k2m", "the latest change of one entry"),
            ("mbtui undo --by agent:claude", "what your agent did last"),
            ("mbtui undo --list -n 5", ""),
        ),
    ),
    Command("redo", "", "bring back what undo took", examples=(("mbtui redo", ""),)),
    Command(
        "recover",
        "[NAME]",
        "bring back what saves displaced, and unsaved text",
        options=(
            Option("--list", about="list it, the newest first, as without NAME"),
            Option("-n", "N", "list N versions instead of 20"),
            Option("-o", "FILE", "write it to a new file instead"),
            Option("--entries", about="bring back only the entries that the bank lacks now"),
        ),
        more=(
            "Every save keeps what the file held before, for 30 days and up to 64 MiB a bank, in\n"
            "your own state folder. NAME may be shortened to any start that is unique. Bringing a\n"
            "version back displaces what the file holds now, which is kept in turn. A draft is\n"
            "printed; the screen offers it in its form."
        ),
        examples=(
            ("mbtui recover", "what is kept"),
            ("mbtui recover k3f9 --entries", "only what is missing; nothing else changes"),
            ("mbtui recover k3f9", "the whole file as it was"),
            ("mbtui recover k3f9 -o /tmp/old.toml", ""),
        ),
    ),
    Command(
        "check",
        "",
        "what needs a person; for CI and pre-commit",
        more=(
            "Files that are broken or in conflict, ids that stand twice, values of a wrong type,\n"
            "unknown statuses and choices, links that lead nowhere or have one end alone,\n"
            "paths that lead nowhere, unfinished moves, nonsense in bank.toml; each with its file\n"
            "and line. Exit 0 when nothing is wrong, 1 when something is or the bank is empty, 3\n"
            "when a file cannot be read."
        ),
        examples=(("mbtui check", ""), ("mbtui check --json", "")),
    ),
    Command(
        "resolve",
        "",
        "settle git conflicts that need no decision",
        options=(Option("--add", about="tell git of the files that are settled"),),
        more=(
            "Merges the files that git could not merge entry by entry, from git's three versions.\n"
            "Where both sides changed one field the file keeps git's markers around that entry;\n"
            "`mbtui` shows both texts. Exit 3 while something is left to decide."
        ),
        examples=(("mbtui resolve --add", ""),),
    ),
    Command(
        "merge-driver",
        "%O %A %B %P",
        "merge three versions of a file; git calls this",
        more=(
            "`mbtui init --git` tells git to. The merged text takes the place of the second file.\n"
            "Exit 0 merged, 1 a person has to decide on the rest, 2 not merged."
        ),
        examples=(("mbtui merge-driver base.toml ours.toml theirs.toml known-issues.toml", ""),),
    ),
    Command(
        "schema",
        "",
        "sections, kinds, fields and statuses",
        more="Without a bank: those that mbtui comes with.",
        examples=(("mbtui schema --json", ""),),
    ),
    Command(
        "path",
        "",
        "where the bank is",
        more="With --json, also the folders for state and settings.",
        examples=(('cd "$(mbtui path)"', ""),),
    ),
    Command(
        "keys",
        "",
        "the screen's keys and the actions they do",
        more=(
            "As they are now: the plain ones, and what your config.toml changes, marked with *.\n"
            "An action's id is what [keys] there takes."
        ),
        examples=(("mbtui keys", ""), ("mbtui keys --json", "")),
    ),
    Command(
        "config",
        "",
        "your settings, and what is wrong in them",
        options=(Option("--init", about="write a first config.toml, every option in it"),),
        more=(
            "The settings are those of one user, in config.toml; without it everything stands at\n"
            "its default. Exit 1 where something in it is wrong."
        ),
        examples=(
            ("mbtui config", ""),
            ('"$EDITOR" "$(mbtui config --init)"', "a commented file to begin with"),
        ),
    ),
)

COMMANDS = {command.name: command for command in _COMMANDS}
