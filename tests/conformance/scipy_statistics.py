"""Computes with scipy and numpy what lib/stats computes, for tests/conformance/statistics.test.ts.

Without arguments it prints scipy_statistics.json, the values that are checked in:
    python tests/conformance/scipy_statistics.py > tests/conformance/scipy_statistics.json
"""

import json

import numpy
import scipy
from scipy import special, stats

PAIRS = {
    "alike": ([100, 100, 100, 100], [98, 103, 101, 99]),
    "shifted": ([14349, 14333, 14340, 14325, 14345], [410, 260, 190, 90, 50]),
    "two categories": ([99892, 43462], [670, 330]),
    "an empty bin": ([30, 0, 70], [0, 25, 75]),
    "a bin nobody has": ([30, 0, 70], [25, 0, 75]),
    "one bin": ([40], [60]),
    "small": ([3, 4, 3], [2, 2, 8]),
    "ten bins, large": ([18132] * 10, [610, 590, 640, 600, 580, 620, 575, 605, 655, 525]),
}


def psi(a: numpy.ndarray, b: numpy.ndarray) -> float:
    a = (a + 0.5) / (a + 0.5).sum()
    b = (b + 0.5) / (b + 0.5).sum()
    return float(((b - a) * numpy.log(b / a)).sum())


def chi_square(a: numpy.ndarray, b: numpy.ndarray) -> dict:
    table = numpy.array([a, b])[:, (a + b) > 0]
    if table.shape[1] < 2:
        return {"statistic": 0.0, "p": 1.0}
    result = stats.chi2_contingency(table, correction=False)
    return {"statistic": float(result.statistic), "p": float(result.pvalue)}


def kolmogorov_smirnov(a: numpy.ndarray, b: numpy.ndarray) -> dict:
    rows = [numpy.repeat(numpy.arange(len(counts)), counts) for counts in (a, b)]
    result = stats.ks_2samp(*rows, method="asymp")
    root = (len(rows[0]) * len(rows[1]) / (len(rows[0]) + len(rows[1]))) ** 0.5
    stephens = (root + 0.12 + 0.11 / root) * result.statistic
    return {
        "statistic": float(result.statistic),
        "p": float(special.kolmogorov(stephens)),
        "p_scipy": float(result.pvalue),
    }


def pair(name: str, a: list, b: list) -> dict:
    one, other = numpy.array(a), numpy.array(b)
    return {
        "name": name,
        "a": a,
        "b": b,
        "psi": psi(one, other),
        "chi_square": chi_square(one, other),
        "kolmogorov_smirnov": kolmogorov_smirnov(one, other),
    }


P_VALUES = [[0.01, 0.04, 0.03, 0.005], [0.5], [1.0, 1e-12, 0.2, 0.2, 0.049, 0.9], []]

print(
    json.dumps(
        {
            "scipy": scipy.__version__,
            "pairs": [pair(name, a, b) for name, (a, b) in PAIRS.items()],
            "kolmogorov": [
                {"x": x, "survival": float(special.kolmogorov(x))}
                for x in (0.05, 0.2, 0.5, 0.8, 0.999, 1.0, 1.2, 1.9, 3.0, 6.0)
            ],
            "upper_gamma": [
                {"a": a, "x": x, "q": float(special.gammaincc(a, x))}
                for a in (0.5, 1.0, 4.5, 13.0, 250.0)
                for x in (0.0, 1e-6, 0.3, 1.0, 4.0, 14.0, 80.0, 251.0, 400.0)
            ],
            "log_gamma": [
                {"a": a, "value": float(special.gammaln(a))} for a in (0.1, 0.5, 1.0, 1.5, 2.0, 10.25, 500.0)
            ],
            "benjamini_hochberg": [
                {
                    "values": values,
                    "corrected": stats.false_discovery_control(values, method="bh").tolist() if values else [],
                }
                for values in P_VALUES
            ],
        },
        indent=1,
    )
)
