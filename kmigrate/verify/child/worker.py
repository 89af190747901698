"""The loop of a worker: one JSON object a line on standard input, one answer a line on standard output, in order.

A question is ``{"op": NAME, …}`` and its other keys are the operation's arguments. An answer is ``{"ok": RESULT}`` or
``{"error": {"class", "text"}}`` for what the operation raised. The first line of output, before any question, is
``{"ready": {"python", "keras"}}``. What the code prints goes to standard error. End of input ends the process.
"""

import importlib
import json
import os
import platform
import sys
from typing import Any, Callable, Dict

from kmigrate.verify.child import errors, values

_programs: Dict[str, Dict[str, Any]] = {}


def call(source: str, function: str, arguments: Any) -> Any:
    """Run the Python text ``source`` once, then its function with the arguments; what it returns must be JSON."""
    if source not in _programs:
        namespace: Dict[str, Any] = {"__name__": "__kmigrate__"}
        exec(compile(source, "<source>", "exec"), namespace)
        _programs[source] = namespace
    return values.encode(_programs[source][function](*values.decode(arguments, None)))


def serve(side: str) -> None:
    """Answer questions until the input ends. ``side`` is "reference" or "target"."""
    # what Keras or a program prints must not come between the answers
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    layers = importlib.import_module("kmigrate.verify.child.layers")
    asked = layers.Layers(side)
    operations: Dict[str, Callable[..., Any]] = {"call": call, "output_shape": asked.output_shape}
    ready = {"python": platform.python_version(), "keras": asked.keras.__version__}
    _say(answers, {"ready": ready})
    for line in iter(sys.stdin.readline, ""):
        question = json.loads(line)
        try:
            answer = {"ok": operations[question.pop("op")](**question)}
        except Exception as error:  # noqa: BLE001  -- whatever the code raises is the answer
            answer = {"error": errors.describe(error)}
        _say(answers, answer)
    # what was asked is answered: taking the graphs of hundreds of layers apart would take seconds
    sys.stderr.flush()
    os._exit(0)


def _say(answers: Any, answer: Any) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()
