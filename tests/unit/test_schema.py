"""The packaged sections and kinds are those of the Markdown memory bank."""

from __future__ import annotations

import pytest

from mbtui.bank.schema import COMMON_KEYS, FIELD_TYPES, Kind, Schema

SEED = """\
# Memory Bank for Python Development

## Purpose
This memory bank stores project-specific knowledge, architectural decisions, and learned patterns \
to maintain context across development sessions.

## Project Context

### Project Information
- **Project Name**: [To be filled]
- **Purpose**: [To be filled]
- **Tech Stack**: [To be filled]
- **Key Dependencies**: [To be filled]

### Architecture Decisions
- [Document architectural decisions here]
- [Include rationale for choices]
- [Note trade-offs considered]

## Code Patterns

### Common Patterns Used
- [Document patterns used in this project]
- [Include examples]
- [Note when to use each pattern]

### Anti-Patterns to Avoid
- [Document anti-patterns found]
- [Explain why they're problematic]
- [Provide alternatives]

## Cross-Language Mappings

### Java → Python Equivalents
- [Document Java patterns mapped to Python]
- [Include examples]
- [Note differences]

### C++ → Python Equivalents
- [Document C++ patterns mapped to Python]
- [Include examples]
- [Note differences]

## Known Issues

### Current Issues
- [Document known issues]
- [Include workarounds]
- [Track resolution status]

### Technical Debt
- [Document technical debt]
- [Prioritize by impact]
- [Plan for resolution]

## Development Notes

### Setup Instructions
- [Document project setup]
- [Include environment variables]
- [Note configuration steps]

### Common Tasks
- [Document common development tasks]
- [Include commands and procedures]
- [Note gotchas]

### Debugging Tips
- [Document debugging approaches]
- [Include common issues and solutions]
- [Note useful tools]

## Integration Points

### External Systems
- [Document external system integrations]
- [Include API endpoints]
- [Note authentication methods]

### Data Flow
- [Document data flow through system]
- [Include data transformations]
- [Note validation points]

## Performance Notes

### Performance Characteristics
- [Document performance characteristics]
- [Include benchmarks]
- [Note bottlenecks]

### Optimization History
- [Document optimizations made]
- [Include before/after metrics]
- [Note lessons learned]

## Security Notes

### Security Considerations
- [Document security requirements]
- [Include authentication/authorization]
- [Note data sensitivity]

### Security Incidents
- [Document any security incidents]
- [Include resolution steps]
- [Note preventive measures]

## Testing Notes

### Test Coverage
- [Document test coverage goals]
- [Include coverage reports]
- [Note gaps]

### Test Data
- [Document test data sources]
- [Include fixtures]
- [Note data management]

## Deployment Notes

### Deployment Process
- [Document deployment process]
- [Include environment configurations]
- [Note rollback procedures]

### Monitoring
- [Document monitoring setup]
- [Include alerts]
- [Note response procedures]

## Team Knowledge

### Team Conventions
- [Document team conventions]
- [Include coding standards]
- [Note communication preferences]

### Onboarding Notes
- [Document onboarding process]
- [Include resources]
- [Note common questions]

## Updates

### Change Log
- [Document changes to memory bank]
- [Include date and author]
- [Note reason for change]

### Review Schedule
- [Review memory bank monthly]
- [Update as project evolves]
- [Archive outdated information]
"""
"""The memory bank that people keep by hand in Markdown, which the packaged kinds come from."""

LEVELS = "(low, medium, high, critical)"
TABLE = f"""
project-information | project_name, purpose, tech_stack[], key_dependencies[] |
architecture-decisions | decision, rationale, trade_offs, alternatives, consequences, \
supersedes[], superseded_by | proposed, accepted, rejected, deprecated, superseded
common-patterns-used | pattern, example (code), when_to_use | recommended, accepted, legacy, retired
anti-patterns-to-avoid | anti_pattern, problem, alternative, example (code) | active, resolved
java-to-python-equivalents | mapping, java (code), python (code), differences \
| assumed, verified, unsafe
cpp-to-python-equivalents | mapping, cpp (code), python (code), differences \
| assumed, verified, unsafe
current-issues | issue, cause, workaround, severity {LEVELS}, ticket \
| open, worked-around, fixed, wont-fix
technical-debt | debt, impact {LEVELS}, plan, effort | active, in-progress, resolved, deferred
setup-instructions | steps, environment_variables, configuration |
common-tasks | task, commands (code), gotchas |
debugging-tips | approach, common_issues, tools |
external-systems | system, endpoints, authentication, limits \
| production, experimental, deprecated
data-flow | flow, transformations, validation |
performance-characteristics | characteristic, benchmarks, bottlenecks | current, outdated
optimization-history | optimization, before (number), after (number), unit, lessons |
security-considerations | requirement, authentication, \
data_sensitivity (public, internal, confidential, restricted) |
security-incidents | incident, severity {LEVELS}, resolution, prevention \
| investigating, mitigated, resolved
test-coverage | goal, report, gaps |
test-data | source_of_data, fixtures, management |
deployment-process | process, environments, rollback |
monitoring | setup, alerts, response |
team-conventions | convention, standards, communication |
onboarding-notes | process, resources, questions |
change-log | entry, date (date), author, reason |
review-schedule | cadence, process, archive_policy |
"""
CLOSED = {
    "rejected",
    "deprecated",
    "superseded",
    "retired",
    "resolved",
    "fixed",
    "wont-fix",
    "outdated",
}
MONTHLY = {"current-issues"}
QUARTERLY = {
    "technical-debt",
    "setup-instructions",
    "external-systems",
    "deployment-process",
    "monitoring",
    "security-considerations",
    "test-coverage",
    "test-data",
}
NEVER = {"change-log", "optimization-history", "security-incidents"}


def headings(marks: str) -> list[str]:
    return [line[len(marks) :] for line in SEED.splitlines() if line.startswith(marks)]


def slug_of(heading: str) -> str:
    """docs/format.md: `→` reads `to`, `+` reads `p`."""
    return heading.lower().replace("→", "to").replace("+", "p").replace(" ", "-")


def written_fields(kind: Kind) -> str:
    """The fields of a kind as the table writes them."""
    marks = {"list": "[]", "code": " (code)", "number": " (number)", "date": " (date)"}
    return ", ".join(
        item.name
        + (f" ({', '.join(item.choices)})" if item.type == "choice" else marks.get(item.type, ""))
        for item in kind.fields
    )


def test_sections_are_the_headings_of_the_markdown_bank(schema: Schema) -> None:
    titles = [heading for heading in headings("## ") if heading != "Purpose"]
    assert len(titles) == 12
    assert [section.title for section in schema.sections] == titles
    assert [section.slug for section in schema.sections] == [slug_of(title) for title in titles]


def test_kinds_are_the_subheadings_in_their_order(schema: Schema) -> None:
    titles = headings("### ")
    assert len(titles) == 25
    assert [kind.title for kind in schema.kinds.values()] == titles
    assert list(schema.kinds) == [slug_of(title) for title in titles]


def test_each_kind_is_in_the_section_it_stands_under(schema: Schema) -> None:
    section = ""
    for line in SEED.splitlines():
        if line.startswith("## "):
            section = slug_of(line[3:])
        elif line.startswith("### "):
            assert schema.kinds[slug_of(line[4:])].section == section


def test_hints_are_the_bullets_word_for_word(schema: Schema) -> None:
    bullets: dict[str, list[str]] = {}
    for line in SEED.splitlines():
        if line.startswith("### "):
            bullets[slug_of(line[4:])] = []
        elif line.startswith("- "):
            bullets[list(bullets)[-1]].append(line[2:])
    assert {slug: list(kind.hints) for slug, kind in schema.kinds.items()} == bullets


def test_title_and_purpose_are_those_of_the_markdown_bank(schema: Schema) -> None:
    assert schema.title == headings("# ")[0]
    assert f"\n## Purpose\n{schema.purpose}\n" in SEED


def test_fields_and_statuses_are_those_of_the_format(schema: Schema) -> None:
    rows = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()]
    assert [
        [kind.slug, written_fields(kind), ", ".join(kind.statuses)]
        for kind in schema.kinds.values()
    ] == rows


def test_only_the_two_single_tables_are_single(schema: Schema) -> None:
    single = {slug for slug, kind in schema.kinds.items() if kind.single}
    assert single == {"project-information", "review-schedule"}


def test_closed_statuses(schema: Schema) -> None:
    for kind in schema.kinds.values():
        assert {s for s in kind.statuses if kind.is_closed(s)} == CLOSED & set(kind.statuses)


def test_packaged_cadences(schema: Schema) -> None:
    for slug, kind in schema.kinds.items():
        expected = (
            "1 month"
            if slug in MONTHLY
            else "3 months"
            if slug in QUARTERLY
            else "never"
            if slug in NEVER
            else "6 months"
        )
        assert (slug, kind.review) == (slug, expected)


def test_no_field_takes_the_name_of_a_common_key(schema: Schema) -> None:
    for kind in schema.kinds.values():
        assert not set(kind.field_names) & set(COMMON_KEYS)
        assert all(item.type in FIELD_TYPES for item in kind.fields)


def test_main_text_goes_to_a_field_for_prose(schema: Schema) -> None:
    assert schema.kinds["current-issues"].main_field == "issue"
    assert schema.kinds["change-log"].main_field == "reason"
    assert Kind("x", "X", "y").main_field == "text"


def test_reading_hints_leave_the_placeholder_marks_out(schema: Schema) -> None:
    assert schema.kinds["monitoring"].reading_hints()[0] == "Document monitoring setup"
    assert schema.kinds["project-information"].reading_hints()[0] == "Project Name: To be filled"


@pytest.mark.parametrize(
    ("text", "slugs"),
    [
        ("current-issues", ["current-issues"]),
        ("CURRENT", ["current-issues"]),
        ("issues", ["current-issues"]),
        ("c++", ["cpp-to-python-equivalents"]),
        ("java", ["java-to-python-equivalents"]),
        ("data", ["data-flow", "test-data"]),
        ("lru_cache", []),
        ("", []),
    ],
)
def test_match_kinds(schema: Schema, text: str, slugs: list[str]) -> None:
    assert [kind.slug for kind in schema.match_kinds(text)] == slugs


def test_a_label_reads_like_words(schema: Schema) -> None:
    field = schema.kinds["common-patterns-used"].field("when_to_use")
    assert field is not None
    assert field.label == "When to use"


def test_a_kind_that_nobody_described(schema: Schema) -> None:
    kind = schema.kind_or_ad_hoc("war_stories", "known-issues")
    assert (kind.title, kind.section, kind.known) == ("War Stories", "known-issues", False)
    assert schema.kind_or_ad_hoc("monitoring", "x") is schema.kinds["monitoring"]
