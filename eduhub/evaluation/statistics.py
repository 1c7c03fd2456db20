"""Formulae on counts. Each names its source; each is checked against published figures in the tests."""

from math import sqrt
from statistics import NormalDist
from typing import NamedTuple


class Interval(NamedTuple):
    """A share with the ends of its confidence interval, all from 0 to 1."""

    share: float
    lower: float
    upper: float


def wilson(k: int, n: int, level: float = 0.95) -> Interval:
    """Score interval of a proportion k of n. Raises ValueError unless 0 <= k <= n and n > 0.

    Wilson (1927), Journal of the American Statistical Association 22; recommended for small n by Brown, Cai and
    DasGupta (2001), Statistical Science 16.
    """
    if not 0 <= k <= n or n == 0:
        raise ValueError(f"{k} of {n} is no proportion")
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = k / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return Interval(share, min(share, max(0.0, middle - half)), max(share, min(1.0, middle + half)))


def newcombe(k1: int, n1: int, k2: int, n2: int, level: float = 0.95) -> Interval:
    """Interval of the difference of two independent proportions, first minus second.

    Newcombe (1998), Statistics in Medicine 17, method 10 (hybrid score, no continuity correction).
    """
    one, two = wilson(k1, n1, level), wilson(k2, n2, level)
    difference = one.share - two.share
    lower = difference - sqrt((one.share - one.lower) ** 2 + (two.upper - two.share) ** 2)
    upper = difference + sqrt((one.upper - one.share) ** 2 + (two.share - two.lower) ** 2)
    return Interval(difference, lower, upper)
