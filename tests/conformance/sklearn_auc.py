"""Trains scikit-learn's HistGradientBoostingClassifier for tests/conformance/trainer.test.ts.

Reads one JSON line from standard input:
    {"directory": str, "features": int, "train": int, "test": int, "options": {...}}
where the directory holds x_train.f32, x_test.f32 (float32, row by row, NaN = missing) and y_train.u8.
Writes the test rows' probabilities as scores.f64 there, and one JSON line with version and seconds.
"""

import json
import pathlib
import sys
import time

import numpy
import sklearn
from sklearn.ensemble import HistGradientBoostingClassifier

job = json.loads(sys.stdin.readline())
directory = pathlib.Path(job["directory"])


def matrix(name: str, rows: int) -> numpy.ndarray:
    return numpy.fromfile(directory / name, dtype="<f4").reshape(rows, job["features"])


model = HistGradientBoostingClassifier(early_stopping=False, **job["options"])
started = time.perf_counter()
model.fit(matrix("x_train.f32", job["train"]), numpy.fromfile(directory / "y_train.u8", dtype="u1"))
seconds = time.perf_counter() - started
scores = model.predict_proba(matrix("x_test.f32", job["test"]))[:, 1]
scores.astype("<f8").tofile(directory / "scores.f64")
print(json.dumps({"version": sklearn.__version__, "seconds": seconds}))
