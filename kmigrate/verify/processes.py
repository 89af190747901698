"""Child processes that have a Keras in them: a worker that answers questions, or a script that runs to its end."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from kmigrate.verify.problems import ChildDiedError, VerifyError

_START = Path(__file__).parent / "child" / "start.py"


@dataclass(frozen=True, slots=True)
class Runtime:
    """How to start a child: the interpreter, what ``start.py`` is told, and the environment variables to set.

    ``home`` is the text of the child's ``keras.json``: it gets a home folder of its own with that file, for as long as
    it lives. ``own_packages``: the interpreter has its own, and no ``PYTHONPATH`` of the user's leads to others.
    """

    python: str
    settings: Mapping[str, Any]
    environment: Mapping[str, str] = field(default_factory=dict)
    home: str = "{}"
    own_packages: bool = False

    def command(self, script: str | None = None, arguments: Sequence[str] = ()) -> list[str]:
        """The command line of a child that runs the script, or becomes a worker."""
        settings = {**self.settings, "script": script, "arguments": list(arguments)}
        return [self.python, str(_START), json.dumps(settings)]

    @contextlib.contextmanager
    def variables(self) -> Iterator[dict[str, str]]:
        """The environment of a child, and its home folder as long as the context lasts."""
        variables = {**os.environ, **self.environment}
        if self.own_packages:
            variables.pop("PYTHONPATH", None)
        # a child that was killed may still hold a file of it open (Windows): that is no error
        with tempfile.TemporaryDirectory(prefix="kmigrate-home-", ignore_cleanup_errors=True) as home:
            folder = Path(home) / ".keras"
            folder.mkdir()
            (folder / "keras.json").write_text(self.home, encoding="ascii")
            yield {**variables, "HOME": home, "USERPROFILE": home, "KERAS_HOME": str(folder)}


def run_script(runtime: Runtime, script: str, arguments: Sequence[str] = ()) -> int:
    """Run ``script`` as ``python script arguments`` would, with the terminal of this process; its exit status."""
    with runtime.variables() as variables:
        return subprocess.run(runtime.command(script, arguments), env=variables, check=False).returncode


@dataclass(frozen=True, slots=True)
class LayerCall:
    """A layer as an argument of another one: ``LayerCall("Dense", {"output_dim": 4})``."""

    name: str
    kwargs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Code:
    """A Python expression as an argument, evaluated in the child, where ``K``, ``keras`` and ``np`` are known."""

    text: str


Shape = tuple["int | None", ...]


@dataclass(frozen=True, slots=True)
class LayerShapes:
    """What a Keras says of one layer and its inputs. A shape includes the batch size; None is an unknown size.

    ``shape``: the tensor's when the layer is built and called on an input (``_keras_shape`` in Keras 1), a list of
    shapes for several outputs; None where that raised. ``tensor``: what the backend says of that tensor itself; None
    where it does not even know the rank. ``declared``: ``get_output_shape_for`` (``compute_output_shape``) of the
    layer, of a new one where it could not be connected; None where that raised, or says nothing. ``errors``:
    stage -> "Class: text", for each of "make" (the constructor), "connect" and "declare" that raised.
    """

    declared: Any
    shape: Any
    tensor: Any
    errors: Mapping[str, str]

    @classmethod
    def from_answer(cls, answer: Mapping[str, Any]) -> LayerShapes:
        """Read the worker's answer."""
        errors = {
            stage: f"{answer[key]['class']}: {answer[key]['text']}"
            for stage in ("make", "declare", "connect")
            if (key := f"{stage}_error") in answer
        }
        declared, shape, tensor = (_shape(answer.get(key)) for key in ("declared", "shape", "tensor"))
        return cls(declared, shape, tensor, errors)


def _shape(found: Any) -> Any:
    if found is None:
        return None
    return [_shape(one) for one in found] if found and isinstance(found[0], list) else tuple(found)


def encode(value: Any) -> Any:
    """The JSON form of an argument: see ``child/values.py``."""
    if isinstance(value, LayerCall):
        return {"layer": value.name, "kwargs": {key: encode(item) for key, item in value.kwargs.items()}}
    if isinstance(value, Code):
        return {"code": value.text}
    if isinstance(value, tuple):
        return {"tuple": [encode(item) for item in value]}
    if isinstance(value, list):
        return [encode(item) for item in value]
    if isinstance(value, Mapping):
        return {"dict": [[encode(key), encode(item)] for key, item in value.items()]}
    return value


def decode(value: Any) -> Any:
    """The result of a ``call`` from its JSON form."""
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "tuple" in value:
        return tuple(decode(item) for item in value["tuple"])
    return {decode(key): decode(item) for key, item in value["dict"]}


class ChildError(VerifyError):
    """What the child's code raised: ``raised`` is the name of the class, ``text`` its text."""

    def __init__(self, raised: str, text: str) -> None:
        super().__init__(f"{raised}: {text}")
        self.raised = raised
        self.text = text


class Worker:
    """A child that imported its Keras once and answers questions; use it in a ``with`` statement.

    ``time_limit`` is in seconds, for the start and for each question: a child that exceeds it is killed, and
    :class:`VerifyError` is raised, as for one that ends by itself. ``versions`` says what runs: "python" and "keras".
    """

    def __init__(self, runtime: Runtime, time_limit: float = 120.0) -> None:
        self._time_limit = time_limit
        self._copy: int | None = None
        self._stack = contextlib.ExitStack()
        try:
            variables = self._stack.enter_context(runtime.variables())
            self._complaints: IO[bytes] = self._stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
            self._process = subprocess.Popen(
                runtime.command(),
                env=variables,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._complaints,
                text=True,
                encoding="utf-8",
            )
            self._stack.callback(self._end)
            self.versions: dict[str, str] = self._read()["ready"]
            #: whether ``begin`` leaves this child as it is, so that it can begin again
            self.forks = bool(self.versions.get("forks"))
        except BaseException:
            self._stack.close()
            raise

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child, and remove its home folder."""
        self._stack.close()

    def output_shape(
        self,
        layer: str,
        kwargs: Mapping[str, Any],
        *input_shapes: Sequence[int | None],
        ordering: str = "tf",
        dtype: str = "float32",
        connect: bool = True,
    ) -> LayerShapes:
        """What ``layer(**kwargs)`` makes of inputs of these shapes, each with its batch size.

        ``layer`` is a class of ``keras.layers`` (``tf_keras.layers`` in the target) or a dotted path, ``ordering`` the
        global image ordering, "tf" or "th" on either side. Arguments are plain values, tuples, lists, dicts,
        :class:`LayerCall` and :class:`Code`. Without ``connect`` only the declaration is asked for, which costs next to
        nothing but does not find what only building the layer finds.
        """
        question = _question(layer, kwargs, input_shapes, ordering, dtype, connect)
        return LayerShapes.from_answer(self._ask([question])[0])

    def output_shapes(
        self, questions: Iterable[tuple[str, Mapping[str, Any], Sequence[Sequence[int | None]], str]]
    ) -> list[LayerShapes]:
        """The same for many: ``(layer, kwargs, input_shapes, ordering)`` each, answered in order."""
        asked = [_question(*question, "float32", True) for question in questions]
        return [LayerShapes.from_answer(answer) for answer in self._ask(asked)]

    def call(self, source: str, function: str, *arguments: Any) -> Any:
        """Run the Python text ``source`` in the child (once for each text), then its function with the arguments.

        Arguments are as in :meth:`output_shape`; the result is of plain values, tuples, lists and dicts, with arrays as
        nested lists. Raises :class:`ChildError` for what the code raises.
        """
        question = {"op": "call", "source": source, "function": function, "arguments": encode(list(arguments))}
        return decode(self._ask([question])[0])

    def begin(self, megabytes: int) -> None:
        """Make ready for one program, which may use so much memory: what it does is undone by :meth:`end`."""
        self._copy = self._ask([{"op": "begin", "megabytes": megabytes}])[0]

    def ask(self, operation: str, time_limit: float, **arguments: Any) -> Any:
        """Ask what answers between :meth:`begin` and :meth:`end`, within so many seconds.

        Raises :class:`ChildDiedError` where it ended or was ended; nothing is left to ask then.
        """
        usual, self._time_limit = self._time_limit, time_limit
        try:
            return self._ask([{"op": operation, **arguments}])[0]
        except ChildError as error:
            if error.raised != "Died":
                raise
            self._copy = None
            raise ChildDiedError(f"the process that ran it was {error.text}") from error
        except ChildDiedError:
            self._copy = None
            raise
        finally:
            self._time_limit = usual

    @property
    def has_ended(self) -> bool:
        """Whether the child is gone."""
        return self._process.poll() is not None

    def end(self) -> None:
        """The program is done with."""
        if self._copy is not None:
            with contextlib.suppress(VerifyError):
                self._ask([{"op": "end"}])
            self._copy = None

    def _ask(self, questions: Sequence[Mapping[str, Any]]) -> list[Any]:
        assert self._process.stdin is not None
        results = []
        for question in questions:
            try:
                self._process.stdin.write(json.dumps(question) + "\n")
                self._process.stdin.flush()
            except OSError as error:
                raise self._died() from error
            answer = self._read()
            if "error" in answer:
                raise ChildError(answer["error"]["class"], answer["error"]["text"])
            results.append(answer["ok"])
        return results

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        late = threading.Event()

        def stop() -> None:
            late.set()
            if self._copy is not None and self.forks:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self._copy, signal.SIGKILL)  # the child itself tells, and goes on
            else:
                self._process.kill()

        timer = threading.Timer(self._time_limit, stop)
        timer.daemon = True
        timer.start()
        try:
            line = self._process.stdout.readline()
        finally:
            timer.cancel()
        if late.is_set():
            raise ChildDiedError(f"a child took longer than {self._time_limit:g} s")
        if not line:
            raise self._died()
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _died(self) -> ChildDiedError:
        status = self._process.wait()
        self._complaints.seek(0)
        said = [line for line in self._complaints.read().decode("utf-8", "replace").splitlines() if line.strip()]
        return ChildDiedError(f"a child ended with status {status}: {said[-1].strip() if said else 'it said nothing'}")

    def _end(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()


def _question(
    layer: str,
    kwargs: Mapping[str, Any],
    input_shapes: Sequence[Sequence[int | None]],
    ordering: str,
    dtype: str,
    connect: bool,
) -> dict[str, Any]:
    return {
        "op": "output_shape",
        "layer": layer,
        "kwargs": {key: encode(value) for key, value in kwargs.items()},
        "input_shapes": [list(shape) for shape in input_shapes],
        "ordering": ordering,
        "dtype": dtype,
        "connect": connect,
    }


class Programs:
    """Runs programs under a Keras, each in a process of its own; Keras is imported once, if it can be.

    ``megabytes`` is the memory that each may use; use it in a ``with`` statement.
    """

    def __init__(self, runtime: Runtime, megabytes: int) -> None:
        self._runtime = runtime
        self._megabytes = megabytes
        self._worker: Worker | None = None

    def __enter__(self) -> Programs:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @property
    def is_started(self) -> bool:
        """Whether the child is there: then a program need not wait for its Keras."""
        return self._worker is not None

    def close(self) -> None:
        """End the child."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    @contextlib.contextmanager
    def program(self) -> Iterator[Worker]:
        """A worker that can be asked to capture one program."""
        if self._worker is None:
            self._worker = Worker(self._runtime)
        worker = self._worker
        try:
            worker.begin(self._megabytes)
            yield worker
        finally:
            worker.end()
            if not worker.forks or worker.has_ended:
                self.close()


def this_python() -> str:
    """The interpreter that kmigrate itself runs on."""
    if not sys.executable:
        raise VerifyError("this Python does not know its own path, so it cannot start another process of itself")
    return sys.executable
