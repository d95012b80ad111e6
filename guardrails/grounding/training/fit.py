# ruff: noqa: E501  (long patterns are kept on one line)
"""Fits the combination: a logistic regression in which no reason may speak for a statement.

Signs are bounded (reasons against ≤ 0, coverage ≥ 0), so that what the guard says can be explained and a statement
doesn't pass for using words that the note lacks, whatever the training pairs would suggest.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

POSITIVE = ("cubierto",)
"""Features that speak for a statement; every other one speaks against it."""
LEFT_OUT = ("literal", "largo", "tajante")
"""Measured but not fitted: sharing few words with the note is no evidence for a statement, and what is beyond doubt
needs no weight."""


def names_of(rows: list[dict[str, float]]) -> list[str]:
    """Feature names in order, those left out aside."""
    return sorted({k for row in rows for k in row} - set(LEFT_OUT))


def matrix(rows: list[dict[str, float]], names: list[str]) -> np.ndarray:
    """[pairs, features] float64."""
    return np.array([[row.get(name, 0.0) for name in names] for row in rows])


def fit(x: np.ndarray, y: np.ndarray, names: list[str], *, ridge: float = 1.0, sample: np.ndarray | None = None) -> np.ndarray:
    """Coefficients and bias (last) of the bounded logistic regression with a ridge penalty on scaled features."""
    scale = np.maximum(np.abs(x).max(0), 1e-9)
    z = x / scale
    weight = np.ones(len(y)) if sample is None else sample
    signs = np.where(y > 0, 1.0, -1.0)

    def loss(theta: np.ndarray) -> tuple[float, np.ndarray]:
        margin = signs * (z @ theta[:-1] + theta[-1])
        value = float((weight * np.logaddexp(0, -margin)).sum() + 0.5 * ridge * (theta[:-1] ** 2).sum())
        slope = -signs * weight / (1 + np.exp(np.clip(margin, -30, 30)))
        return value, np.append(z.T @ slope + ridge * theta[:-1], slope.sum())

    bounds = [(0.0, None) if name in POSITIVE else (None, 0.0) for name in names] + [(None, None)]
    found = minimize(loss, np.zeros(len(names) + 1), jac=True, bounds=bounds, method="L-BFGS-B")
    theta = np.asarray(found.x)
    return np.append(theta[:-1] / scale, theta[-1])
