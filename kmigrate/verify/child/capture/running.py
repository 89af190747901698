"""One program: run it under watch, then answer what its models are and what they compute."""

import os
import signal
import threading
import traceback
from typing import Any, Dict, List, Optional

from kmigrate.verify.child import errors
from kmigrate.verify.child.capture import (
    channels_first,
    computing,
    datasets,
    deciding,
    executing,
    loading,
    missing,
    noise,
    pooling,
    precision,
    stepping,
    surroundings,
    theano_numbers,
)
from kmigrate.verify.child.capture.compiling import Compiled, Trainings
from kmigrate.verify.child.capture.describing import Describer
from kmigrate.verify.child.capture.recording import Record, Recorder
from kmigrate.verify.child.capture.shortcuts import Shortcuts, Stop
from kmigrate.verify.child.capture.sides import Side
from kmigrate.verify.child.standins import theano_borders


class Capture:
    """Watches one program; ``side`` is "reference" or "target". A process watches no more than one."""

    def __init__(self, side: str) -> None:
        self._name = side
        self._describer: Optional[Describer] = None
        self._recorder: Optional[Recorder] = None
        self._trainings: Optional[Trainings] = None
        self._said: List[str] = []

    def run(
        self,
        script: str,
        folder: str,
        scratch: str,
        floatx: str,
        ordering: str,
        seconds: float,
        call: Optional[str] = None,
    ) -> Dict[str, Any]:
        """Run ``script``, a file in ``folder`` (the program's files), and describe the models that it builds.

        ``scratch`` is a folder for files that are made up, ``ordering`` "tf" or "th". After ``seconds`` the program is
        stopped; what it has built until then counts. ``call`` is an expression to evaluate in the program's names
        afterwards. The result has ``models`` (one for each snapshot), ``error`` (class, text, file and line of what
        ended the program, or null), ``stopped`` (why it was cut short, or null), ``said`` (what was made up) and
        ``refused`` (calls that the target does not take, and that were passed over).
        """
        side = Side(self._name)
        side.K.set_floatx(floatx)
        pooling.install(side)
        if side.is_reference:
            side.K.set_image_dim_ordering(ordering)
            side.K.__kmigrate_function__ = side.K.function
            side.K.clear_session = lambda: None
        else:
            side.K.set_image_data_format({"tf": "channels_last", "th": "channels_first"}[ordering])
            channels_first.install()
            side.K.clear_session = lambda: None
        folder = os.path.realpath(folder)
        recorder = self._recorder = Recorder(side, folder + os.sep)
        recorder.install()
        self._trainings = Trainings(recorder)
        shortcuts = Shortcuts(recorder, self._trainings, self._say)
        shortcuts.install()
        noise.install(side)
        precision.install(side)
        theano_numbers.install(side)
        datasets.install(side, scratch, self._say)
        surroundings.install(self._name, folder + os.sep, self._say)
        missing.install(side, folder + os.sep, self._say)
        error, stopped = self._watched(os.path.realpath(script), seconds, call, folder)
        recorder.finish()
        self._said += theano_borders.said([record.model for record in recorder.records])
        self._describer = Describer(recorder)
        models = [
            self._described(at, snapshot, folder)
            for at, record in enumerate(recorder.records)
            for snapshot in range(len(record.snapshots))
        ]
        unbuilt = [record.model.name for record in recorder.records if not record.snapshots]
        said = list(dict.fromkeys(self._said))
        return {
            "models": models,
            "unbuilt": unbuilt,
            "error": error,
            "stopped": stopped,
            "said": said,
            "refused": list(dict.fromkeys(shortcuts.refused)),
        }

    def load(self, model: int, path: str) -> None:
        """Load saved weights into a recorded model: see ``loading.load``."""
        assert self._recorder is not None
        loading.load(self._recorder.side, self._recorder.records[model].model, path)

    def saved(self, model: int) -> List[Dict[str, Any]]:
        """The layers of a recorded model in the order in which it saves them."""
        assert self._recorder is not None
        assert self._describer is not None
        return self._describer.saved(self._recorder.records[model].model)

    def compute(self, model: int, snapshot: int, weights: str, inputs: str, phases: List[int], out: str) -> List[int]:
        """The outputs of every layer: see ``computing.compute``. ``model`` is the number of a described one."""
        assert self._recorder is not None
        assert self._describer is not None
        record = self._recorder.records[model]
        return computing.compute(self._describer, record, snapshot, weights, inputs, phases, out)

    def train(
        self,
        model: int,
        leaves: List[int],
        weights: str,
        batches: str,
        steps: int,
        class_weight: Any,
        clips: bool,
        out: str,
    ) -> Dict[str, Any]:
        """Steps of training of a model that is compiled: see ``stepping.train``."""
        assert self._describer is not None
        compiled = self._compiled(model)
        return stepping.train(self._describer, compiled, leaves, weights, batches, steps, class_weight, clips, out)

    def decide(self, model: int, names: List[Any], values: List[float], epochs: int) -> List[Dict[str, Any]]:
        """What the callbacks of a compiled model decide: see ``deciding.decide``."""
        assert self._recorder is not None
        assert self._describer is not None
        assert self._trainings is not None
        own = self._recorder.records[model].model
        return deciding.decide(self._describer.side, own, self._compiled(model), self._trainings, names, values, epochs)

    def _compiled(self, model: int) -> Compiled:
        assert self._recorder is not None
        assert self._trainings is not None
        found = self._trainings.find(self._recorder.records[model])
        assert found is not None
        return found

    def _described(self, at: int, snapshot: int, folder: str) -> Dict[str, Any]:
        assert self._recorder is not None
        assert self._describer is not None
        record = self._recorder.records[at]
        found: Dict[str, Any] = {"record": at, "snapshot": snapshot, "name": record.model.name}
        try:
            found.update(self._describer.model(record, snapshot, folder))
            found["training"] = self._training(record, found)
        except Exception as error:  # noqa: BLE001  -- one model that cannot be described must not cost the others
            found["error"] = errors.describe(error)
        return found

    def _training(self, record: Record, described: Dict[str, Any]) -> Any:
        assert self._trainings is not None
        assert self._describer is not None
        try:
            return self._trainings.described(record, self._describer, self._describer.places(described))
        except Exception as error:  # noqa: BLE001  -- what a model computes is compared all the same
            return {"error": errors.describe(error)}

    def _say(self, words: str) -> None:
        self._said.append(words)

    def _watched(self, script: str, seconds: float, call: Optional[str], folder: str) -> Any:
        """What ended the program."""

        def stop(*_: Any) -> None:
            raise Stop("stopped after {:g} s".format(seconds))

        is_timed = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
        if is_timed:
            signal.signal(signal.SIGALRM, stop)
            signal.setitimer(signal.ITIMER_REAL, seconds)
        error: Optional[Dict[str, Any]] = None
        stopped: Optional[str] = None
        try:
            assert self._recorder is not None
            executing.run(script, folder, call, self._recorder, self._say)
        except Stop as reason:
            stopped = str(reason)
        except SystemExit as end:
            if end.code not in (None, 0):
                error = {"class": "SystemExit", "text": str(end.code)}
        except KeyboardInterrupt:
            raise
        except BaseException as raised:  # noqa: BLE001  -- whatever ends a program is told
            error = {**errors.describe(raised), **_place(raised, folder)}
            if os.environ.get("KMIGRATE_TRACEBACK"):
                traceback.print_exc()
        finally:
            if is_timed:
                signal.setitimer(signal.ITIMER_REAL, 0)
        return error, stopped


def _place(error: BaseException, folder: str) -> Dict[str, Any]:
    """The line of the program at which it ended: the innermost one of its own files."""
    if isinstance(error, SyntaxError) and error.filename and str(error.filename).startswith(folder):
        return {"file": os.path.relpath(str(error.filename), folder), "line": error.lineno}
    lines = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(folder)]
    return {"file": os.path.relpath(lines[-1].filename, folder), "line": lines[-1].lineno} if lines else {}
