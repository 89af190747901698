"""What training came to, for a person."""

from __future__ import annotations

from collections.abc import Iterator

from kmigrate.verify.results import Status, Training


def lines(training: Training) -> Iterator[str]:
    """A line on what training does, one for each difference, and one for each note."""
    if training.status is Status.NOT_COMPARED:
        yield f"training: not compared: {training.reason}"
    elif training.status is Status.IDENTICAL:
        steps = f"{training.steps} step{'s' if training.steps != 1 else ''}"
        yield f"training: identical over {steps}, largest error of the loss {training.loss_error:.1e}"
    else:
        yield from (f"training: {difference}" for difference in training.differences)
    yield from (f"training, note: {note}" for note in training.notes)
