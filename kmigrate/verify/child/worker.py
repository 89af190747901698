"""The loop of a worker: one JSON object a line on standard input, one answer a line on standard output, in order.

A question is ``{"op": NAME, …}`` and its other keys are the operation's arguments. An answer is ``{"ok": RESULT}`` or
``{"error": {"class", "text"}}`` for what the operation raised. The first line of output, before any question, is
``{"ready": {"python", "keras", "forks"}}``. What the code prints goes to standard error. End of input ends the process.

``begin`` makes a copy of the process (``fork``), which answers until ``end``: what a program does to it is gone then,
and Keras was imported but once. If the copy dies, the question it was asked is answered with an error of class "Died".
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


def _limit_memory(megabytes: int) -> None:
    """Let the process have so much memory of its own; without effect where the system knows no such limit."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_DATA, (megabytes * 2**20, megabytes * 2**20))


def serve(side: str, copies: bool = True) -> None:
    """Answer questions until the input ends. ``side`` is "reference" or "target".

    ``copies``: ``begin`` makes a copy of the process, where the system can.
    """
    # what Keras or a program prints must not come between the answers, and what it reads is none of the questions
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    questions = os.fdopen(os.dup(0), encoding="utf-8")
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    layers = importlib.import_module("kmigrate.verify.child.layers")
    asked = layers.Layers(side)
    operations: Dict[str, Callable[..., Any]] = {"call": call, "output_shape": asked.output_shape}
    forks = copies and hasattr(os, "fork")
    ready = {"python": platform.python_version(), "keras": asked.keras.__version__, "forks": forks}
    _say(answers, {"ready": ready})
    for line in iter(questions.readline, ""):
        question = json.loads(line)
        operation = question.pop("op")
        if operation == "begin":
            if forks:
                importlib.import_module("kmigrate.verify.child.capture.shared").prepare(side)
                sys.stderr.flush()
                copy = os.fork()
                if copy:
                    status = os.waitpid(copy, 0)[1]
                    if status:
                        _say(answers, {"error": {"class": "Died", "text": _ending(status)}})
                    else:
                        _say(answers, {"ok": None})
                    continue
            if copies:  # a GPU's driver takes more than any limit that makes sense for a program
                _limit_memory(question["megabytes"])
            capture = importlib.import_module("kmigrate.verify.child.capture.running").Capture(side)
            operations.update(load=capture.load, saved=capture.saved)
            operations.update(capture=capture.run, compute=capture.compute, train=capture.train, decide=capture.decide)
            _say(answers, {"ok": os.getpid()})
            continue
        if operation == "end":
            os._exit(0)
        try:
            answer = {"ok": operations[operation](**question)}
        except MemoryError:
            answer = {"error": {"class": "MemoryError", "text": "the memory limit was reached"}}
        except Exception as error:  # noqa: BLE001  -- whatever the code raises is the answer
            answer = {"error": errors.describe(error)}
        _say(answers, answer)
    # what was asked is answered: taking the graphs of hundreds of layers apart would take seconds
    sys.stderr.flush()
    os._exit(0)


def _ending(status: int) -> str:
    return "killed by signal {}".format(status & 127) if status & 127 else "ended with status {}".format(status >> 8)


def _say(answers: Any, answer: Any) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()
