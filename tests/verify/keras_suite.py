"""Keras 1.2.2's own tests under the reference: ``python -m tests.verify.keras_suite CHECKOUT [PYTEST ARGUMENTS]``.

CHECKOUT is a checkout of Keras at its tag 1.2.2 (its package on the registry has no tests); ``tests/`` in it is run, or
the files that the arguments name, without ``tests/integration_tests``, which train. Results are pytest's.

``test_backends.py`` and ``test_sparse.py`` compare the backends with each other and so import Theano's: here they get
TensorFlow's twice, so that they run, and their calls are checked, but nothing is compared with Theano.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from kmigrate.verify import processes, reference

_DRIVER = """
import os
import sys

import pytest

import keras.backend.tensorflow_backend

sys.modules["keras.backend.theano_backend"] = keras.backend.tensorflow_backend
keras.backend.theano_backend = keras.backend.tensorflow_backend
sys.exit(pytest.main(sys.argv[1:]))
"""


def main(arguments: list[str]) -> int:
    """Run the suite; pytest's exit status."""
    if not arguments:
        print("usage: python -m tests.verify.keras_suite CHECKOUT [PYTEST ARGUMENTS]", file=sys.stderr)
        return 2
    tests = Path(arguments[0]).absolute() / "tests"
    # an empty configuration: that of Keras asks for plugins, and that of this project is for its own tests
    with tempfile.TemporaryDirectory() as folder:
        driver, configuration = Path(folder) / "driver.py", Path(folder) / "pytest.ini"
        driver.write_text(_DRIVER, encoding="ascii")
        configuration.write_text("[pytest]\n", encoding="ascii")
        ignored = f"--ignore={tests / 'integration_tests'}"
        # assertions as they are: pytest's rewriting would write .pyc files into the checkout
        options = ["-c", str(configuration), "--rootdir", str(tests), "--assert=plain", "-p", "no:cacheprovider"]
        named = any(Path(argument.partition("::")[0]).exists() for argument in arguments[1:])
        return processes.run_script(
            reference.runtime(), str(driver), [*options, ignored, *([] if named else [str(tests)]), *arguments[1:]]
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
