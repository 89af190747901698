"""Whether the original computes with the original file what the upgraded model computes with the new one."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import h5py

from kmigrate.verify import pairing
from kmigrate.verify.pairing import Described
from kmigrate.verify.problems import VerifyError
from kmigrate.verify.processes import Programs, Worker
from kmigrate.verify.results import Result, Status
from kmigrate.verify.verification import NOT_FITTING, Limits, Task, Verifier
from kmigrate.weights.architecture import Leaf
from kmigrate.weights.converting import convert, restore
from kmigrate.weights.planning import Plan
from kmigrate.weights.results import Checked
from kmigrate.weights.saved import Group, Saved, Shape, WeightsError, one_line

#: A float32, as files have them, has 24 bits; arguments such as LeakyReLU's alpha are rounded to it, too.
_TOLERANCE = 1e-6
_SCRIPT = "program.py"
_ARCHITECTURE = "architecture.json"
_COMPAT = "from kmigrate.compat import layers, merging\n"
_BUILD = f"""\
from {{keras}}.models import model_from_json
with open({_ARCHITECTURE!r}) as stream:
    model = model_from_json(stream.read())
"""
_LOAD = f"{_COMPAT}def load(path):\n    import tf_keras\n    tf_keras.models.load_model(path)\n"


@dataclass(frozen=True, slots=True)
class Program:
    """What builds the model: a script in two folders, the original and the upgraded one, and what to call in it."""

    name: str
    old: Path
    new: Path
    script: str = _SCRIPT
    call: str | None = None
    ordering: str = "tf"


def of_architecture(name: str, old: Mapping[str, Any], new: Mapping[str, Any], scratch: Path) -> Program:
    """The program that builds an architecture of Keras 1, and that of Keras 2, below the empty folder ``scratch``."""
    for side, before, keras, config in (("old", "", "keras", old), ("new", _COMPAT, "tf_keras", new)):
        folder = scratch / side
        folder.mkdir(parents=True)
        (folder / _ARCHITECTURE).write_text(json.dumps(_untyped(config)), encoding="utf-8")
        (folder / _SCRIPT).write_text(before + _BUILD.format(keras=keras), encoding="utf-8")
    return Program(name, scratch / "old", scratch / "new")


def _untyped(config: Any) -> Any:
    """A configuration whose inputs have the type that the comparison chooses, if they are of numbers."""
    if isinstance(config, list):
        return [_untyped(one) for one in config]
    if not isinstance(config, Mapping):
        return config
    return {
        key: _untyped(value)
        for key, value in config.items()
        if not (key in ("input_dtype", "dtype") and value == "float32")
    }


@dataclass(frozen=True, slots=True)
class Layers:
    """``leaves`` are the layers with weights of the original. ``order`` are the numbers of its own layers that have
    some, in the order in which the upgraded model has them; None where that cannot be told.
    """

    leaves: Sequence[Leaf]
    order: Sequence[int] | None


class Checker:
    """Runs Keras 1.2.2 and tf_keras, which the caller ends. ``scratch`` is a folder for files. Raises VerifyError."""

    def __init__(self, reference: Programs, target: Programs, scratch: Path, limits: Limits) -> None:
        self._old = reference
        self._new = target
        self._scratch = scratch
        self._limits = limits

    def layers(self, program: Program, groups: Sequence[Group]) -> Layers:
        """The layers with weights of the model that the program builds and whose weights the file has.

        Raises :class:`WeightsError` where it builds none.
        """
        wanted = sorted(weight.shape for group in groups for weight in group.weights)
        with self._old.program() as old, self._new.program() as new:
            before = self._captured(old, program.old, program)
            for model in before["models"]:
                saved = old.ask("saved", self._limits.seconds, model=model["record"]) if "nodes" in model else []
                if sorted(_shapes(saved)) == wanted:
                    break
            else:
                if before["error"] and not before["models"]:
                    raise WeightsError(f"{program.name} fails under Keras 1.2.2: {before['error']['text']}")
                raise WeightsError(f"no model that {program.name} builds has weights of the shapes that the file has")
            after = [one for one in self._captured(new, program.new, program)["models"] if "nodes" in one]
            pairs = pairing.pair_models([one for one in before["models"] if "nodes" in one], after)
            upgraded = next((b for a, b in pairs if a is model), None)
            order = None
            if upgraded is not None:
                others = new.ask("saved", self._limits.seconds, model=upgraded["record"])
                order = _order(pairing.pair_layers(model, upgraded), saved, others)
        return Layers([Leaf(one["name"], one["class"], one["arguments"]) for one in saved], order)

    def _captured(self, worker: Worker, folder: Path, program: Program) -> dict[str, Any]:
        found: dict[str, Any] = worker.ask(
            "capture",
            self._limits.seconds + 30,
            script=str(folder / program.script),
            folder=str(folder),
            scratch=str(self._new_folder()),
            floatx="float32",
            ordering=program.ordering,
            seconds=self._limits.seconds,
            call=program.call,
        )
        return found

    def loads(self, destination: str) -> str | None:
        """What tf_keras says against loading a whole model; None if it loads."""
        try:
            with self._new.program() as worker:
                worker.call(_LOAD, "load", str(Path(destination).absolute()))
        except VerifyError as error:
            return one_line(error)
        return None

    def check(self, program: Program, saved: Saved, plan: Plan, source: str, destination: str) -> Checked:
        """Compare both models with their files, layer by layer."""
        original = self._plain(saved, plan, Path(source))
        task = Task(
            program.name,
            program.script,
            program.old,
            program.new,
            program.ordering,
            program.call,
            (original.absolute(), Path(destination).absolute()),
        )
        found = Verifier(self._old, self._new, self._new_folder(), self._limits).verify(task)
        return _checked(found.results)

    def _plain(self, saved: Saved, plan: Plan, source: Path) -> Path:
        """The file as Keras 1.2.2 on TensorFlow computes with it: kernels of Theano turned, deviations squared."""
        changed = [step for step in plan.steps if step.is_turned or step.deviation_epsilon is not None]
        if not changed:
            return source
        copy = self._new_folder() / "original.h5"
        shutil.copyfile(source, copy)
        weights = {group.name: group.weights for group in saved.groups}
        with h5py.File(copy, "r+") as file:
            root = file.get("model_weights", file)
            for step in changed:
                places = [weights[step.part.group][at] for at in step.part.at]
                arrays = convert(step, [weight.values() for weight in places])
                plain = replace(step, is_turned=False, deviation_epsilon=None)
                for weight, array in zip(places, restore(plain, arrays), strict=True):
                    root[step.part.group][weight.name][...] = array
        return copy

    def _new_folder(self) -> Path:
        return Path(tempfile.mkdtemp(dir=self._scratch))


def _order(
    pairs: Sequence[tuple[Described, Described]],
    before: Sequence[Mapping[str, Any]],
    after: Sequence[Mapping[str, Any]],
) -> list[int] | None:
    """The numbers of the original's layers as the upgraded model saves them; both are given in their own order."""
    places = []
    for saved, side in ((before, 0), (after, 1)):
        at = {layer["id"]: place for place, layer in enumerate(saved)}
        found = [[at[leaf["id"]] for leaf in pairing.weighty(pair[side]) if leaf["id"] in at] for pair in pairs]
        places.append([min(one) for one in found if one])
    if len(places[0]) != len(places[1]):
        return None
    together = sorted(zip(*places, strict=True))
    return sorted(range(len(together)), key=lambda number: together[number][1])


def _shapes(layers: Sequence[Mapping[str, Any]]) -> list[Shape]:
    return [tuple(weight["shape"]) for layer in layers for weight in layer["weights"]]


def _is_rounding(result: Result) -> bool:
    """Whether the outputs and those of all layers are as near as numbers of the file can be told apart."""
    errors = [one.max_abs_error for one in result.layers]
    return (
        result.max_rel_error is not None
        and result.max_rel_error <= _TOLERANCE
        and all(error is not None and error <= _TOLERANCE for error in errors)
    )


def _checked(results: Sequence[Result]) -> Checked:
    """What came of the model that the file is of: others that the program builds cannot load it."""
    if not results:
        return Checked("not_compared", "the program builds no model")
    compared = [one for one in results if one.status is not Status.NOT_COMPARED]
    best = [*results[:1], *(one for one in results if NOT_FITTING not in str(one.reason)), *compared[:1]][-1]
    reason = best.reason
    if best.status is Status.DIFFERS and _is_rounding(best):
        best, reason = replace(best, status=Status.IDENTICAL), None
    if best.status is Status.DIFFERS:
        parts = [reason, best.first_diverging_layer and f"first at layer {best.first_diverging_layer}", best.diagnosis]
        reason = ", ".join(filter(None, parts))
    return Checked(best.status.value, reason, best.max_abs_error, best.max_rel_error, len(best.layers))
