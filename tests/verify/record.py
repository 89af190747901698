"""Record what the genuine stack computes for every layer case: ``python -m tests.verify.record``.

It runs Keras 1.2.2 on TensorFlow 1.15.5 and Python 3.7 (or 3.6), in the environment that kmigrate makes, and writes
``recorded/layers.npz.gz``: the outputs by the cases' names, float32, on a CPU.
"""

from __future__ import annotations

import gzip
import io
from pathlib import Path
from typing import Any

import numpy as np

from kmigrate.verify import reference
from kmigrate.verify.processes import Worker
from tests.verify.layer_cases import Case, cases

RECORDED = Path(__file__).parent / "recorded" / "layers.npz.gz"
_OUTPUTS = (Path(__file__).parent / "layer_outputs.py").read_text(encoding="utf-8")


def output(worker: Worker, case: Case) -> Any:
    """What the case computes in the worker, float32."""
    return np.array(worker.call(_OUTPUTS, "output", case.name, case.code, case.shapes, case.data), dtype="float32")


def main() -> None:
    """Record all cases."""
    with reference.worker("genuine") as worker:
        record = {case.name: output(worker, case) for case in cases()}
    stream = io.BytesIO()
    np.savez(stream, **record)
    RECORDED.parent.mkdir(exist_ok=True)
    # no time stamp: the same outputs give the same file
    RECORDED.write_bytes(gzip.compress(stream.getvalue(), mtime=0))
    print(f"{len(record)} cases")


if __name__ == "__main__":
    main()
