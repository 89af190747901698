"""Keras 1.2.2's own tests under the reference: ``python -m tests.verify.keras_suite [--mode MODE] CHECKOUT [FILE…]``.

CHECKOUT is a checkout of Keras at its tag 1.2.2 (its package on the registry has no tests). The files of tests in it
are run, or those whose paths contain a FILE; not ``test_datasets.py``, which downloads; tests that train on MNIST get
noise in its place. Prints what failed with the error, and the counts. MODE is one of ``reference.runtime``: "standins"
if not given. Each file has a child of its own: some leave a setting behind when they fail.

``test_backends.py`` and ``test_sparse.py`` compare the backends with each other and so import Theano's: here they get
TensorFlow's twice, so that they run, and their calls are checked, but nothing is compared with Theano.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

from kmigrate.verify import processes, reference

_DRIVER = """
import gzip
import os
import pickle
import sys

import numpy as np
import pytest

datasets = os.path.expanduser("~/.keras/datasets")
os.makedirs(datasets)
noise = [(np.random.randint(0, 256, (n, 28, 28)).astype("uint8"), np.random.randint(0, 10, n)) for n in (60000, 10000)]
with gzip.open(os.path.join(datasets, "mnist.pkl.gz"), "wb", compresslevel=1) as stream:
    pickle.dump(noise, stream, protocol=2)

import keras.backend.tensorflow_backend

sys.modules["keras.backend.theano_backend"] = keras.backend.tensorflow_backend
keras.backend.theano_backend = keras.backend.tensorflow_backend
keras.backend.tensorflow_backend.th_sparse_module = None  # as where Theano has no sparse tensors
os.chdir(os.path.dirname(os.path.abspath(__file__)))  # some tests write where they are run
sys.exit(pytest.main(sys.argv[1:]))
"""

_LEFT_OUT = "test_datasets.py"


def outcomes(runtime: processes.Runtime, checkout: Path, files: list[str]) -> Iterator[tuple[str, str]]:
    """Each test as ``file::name`` with how it ended: "passed", "skipped", or the first line of its error."""
    tests = checkout.absolute() / "tests"
    with tempfile.TemporaryDirectory() as folder:
        driver, report = Path(folder) / "driver.py", Path(folder) / "report.xml"
        driver.write_text(_DRIVER, encoding="ascii")
        # an empty configuration: that of Keras asks for plugins, and that of this project is for its own tests
        (Path(folder) / "pytest.ini").write_text("[pytest]\n", encoding="ascii")
        # assertions as they are: pytest's rewriting would write .pyc files into the checkout
        options = ["-c", f"{folder}/pytest.ini", f"--rootdir={tests}", "--assert=plain", "-p", "no:cacheprovider"]
        for path in sorted(tests.rglob("test_*.py")):
            name = path.relative_to(tests).as_posix()
            if path.name == _LEFT_OUT or (files and not any(part in name for part in files)):
                continue
            processes.run_script(runtime, str(driver), [*options, "-q", "--tb=no", f"--junitxml={report}", str(path)])
            if not report.is_file():
                yield name, "the child ended before its tests did"
                continue
            for case in ElementTree.parse(report).iter("testcase"):
                yield f"{name}::{case.get('name')}", _outcome(case)
            report.unlink()


def _outcome(case: ElementTree.Element) -> str:
    for child in case:
        if child.tag in ("failure", "error"):
            return (child.get("message") or "").splitlines()[0] if child.get("message") else child.tag
        if child.tag == "skipped":
            return "skipped"
    return "passed"


def main() -> int:
    """Run the suite; 0 whatever its outcome, for some failures are known (docs/reference.md)."""
    parser = argparse.ArgumentParser(prog="python -m tests.verify.keras_suite")
    parser.add_argument("--mode", default="standins")
    parser.add_argument("checkout", type=Path)
    parser.add_argument("files", nargs="*")
    chosen = parser.parse_args()
    counts: Counter[str] = Counter()
    runtime = reference.runtime(chosen.mode)
    with tempfile.TemporaryDirectory() as folder:
        if runtime.own_packages:  # an environment for Keras has no pytest in it
            install = [runtime.python, "-m", "pip", "install", "--quiet", "--target", folder, "pytest"]
            subprocess.run(install, check=True)
            runtime = replace(runtime, settings={**runtime.settings, "path": [*runtime.settings["path"], folder]})
        for name, outcome in outcomes(runtime, chosen.checkout, chosen.files):
            counts[outcome if outcome in ("passed", "skipped") else "failed"] += 1
            if outcome not in ("passed", "skipped"):
                print(f"{name}: {outcome[:200]}", flush=True)
    print(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
