"""Record what Keras 1.2.2 and tf_keras say of a sample of the cases: ``python -m tests.program.shapes.record``.

It takes the source of Keras 1.2.2 from the package registry where the cache does not have it.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from kmigrate.verify import reference, target
from tests.program.shapes import cases, oracle

RECORDED = Path(__file__).parent / "recorded" / "layers.json.gz"

#: Cases of each class, and models.
EACH = 12
MODELS = 40


def main() -> None:
    """Record both."""
    record = {}
    for version, keras in ((1, reference), (2, target)):
        chosen = list(cases.layer_cases(version, EACH * len(cases.SPECS[version]), seed=1))
        chosen += cases.model_cases(version, MODELS, seed=1)
        with keras.worker() as worker:
            answers = oracle.asked(worker, chosen)
        record[str(version)] = [
            [case.call, case.shapes, case.ordering, case.more, answer]
            for case, answer in zip(chosen, answers, strict=True)
        ]
    RECORDED.parent.mkdir(exist_ok=True)
    text = json.dumps(record, separators=(",", ":"))
    RECORDED.write_bytes(gzip.compress(text.encode(), mtime=0))


if __name__ == "__main__":
    main()
