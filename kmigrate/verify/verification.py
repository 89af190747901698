"""One program: capture its models on both sides, pair them, and compare what they compute."""

from __future__ import annotations

import os
import re
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from kmigrate.verify import drawing, graph, matching, naming, pairing
from kmigrate.verify.comparing import Compared, compare
from kmigrate.verify.diagnosis import diagnose
from kmigrate.verify.pairing import Described
from kmigrate.verify.problems import ChildDiedError, VerifyError
from kmigrate.verify.processes import Programs, Worker
from kmigrate.verify.results import LayerError, Result, Status, Verified
from kmigrate.verify.training import Trainer


@dataclass(frozen=True, slots=True)
class Limits:
    """What a program may take: seconds for running it, and for computing one model; megabytes of memory.

    ``train_steps`` is how many steps of training are compared; with 0, outputs alone are.
    """

    seconds: float = 120.0
    megabytes: int = 8000
    train_steps: int = 0


@dataclass(frozen=True, slots=True)
class Task:
    """What to verify: a script in two folders, under an ordering ("tf" or "th").

    ``path`` is what a report calls it, ``script`` its path within both folders, ``call`` an expression to evaluate in
    its names. ``saved`` are two files of weights to load in place of drawn ones: for the original, for the upgraded.
    """

    path: str
    script: str
    old: Path
    new: Path
    ordering: str = "tf"
    call: str | None = None
    saved: tuple[Path, Path] | None = None


_Captured = dict[str, Any]

_IN_GRAPH = re.compile(r"Graph execution error:.*\nNode: '[^']*'\n([^\n]*)", re.DOTALL)
_CALLED = re.compile(r"\n*Call arguments received by layer.*", re.DOTALL)
_ORIGINAL = "the original"
#: What is said of a model that saved weights cannot be loaded into.
NOT_FITTING = "the weights do not fit"
_FAILS = "the original fails under Keras 1.2.2"
_REFUSED = "the upgraded program fails at a call, which was passed over so that models after it are compared"
#: What an error about the type of numbers speaks of: only then another one may help.
_TYPE = re.compile(r"float|double|dtype", re.IGNORECASE)


class Verifier:
    """Verifies one program after the other; use it in a ``with`` statement. ``scratch`` is an empty folder.

    ``tell`` is told of each program what is done with it now.
    """

    def __init__(
        self,
        reference: Programs,
        target: Programs,
        scratch: Path,
        limits: Limits,
        tell: Callable[[str, str], None] = lambda _program, _phase: None,
    ) -> None:
        self._programs = (reference, target)
        self._scratch = scratch
        self._limits = limits
        self._tell = tell
        self._files = 0
        self._stack = ExitStack()
        steps = limits.train_steps
        self._trainer = Trainer(self._new_folder, steps, limits.seconds) if steps else None

    def __enter__(self) -> Verifier:
        for programs in self._programs:
            self._stack.enter_context(programs)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def verify(self, task: Task) -> Verified:
        """What comes of one program. Whatever goes wrong is in the result."""
        started = time.monotonic()
        try:
            results, notes = self._compared(task)
        except VerifyError as error:
            results, notes = [_not_compared(task, None, str(error))], []
        except Exception as error:  # noqa: BLE001  -- a mistake of kmigrate's on one program must not cost the others
            if os.environ.get("KMIGRATE_TRACEBACK"):
                traceback.print_exc()
            words = f"kmigrate failed on it ({type(error).__name__}: {_short(str(error))}); please report this"
            results, notes = [_not_compared(task, None, words)], []
        is_broken = any(note.startswith(f"{_ORIGINAL} ended early") for note in notes) or any(
            result.reason is not None and result.reason.startswith(_FAILS) for result in results
        )
        seconds = time.monotonic() - started
        return Verified(task.path, tuple(results), tuple(dict.fromkeys(notes)), is_broken, seconds)

    def _compared(self, task: Task) -> tuple[list[Result], list[str]]:
        """In float64, unless only float32 lets the program run."""
        results, notes, is_typed = self._in(task, "float64")
        if is_typed:
            others, other_notes, fails_too = self._in(task, "float32")
            # a program that ends early leaves a model with fewer layers, and those would be called identical
            if not fails_too or rank(others) > rank(results):
                return others, [*other_notes, "compared in float32: the program does not run in float64"]
            if not any(result.model for result in results):
                return others, other_notes  # what is wrong with it is not that it ran in float64
        return results, notes

    def _in(self, task: Task, floatx: str) -> tuple[list[Result], list[str], bool]:
        """The results and the notes in one precision, and whether another one might do better."""
        with ExitStack() as stack, ThreadPoolExecutor(2) as pool:
            if not all(programs.is_started for programs in self._programs):
                self._tell(task.path, "importing both Keras")
            workers = list(pool.map(lambda programs: stack.enter_context(programs.program()), self._programs))
            folders = (task.old, task.new)
            self._tell(task.path, f"running the original and the upgraded program in {floatx}")
            old, new = pool.map(lambda worker, folder: self._captured(worker, folder, task, floatx), workers, folders)
            notes = [*_notes(old, _ORIGINAL), *_notes(new, "the upgraded program")]
            results = list(self._models(task, workers, old, new, floatx))
            results += [_not_compared(task, None, f"{_REFUSED}: {words}") for words in new.get("refused", ())]
            errors = [found["error"]["text"] for found in (old, new) if found["error"]]
            errors += [result.reason or "" for result in results if result.status is Status.NOT_COMPARED]
            errors += [words for result in results if result.training for words in result.training.failures]
            return results, notes, any(_TYPE.search(text) for text in errors)

    def _captured(self, worker: Worker, folder: Path, task: Task, floatx: str) -> _Captured:
        scratch = self._new_folder()
        try:
            found: _Captured = worker.ask(
                "capture",
                self._limits.seconds + 30,  # it is stopped from within before that
                script=str(folder / task.script),
                folder=str(folder),
                scratch=str(scratch),
                floatx=floatx,
                ordering=task.ordering,
                seconds=self._limits.seconds,
                call=task.call,
            )
        except ChildDiedError as error:
            return {
                "models": [],
                "unbuilt": [],
                "error": {"class": "", "text": str(error)},
                "stopped": None,
                "said": [],
            }
        return found

    def _models(
        self, task: Task, workers: Sequence[Worker], old: _Captured, new: _Captured, floatx: str
    ) -> list[Result]:
        ours, theirs = _wanted(old["models"]), _wanted(new["models"])
        if not ours:
            if old["error"]:
                words = f"{_FAILS} before it has built a model: {_said(old['error'])}"
                return [_not_compared(task, None, words)]
            if theirs:
                return [_not_compared(task, None, "only the upgraded program builds a model")]
            return []
        pairs = {id(a): b for a, b in pairing.pair_models(ours, [model for model in theirs if "error" not in model])}
        results = []
        for number, model in enumerate(ours):
            self._tell(task.path, f"comparing model {number + 1} of {len(ours)} in {floatx}")
            if "error" in model:
                result = _not_compared(task, model, f"its layers cannot be read: {_said(model['error'])}")
            elif id(model) in pairs:
                result = self._pair(task, workers, model, pairs[id(model)], floatx)
                result = self._inside(result, task, workers, (model, pairs[id(model)]), (old, new), floatx)
                if old["error"] and result.status is Status.DIFFERS and _may_be_half_built(model):
                    result = _not_compared(task, model, f"{_FAILS} while it builds this model: {_said(old['error'])}")
            elif new["error"]:
                result = _not_compared(task, model, f"the upgraded program fails: {_said(new['error'])}")
            else:
                result = _not_compared(task, model, "the upgraded program builds no such model")
            drawn = result.steps or (() if "error" in model else graph.steps(model))
            results.append(replace(result, floatx=floatx, steps=drawn))
        if self._trainer is None:
            return results
        self._tell(task.path, f"comparing training in {floatx}")
        ended = "; ".join(new.get("refused", ())) or None
        if new["error"] and not old["error"]:
            ended = _said(new["error"])
        matched = [(model, pairs.get(id(model))) for model in ours]
        return self._trainer.compared(results, workers, matched, floatx, ended)

    def _pair(self, task: Task, workers: Sequence[Worker], old: Described, new: Described, floatx: str) -> Result:
        layers = pairing.pair_layers(old, new)
        problem = matching.unmatched(old, new, layers)
        if problem is not None:
            result = self._without_counterparts(task, workers, old, new, layers, floatx)
            if result is not None:
                return replace(result, reason="its layers are others")
            name, words = naming.earlier(old, new, layers, problem[0]) or problem
            return _result(task, old, Status.DIFFERS, reason="its layers are others", first=name, diagnosis=words)
        inputs = list(zip(old["inputs"], new["inputs"], strict=True))
        if any(not _fits(a, b) for a, b in inputs):
            if all(a["shape"][1:] == b["shape"][1:] for a, b in inputs):
                words = "an input is a tensor that the program makes: the models start at different ones"
                return _not_compared(task, old, words)
            words = f"inputs have the shapes {_shapes(new)}, and had {_shapes(old)}"
            return _result(task, old, Status.DIFFERS, reason="its inputs are others", diagnosis=words)
        try:
            return self._computed_alike(task, workers, old, new, layers, floatx, plain=False)
        except _ComputingError as error:
            # inputs that are labels or lengths must be whole numbers, and small
            try:
                return self._computed_alike(task, workers, old, new, layers, floatx, plain=True)
            except _ComputingError:
                return _not_compared(task, old, str(error))

    def _without_counterparts(
        self,
        task: Task,
        workers: Sequence[Worker],
        old: Described,
        new: Described,
        layers: Sequence[tuple[Described, Described]],
        floatx: str,
    ) -> Result | None:
        """What the other layers compute where some with weights have no counterpart; None if that says nothing."""
        if matching.unmatched(old, new, layers, paired_only=True) is not None:
            return None
        if not all(_fits(a, b) for a, b in zip(old["inputs"], new["inputs"], strict=True)):
            return None
        try:
            result = self._computed_alike(task, workers, old, new, layers, floatx, plain=False)
        except _ComputingError:
            return None
        return result if result.first_diverging_layer is not None else None

    def _inside(
        self,
        result: Result,
        task: Task,
        workers: Sequence[Worker],
        pair: tuple[Described, Described],
        captured: tuple[_Captured, _Captured],
        floatx: str,
    ) -> Result:
        """The result with the layer within a nested model, where it is one that differs first."""
        layers = [(a, b) for a, b in pairing.pair_layers(*pair) if a["name"] == result.first_diverging_layer]
        if not layers or not layers[0][0]["parts"]:
            return result
        inner = [
            [model for model in found["models"] if model["name"] == layer["name"] and "error" not in model]
            for found, layer in zip(captured, layers[0], strict=True)
        ]
        if not all(inner):
            return result
        nested = inner[0][-1], inner[1][-1]
        within = self._pair(task, workers, *nested, floatx)
        within = self._inside(within, task, workers, nested, captured, floatx)
        if within.first_diverging_layer is None:
            return result
        name = f"{result.first_diverging_layer}/{within.first_diverging_layer}"
        drawn = graph.with_inner(result.steps, layers[0][0]["name"], within.steps) if result.steps else ()
        return replace(result, first_diverging_layer=name, diagnosis=within.diagnosis, steps=drawn)

    def _computed_alike(
        self,
        task: Task,
        workers: Sequence[Worker],
        old: Described,
        new: Described,
        layers: Sequence[tuple[Described, Described]],
        floatx: str,
        *,
        plain: bool,
    ) -> Result:
        folder = self._new_folder()
        drawn = {} if task.saved else drawing.draw_weights([a for a, _ in layers], 1)
        inputs = drawing.draw_inputs(old, floatx, 2, plain=plain)
        np.savez(folder / "inputs.npz", **inputs)  # type: ignore[arg-type]
        self._load(task, workers, (old, new))
        drawing.save(folder / "old.npz", drawn, floatx)
        drawing.save(folder / "new.npz", drawing.moved(layers, drawn) if drawn else {}, floatx)
        with ThreadPoolExecutor(2) as pool:
            list(
                pool.map(
                    lambda worker, side, model: self._computed(worker, side, model, folder),
                    workers,
                    ("old", "new"),
                    (old, new),
                )
            )
        before, after = (dict(np.load(folder / f"{side}-out.npz")) for side in ("old", "new"))
        compared = compare(old, new, layers, before, after, inputs, floatx)
        for path in folder.iterdir():
            path.unlink()
        why = diagnose(old, list(layers), compared, before, after, inputs, floatx)
        told = replace(_told(task, old, compared, why), steps=graph.steps(old, layers, compared))
        earlier = naming.not_computed(old, new, layers, compared)
        if earlier is None:
            return told
        name, words = earlier
        return replace(told, reason=f"layer {name} is another one", first_diverging_layer=name, diagnosis=words)

    def _load(self, task: Task, workers: Sequence[Worker], models: Sequence[Described]) -> None:
        try:
            for worker, model, path in zip(workers, models, task.saved or (), strict=False):
                worker.ask("load", self._limits.seconds, model=model["record"], path=str(path))
        except VerifyError as error:
            raise _ComputingError(f"{NOT_FITTING}: {_short(str(error))}") from error

    def _computed(self, worker: Worker, side: str, model: Described, folder: Path) -> list[int]:
        try:
            phases: list[int] = worker.ask(
                "compute",
                self._limits.seconds,
                model=model["record"],
                snapshot=model["snapshot"],
                weights=str(folder / f"{side}.npz"),
                inputs=str(folder / "inputs.npz"),
                phases=list(drawing.PHASES),
                out=str(folder / f"{side}-out.npz"),
            )
        except VerifyError as error:
            which = "original" if side == "old" else "upgraded"
            raise _ComputingError(f"the {which} model does not compute: {_short(str(error))}") from error
        return phases

    def _new_folder(self) -> Path:
        self._files += 1
        folder = self._scratch / str(self._files)
        folder.mkdir()
        return folder


class _ComputingError(VerifyError):
    pass


def _may_be_half_built(model: Described) -> bool:
    """Whether layers may have been added to it later, had the program not ended."""
    return bool(model["class"] == "Sequential" and not model["events"])


def rank(results: Sequence[Result]) -> tuple[int, int]:
    """More is better: models that are identical, then those that were compared at all."""
    compared = sum(result.status is not Status.NOT_COMPARED for result in results)
    return sum(result.status is Status.IDENTICAL for result in results), compared


def _notes(captured: _Captured, which: str) -> list[str]:
    notes = list(captured["said"])
    if captured["stopped"]:
        notes.append(f"{which} was {captured['stopped']}")
    if captured["error"] and captured["models"]:
        notes.append(f"{which} ended early: {_said(captured['error'])}")
    return notes


def _short(text: str) -> str:
    """An error's text in one line, without TensorFlow's account of where a graph was made."""
    graph = _IN_GRAPH.search(text)
    text = graph[1] if graph else _CALLED.sub("", text)
    return " ".join(text.split())[:300]


def _said(error: Mapping[str, Any]) -> str:
    words = ": ".join(part for part in (error["class"], _short(error["text"])) if part)
    return f"{words} ({error['file']} line {error['line']})" if error.get("file") else words


def _wanted(models: Sequence[Described]) -> list[Described]:
    """The models that nothing contains, and those that the program compiles or uses by themselves."""
    contained = {at for model in models for at in model.get("contains", ()) if at != model["record"]}
    return [
        model
        for model in models
        if "error" in model or (model["nodes"] and (model["events"] or model["record"] not in contained))
    ]


def _fits(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    sizes = zip(old["shape"], new["shape"], strict=False)
    return len(old["shape"]) == len(new["shape"]) and all(a == b or None in (a, b) for a, b in sizes)


def _shapes(model: Described) -> str:
    return ", ".join(str(tuple(given["shape"])) for given in model["inputs"])


def _result(
    task: Task, model: Described, status: Status, *, reason: str, first: str | None = None, diagnosis: str | None = None
) -> Result:
    return Result(
        task.path,
        model["name"],
        status,
        reason,
        first_diverging_layer=first,
        diagnosis=diagnosis,
        line=model.get("line"),
    )


def _not_compared(task: Task, model: Described | None, reason: str) -> Result:
    if model is None:
        return Result(task.path, None, Status.NOT_COMPARED, reason)
    return _result(task, model, Status.NOT_COMPARED, reason=reason)


def _told(task: Task, model: Described, compared: Compared, diagnosis: str | None) -> Result:
    layers: dict[str, float] = {}
    for call in compared.calls:
        layers[call.layer] = max(layers.get(call.layer, 0.0), call.found.absolute)
    first = compared.first
    is_equal = first is None and not compared.outputs.is_too_far and not compared.other_masks
    reason = None
    if not is_equal:
        where = f"layer {first.layer}" if first else "the outputs"
        does = "computes something else" if first and first.found.is_too_far else "masks other steps"
        reason = f"{where} {does}" if first else f"{where} are others"
    return Result(
        task.path,
        model["name"],
        Status.IDENTICAL if is_equal else Status.DIFFERS,
        reason,
        max_abs_error=compared.outputs.absolute,
        max_rel_error=compared.outputs.relative,
        first_diverging_layer=first.layer if first else None,
        diagnosis=diagnosis,
        layers=tuple(LayerError(name, error) for name, error in layers.items()),
        line=model.get("line"),
    )
