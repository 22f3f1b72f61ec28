"""Rounds, medians and the rows of a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import TypeVar

ROUNDS = 15
Measured = TypeVar("Measured")


@dataclass(frozen=True)
class Row:
    """One measured figure beside the bar that it is to stay under, both in `unit`."""

    what: str
    value: float
    bar: float
    unit: str
    detail: str = ""

    @property
    def passed(self) -> bool:
        """Whether the figure is within its bar."""
        return self.value <= self.bar

    def __str__(self) -> str:
        verdict = "ok  " if self.passed else "OVER"
        figures = f"{_short(self.value):>8} (bar {_short(self.bar):>6}) {self.unit}"
        return f"{verdict} {self.what:<44} {figures:<34} {self.detail}"


def interleaved(
    measures: Mapping[str, Callable[[], Measured]], rounds: int = ROUNDS
) -> dict[str, list[Measured]]:
    """What each measure returned in each round, after one round that does not count.

    All are measured in every round, in turning order, so that a noisy moment meets all of them.
    """
    found: dict[str, list[Measured]] = {name: [] for name in measures}
    names = list(measures)
    for number in range(rounds + 1):
        for name in names:
            value = measures[name]()
            if number:
                found[name].append(value)
        names = names[1:] + names[:1]
    return found


def ratio(
    what: str, ours: Sequence[float], base: Sequence[float], bar: float, base_name: str
) -> Row:
    """The median of our seconds over that of the base's, both measured in the same rounds.

    The detail gives both medians, the ratio of the minima, and the middle half of the rounds' own
    ratios.
    """
    per_round = [mine / other for mine, other in zip(ours, base, strict=True)]
    low, _, high = quantiles(per_round, n=4)
    detail = (
        f"{_milliseconds(median(ours))} / {_milliseconds(median(base))} ms;"
        f" of minima {_short(min(ours) / min(base))}; middle half of {len(ours)} rounds"
        f" {_short(low)} to {_short(high)}"
    )
    return Row(what, median(ours) / median(base), bar, f"× {base_name}", detail)


def spread(values: Sequence[float]) -> str:
    """Least, median and greatest of some values."""
    least, middle, greatest = (_short(f(values)) for f in (min, median, max))
    return f"{len(values)} values, {least} to {greatest}, median {middle}"


def ninety_fifth(values: Sequence[float]) -> float:
    """The value that 95 of 100 do not exceed."""
    return sorted(values)[min(len(values) - 1, len(values) * 95 // 100)]


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.3g}" if seconds < 1 else f"{seconds * 1000:,.0f}"
