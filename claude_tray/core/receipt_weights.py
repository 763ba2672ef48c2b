"""
Learn how many points of a limit a dollar of each kind of token takes.

A point is one percent of a limit. Prices are a good first guess, because
Anthropic's limits follow the cost of running a model; how many points a dollar
takes depends on the plan and is estimated from the user's own history. With
enough of it, each kind of token of each model family gets a weight of its own:
least squares without negative weights, held near the first guess (ridge).
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from math import sqrt
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.cost_breakdown import CATEGORIES, select_category
from claude_tray.core.receipt_limits import find_family

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from claude_tray.core.price_table import PriceTable
    from claude_tray.core.usage import TokenCounts


# Model family and category of tokens, as ("opus", "output").
Feature = tuple[str, str]
# Dollars per million tokens by category, for models without a price.
_FALLBACK_RATES: Final = dict(
    zip(CATEGORIES, (0.3, 3.75, 15.0, 3.0), strict=True)
)
_MILLION: Final = 1_000_000
_NANO: Final = 1e-9


class ReadingInterval(NamedTuple):
    """
    What was used between two readings of one window.

    Attributes:
        change: Change of the limit in points.
        amounts: Dollars at list price by feature.
    """

    change: float
    amounts: Mapping[Feature, float]


class Weight(NamedTuple):
    """Points per dollar at list price, and their standard error."""

    value: float
    error: float


class Weights(NamedTuple):
    """
    How usage turns into points of a limit.

    Attributes:
        scale: Points per dollar of features without a weight of their own.
        scale_error: Relative standard error of the scale.
        by_feature: Learned weights; empty until there is enough history.
        covariance: Of the learned weights, in their order.
        interval_count: Number of intervals that these follow from.
    """

    scale: float
    scale_error: float = 0.0
    by_feature: Mapping[Feature, Weight] = {}
    covariance: Sequence[Sequence[float]] = ()
    interval_count: int = 0

    @property
    def is_learned(self) -> bool:
        return bool(self.by_feature)

    def weigh(self, amounts: Mapping[Feature, float]) -> float:
        """Return the points that usage is expected to take."""
        return sum(
            dollars * self._get_value(feature)
            for feature, dollars in amounts.items()
        )

    def compute_error(self, amounts: Mapping[Feature, float]) -> float:
        """Return the standard error of `weigh` in points."""
        known = [amounts.get(feature, 0.0) for feature in self.by_feature]
        variance = sum(
            one * other * value
            for one, row in zip(known, self.covariance, strict=True)
            for other, value in zip(known, row, strict=True)
        )
        unknown = sum(
            dollars
            for feature, dollars in amounts.items()
            if feature not in self.by_feature
        )
        return sqrt(variance) + unknown * self.scale * self.scale_error

    def _get_value(self, feature: Feature) -> float:
        weight = self.by_feature.get(feature)
        return self.scale if weight is None else weight.value


def price_amounts(
    tokens: TokenCounts, model: str, at_ms: int, prices: PriceTable
) -> dict[Feature, float]:
    """
    Return dollars at list price by feature, without zeros.

    Args:
        tokens: Token counts of any number of requests of a model.
        model: Model ID; one without a price is counted like a mid-size model.
        at_ms: Time of the requests.
        prices: Price table.
    """
    known = next(
        (
            entry
            for entry in prices.get_model_prices(model)
            if at_ms >= entry.since_ms
        ),
        None,
    )
    family = find_family(model)
    amounts = {}
    for category in CATEGORIES:
        counts = select_category(tokens, category)
        if not any(counts):
            continue
        if known is None:
            dollars = counts.total * _FALLBACK_RATES[category] / _MILLION
        else:
            units = known.rate.compute_cost(counts)
            dollars = units * _NANO / known.units_per_nano
        amounts[family, category] = dollars
    return amounts


# With fewer intervals, only the scale is estimated.
MIN_INTERVALS: Final = 12
_MIN_ERROR: Final = 0.25
# Standard deviation of a weight from the price, before any history.
_PRIOR_DEVIATION: Final = 0.5
# Difference of two values that were rounded to whole percents.
_ROUNDING_VARIANCE: Final = 1 / 6
_NORMAL_MAD: Final = 1.4826
# An interval further off, in standard deviations, has use from elsewhere.
_MAX_DEVIATION: Final = 2.5
_ROUNDS: Final = 4
_SWEEPS: Final = 100


def learn_weights(intervals: Sequence[ReadingInterval]) -> Weights | None:
    """
    Return weights from the history; None if there is none with local usage.

    Args:
        intervals: In any order. Up to about a third of them may have use from
            elsewhere; these are found by their deviation and left out.
    """
    usable = [
        interval
        for interval in intervals
        if interval.change > 0 and sum(interval.amounts.values()) > 0
    ]
    if not usable:
        return None
    scale, error = _estimate_scale(usable)
    weights = Weights(scale, error, interval_count=len(usable))
    if len(usable) < MIN_INTERVALS:
        return weights
    for _ in range(_ROUNDS):
        consistent, deviation = _select_consistent(usable, weights)
        weights = _fit_weights(consistent, scale, deviation)
    return weights


def _estimate_scale(
    intervals: Sequence[ReadingInterval],
) -> tuple[float, float]:
    """Return the median of points per dollar, by dollars, and its error."""
    ratios = []
    for interval in intervals:
        dollars = sum(interval.amounts.values())
        ratios.append((interval.change / dollars, dollars))
    scale = _find_median(ratios)
    spread = _find_median(
        [(abs(ratio / scale - 1), dollars) for ratio, dollars in ratios]
    )
    error = max(_MIN_ERROR, _NORMAL_MAD * spread) / sqrt(len(ratios))
    return scale, error


def _find_median(values: Sequence[tuple[float, float]]) -> float:
    """Return the median of (value, weight) pairs, at least one."""
    ordered = sorted(values)
    sums = list(accumulate(weight for _, weight in ordered))
    return ordered[bisect_left(sums, sums[-1] / 2)][0]


def _select_consistent(
    intervals: Sequence[ReadingInterval], weights: Weights
) -> tuple[list[ReadingInterval], float]:
    """Return the intervals that weights explain, and their deviation."""
    residuals = [
        interval.change - weights.weigh(interval.amounts)
        for interval in intervals
    ]
    spread = _find_median([(abs(residual), 1.0) for residual in residuals])
    deviation = max(sqrt(_ROUNDING_VARIANCE), _NORMAL_MAD * spread)
    consistent = [
        interval
        for interval, residual in zip(intervals, residuals, strict=True)
        if abs(residual) <= _MAX_DEVIATION * deviation
    ]
    return consistent, deviation


def _fit_weights(
    intervals: Sequence[ReadingInterval], scale: float, deviation: float
) -> Weights:
    """Fit a weight for each feature, near the scale without evidence."""
    features = sorted({f for interval in intervals for f in interval.amounts})
    places = {feature: i for i, feature in enumerate(features)}
    variance = deviation**2
    prior = 1 / (_PRIOR_DEVIATION * scale) ** 2
    gram = [[0.0] * len(features) for _ in features]
    target = [prior * scale] * len(features)
    for i in places.values():
        gram[i][i] = prior
    for interval in intervals:
        used = [(places[f], value) for f, value in interval.amounts.items()]
        for i, value in used:
            target[i] += value * interval.change / variance
            for j, other in used:
                gram[i][j] += value * other / variance
    values = _solve_nonnegative(gram, target, scale)
    covariance = _invert(gram)
    return Weights(
        scale,
        _PRIOR_DEVIATION,
        {
            feature: Weight(values[i], sqrt(covariance[i][i]))
            for i, feature in enumerate(features)
        },
        covariance,
        len(intervals),
    )


def _solve_nonnegative(
    gram: Sequence[Sequence[float]], target: Sequence[float], start: float
) -> list[float]:
    """Minimize a convex quadratic over nonnegative values by coordinates."""
    values = [start] * len(target)
    for _ in range(_SWEEPS):
        for i, row in enumerate(gram):
            rest = sum(
                factor * value
                for j, (factor, value) in enumerate(
                    zip(row, values, strict=True)
                )
                if j != i
            )
            values[i] = max(0.0, (target[i] - rest) / row[i])
    return values


def _invert(matrix: Sequence[Sequence[float]]) -> list[list[float]]:
    """Invert a symmetric positive definite matrix (Gauss-Jordan)."""
    size = len(matrix)
    rows = [
        [*row, *(1.0 if i == j else 0.0 for j in range(size))]
        for i, row in enumerate(matrix)
    ]
    for i in range(size):
        pivot = rows[i][i]
        rows[i] = [value / pivot for value in rows[i]]
        for j in range(size):
            if j != i and rows[j][i]:
                factor = rows[j][i]
                rows[j] = [
                    value - factor * own
                    for value, own in zip(rows[j], rows[i], strict=True)
                ]
    return [row[size:] for row in rows]
