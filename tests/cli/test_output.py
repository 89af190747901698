"""Where the output cannot be written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a full disk to write to is there on Linux only")
@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["explain", "KM101"], ["upgrade", "--diff"]])
def test_output_that_has_no_room_is_said_in_one_sentence(arguments: list[str], tmp_path: Path) -> None:
    if arguments[0] == "upgrade":
        (tmp_path / "a.py").write_text("from keras.layers import Dense\nDense(output_dim=3)\n")
        arguments = [*arguments, str(tmp_path)]
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        done = subprocess.run(
            [sys.executable, "-m", "kmigrate", *arguments], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 2
    assert done.stderr.decode() == "kmigrate: the output could not be written: No space left on device\n"
