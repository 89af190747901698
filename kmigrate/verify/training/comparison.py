"""One model: train it on both sides with the same weights and batches, and compare what comes of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from kmigrate.verify import drawing
from kmigrate.verify.pairing import Described, Pairs, leaves, pair_layers, weighty
from kmigrate.verify.problems import ChildDiedError, VerifyError
from kmigrate.verify.processes import Worker
from kmigrate.verify.results import LayerError, Metric, Result, Status, Training
from kmigrate.verify.training import calls, numbers, settings, targets

#: Weights of a model that is trained: their gradients, moments and changes take many times their memory.
MOST_WEIGHTS = 30_000_000
#: Epochs that a LearningRateScheduler is asked for, at most.
_MOST_EPOCHS = 200
_RISES = re.compile("acc|fmeasure|fbeta|precision|recall|matthews")
_ACCURACY = re.compile(r"(^|_)acc$")

#: Losses of probabilities, which Keras 1 clips at 1e-7: tf_keras computes them of what goes into a softmax or sigmoid.
_OF_PROBABILITIES = frozenset({"binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy"})
#: What is clipped has no gradient: weights of this part of their size leave outputs that are nearer to each other.
_TAMER = 0.3
_CLIPPED = (
    "Keras 1 clips probabilities at 1e-7 in this loss, Keras 2 does not: they part here, and are compared as clipped"
)

#: What is known of a loss that computes something else under its old name (Keras 1.2.2, objectives.py; tf_keras,
#: src/losses.py).
_KNOWN = {
    "hinge": "hinge of Keras 2 takes targets of 0 and 1 as -1 and 1",
    "squared_hinge": "squared_hinge of Keras 2 takes targets of 0 and 1 as -1 and 1",
    "cosine_proximity": "the cosine is a sum over the last axis now, was a mean",
    "binary_crossentropy": "binary_crossentropy clips probabilities otherwise",
    "categorical_crossentropy": "categorical_crossentropy clips probabilities otherwise",
}
_FUSED = "of rows and columns: tf_keras corrects its moving variance by n/(n-1) in float32, Keras 1 does not"


class _TrainingError(VerifyError):
    """A side does not train; ``is_original`` says which."""

    def __init__(self, is_original: bool, text: str) -> None:
        super().__init__(text)
        self.is_original = is_original


def _with(result: Result, training: Training) -> Result:
    """The result with what training came to."""
    if training.status is not Status.DIFFERS:
        return replace(result, training=training)
    return replace(
        result,
        status=Status.DIFFERS,
        reason="its training is other",
        first_diverging_layer=training.first_layer,
        diagnosis="; ".join(training.differences),
        training=training,
    )


class Trainer:
    """Compares what training does. ``folder`` gives a new empty folder each time, ``seconds`` limit each question."""

    def __init__(self, folder: Callable[[], Path], steps: int, seconds: float) -> None:
        self._folder = folder
        self._steps = steps
        self._seconds = seconds

    def compared(
        self,
        results: Sequence[Result],
        workers: Sequence[Worker],
        models: Sequence[tuple[Described, Described | None]],
        floatx: str,
        ended: str | None,
    ) -> list[Result]:
        """The results of models with what training does, which may make one differ that is identical.

        ``models`` are those of each result, of the original and the upgraded program. ``ended`` is the error that ended
        the upgraded program alone, if one did.
        """
        found = []
        died: str | None = None
        for result, (old, new) in zip(results, models, strict=True):
            if result.status is not Status.IDENTICAL or new is None:
                found.append(result)
                continue
            if died is None:
                try:
                    found.append(_with(result, self._compare(workers, old, new, pair_layers(old, new), floatx, ended)))
                    continue
                except ChildDiedError as error:
                    died = f"its process was stopped: {error}"
            found.append(_with(result, Training(Status.NOT_COMPARED, reason=died)))
        return found

    def _compare(
        self,
        workers: Sequence[Worker],
        old: Described,
        new: Described,
        pairs: Pairs,
        floatx: str,
        ended: str | None,
    ) -> Training:
        ours, theirs = old.get("training"), new.get("training")
        reason = _left_out(old, ours)
        if reason is not None or ours is None:
            return Training(Status.NOT_COMPARED, reason=reason)
        if theirs is None or "error" in theirs:
            why = f": {ended}" if ended else ""
            return _differs([f"the upgraded program does not compile it{why}"])
        stated = [*settings.optimizers(ours, theirs), *_trained(pairs, ours, theirs)]
        asked = calls.calls(ours["calls"], theirs["calls"])
        if ended and len(theirs["calls"]) < len(ours["calls"]):
            missing = ours["calls"][len(theirs["calls"])]["kind"]
            asked.append(f"the upgraded program does not come to {missing}: {ended}")
        try:
            found = self._run(workers, old, new, pairs, floatx)
            # once: a ModelCheckpoint keeps the best that it has seen
            decided = self._decided(workers, old, new, found["names"])
            told = _told(found, decided, old, new, pairs, floatx, stated, asked)
            stated_alone = {*_settings(stated), *asked}
            if _OF_PROBABILITIES.intersection(ours["losses"]) and not stated_alone.issuperset(told.differences):
                again = self._run(workers, old, new, pairs, floatx, clips=True)
                clipped = _told(again, decided, old, new, pairs, floatx, stated, asked)
                if clipped.differences != told.differences:
                    told = replace(clipped, notes=(*clipped.notes, _CLIPPED))
            return told
        except _TrainingError as error:
            if error.is_original:
                words = f"the original does not train on what the comparison makes up: {error}"
                if stated or asked:
                    return replace(_differs([*_settings(stated), *asked], notes=(words,)), failures=(str(error),))
                return Training(Status.NOT_COMPARED, reason=words, failures=(str(error),))
            differences = [*_settings(stated), f"the upgraded model does not train: {error}", *asked]
            return replace(_differs(differences), failures=(str(error),))

    def _run(
        self,
        workers: Sequence[Worker],
        old: Described,
        new: Described,
        pairs: Pairs,
        floatx: str,
        *,
        clips: bool = False,
    ) -> dict[str, Any]:
        """Train both; with ``clips`` the target's crossentropies clip probabilities as Keras 1's do."""
        try:
            return self._trained(workers, (old, new), pairs, floatx, plain=False, clips=clips)
        except _TrainingError as error:
            if not error.is_original:
                raise
            return self._trained(workers, (old, new), pairs, floatx, plain=True, clips=clips)

    def _trained(
        self,
        workers: Sequence[Worker],
        models: tuple[Described, Described],
        pairs: Pairs,
        floatx: str,
        *,
        plain: bool,
        clips: bool,
    ) -> dict[str, Any]:
        old, new = models
        folder = self._folder()
        drawn = drawing.draw_weights([a for a, _ in pairs], 1)
        started = {place: array * _TAMER if clips and array.ndim > 1 else array for place, array in drawn.items()}
        batches, classes = targets.draw(old, self._steps, floatx, 11, plain=plain)
        np.savez(folder / "batches.npz", **batches)  # type: ignore[arg-type]
        drawing.save(folder / "old.npz", started, floatx)
        drawing.save(folder / "new.npz", drawing.moved(pairs, started), floatx)
        try:
            with ThreadPoolExecutor(2) as pool:
                asked = [
                    pool.submit(self._ask, worker, model, folder, side, classes, clips=clips)
                    for worker, model, side in zip(workers, (old, new), ("old", "new"), strict=True)
                ]
            told = []
            for is_original, one in zip((True, False), asked, strict=True):
                try:
                    told.append(one.result())
                except ChildDiedError:
                    raise
                except VerifyError as error:
                    raise _TrainingError(is_original, _short(str(error))) from error
            before, after = (dict(np.load(folder / f"{side}-out.npz")) for side in ("old", "new"))
        finally:
            for path in folder.iterdir():
                path.unlink()
        names = _names(*([name for name, _ in one["steps"][0]["metrics"]] for one in told))
        return {
            "told": told,
            "arrays": (before, after),
            "started": started,
            "names": names,
            "steps": self._steps,
        }

    def _ask(
        self, worker: Worker, model: Described, folder: Path, side: str, classes: Any, *, clips: bool
    ) -> dict[str, Any]:
        found: dict[str, Any] = worker.ask(
            "train",
            self._seconds,
            model=model["record"],
            leaves=[leaf["id"] for layer in model["layers"].values() for leaf in leaves(layer)],
            weights=str(folder / f"{side}.npz"),
            batches=str(folder / "batches.npz"),
            steps=self._steps,
            class_weight=classes,
            clips=clips and side == "new",
            out=str(folder / f"{side}-out.npz"),
        )
        return found

    def _decided(
        self, workers: Sequence[Worker], old: Described, new: Described, names: Sequence[tuple[str, str]]
    ) -> tuple[list[str], list[str]]:
        """Differences and notes about the callbacks of both."""
        sides = [model["training"] for model in (old, new)]
        if not any(side["callbacks"] for side in sides):
            return [], []
        is_validated = any(call.get("validation") for call in sides[0]["calls"])
        values = calls.plateau(max(side["patience"] for side in sides))
        epochs = max([call.get("epochs") or 1 for call in sides[0]["calls"]] + [1])
        found = []
        for worker, model, at in zip(workers, (old, new), (0, 1), strict=True):
            logs = [(pair[at], bool(_RISES.search(pair[0]))) for pair in [("loss", "loss"), *names]]
            logs += [(f"val_{name}", rises) for name, rises in logs] if is_validated else []
            try:
                found.append(
                    worker.ask(
                        "decide",
                        self._seconds,
                        model=model["record"],
                        names=logs,
                        values=values,
                        epochs=min(epochs, _MOST_EPOCHS),
                    )
                )
            except ChildDiedError:
                raise
            except VerifyError as error:
                return [], [f"callbacks are not compared: {_short(str(error))}"]
        differing, notes = calls.decisions(*found)
        own = [one["class"] for one in sides[0]["callbacks"] if one["own"]]
        if own:
            notes.append(f"callbacks of the program's own are not compared: {', '.join(dict.fromkeys(own))}")
        return differing, notes


def _left_out(model: Described, training: Mapping[str, Any] | None) -> str | None:
    """Why a model of Keras 1 is not trained; None where it is."""
    if training is None:
        return "not compiled"
    if "error" in training:
        return f"what it was compiled with cannot be read: {training['error']['text']}"
    if training["snapshot"] != model["snapshot"]:
        return "compiled with other outputs than these"
    count = sum(
        int(np.prod(w["shape"]))
        for layer in model["layers"].values()
        for leaf in weighty(layer)
        for w in leaf["weights"]
    )
    if count > MOST_WEIGHTS:
        return f"it has {count:,} weights: training is compared up to {MOST_WEIGHTS:,}"
    return None


def _differs(differences: Sequence[str], notes: Sequence[str] = ()) -> Training:
    return Training(Status.DIFFERS, differences=tuple(differences), notes=tuple(notes))


def _settings(stated: Sequence[str]) -> list[str]:
    return [f"optimizer setting: {', '.join(stated)}"] if stated else []


def _short(text: str) -> str:
    return " ".join(text.split())[:300]


def _trained(pairs: Pairs, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Layers that only one side trains."""
    before, after = ({layer for layer, _ in side["trained"]} for side in (old, new))
    found = []
    for a, b in pairs:
        for ours, theirs in zip(weighty(a), weighty(b), strict=True):
            if (ours["id"] in before) != (theirs["id"] in after):
                words = "is not trained any more" if ours["id"] in before else "is trained now"
                found.append(f"layer {ours['name']} {words}")
    return found


def _names(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, str]]:
    """Metrics that are the same: both log losses first, then the metrics of each output."""
    if len(old) == len(new):
        return list(zip(old, new, strict=True))
    known = {_ACCURACY.sub(r"\1accuracy", name): name for name in old}
    return [(known[name], name) for name in new if name in known]


def _told(
    found: Mapping[str, Any],
    decided: tuple[list[str], list[str]],
    old: Described,
    new: Described,
    pairs: Pairs,
    floatx: str,
    stated: Sequence[str],
    asked: Sequence[str],
) -> Training:
    ours, theirs = found["told"]
    before, after = found["arrays"]
    differences = _settings(stated)
    first: str | None = None
    losses = [(a["loss"], b["loss"]) for a, b in zip(ours["steps"], theirs["steps"], strict=True)]
    apart = [_relative(had, has) for had, has in losses]
    slopes = numbers.gradients(pairs, before, after, floatx)
    if not apart[0] <= numbers.LOSSES[floatx]:
        layer, words = _why_loss(ours, theirs, old, new, pairs, floatx)
        differences.append(words)
        first = layer
    elif any(one.is_too_far for one in slopes):
        # what goes wrong on the way back shows in all layers before it
        first = [one.layer for one in _in_order(old, slopes) if one.is_too_far][-1]
        differences.append(f"the gradient of layer {first} is other, by {max(one.relative for one in slopes):.2g}")
    metrics, others = _metrics(found["names"], ours["steps"], theirs["steps"], floatx)
    differences += others
    moved, statistics = numbers.changes(pairs, before, after, found["started"], floatx) if found["steps"] else ([], [])
    notes = _notes(old, new["training"]["optimizer"], statistics, floatx)
    if len(found["names"]) != len(ours["steps"][0]["metrics"]):
        sides = [[name for name, _ in one["steps"][0]["metrics"]] for one in (theirs, ours)]
        differences.append(f"metrics {', '.join(sides[0]) or 'none'}, were {', '.join(sides[1]) or 'none'}")
    if not differences and any(one.is_too_far for one in moved):
        first = next(one.layer for one in _in_order(old, moved) if one.is_too_far)
        name = new["training"]["optimizer"]
        differences.append(f"the weights of layer {first} are others after {found['steps']} steps of {name}")
    differing, said = decided
    differences += [*asked, *differing, *_history(old, new, found["names"])]
    notes += [*said, *_initial(old, new, pairs)]
    return Training(
        Status.DIFFERS if differences else Status.IDENTICAL,
        steps=found["steps"],
        losses=tuple(losses),
        loss_error=max(apart),
        gradients=tuple(LayerError(one.layer, one.relative) for one in slopes),
        weights=tuple(LayerError(one.layer, one.relative) for one in moved),
        metrics=tuple(metrics),
        first_layer=first,
        differences=tuple(dict.fromkeys(differences)),
        notes=tuple(dict.fromkeys(notes)),
    )


def _relative(old: float, new: float) -> float:
    if old == new or (np.isnan(old) and np.isnan(new)):
        return 0.0
    apart = abs(old - new) / (1.0 + abs(old))
    return apart if np.isfinite(apart) else float("inf")


def _in_order(model: Described, found: Sequence[numbers.Apart]) -> list[numbers.Apart]:
    """Layers in the order of computation."""
    order: dict[int, int] = {}
    for at, node in enumerate(model["nodes"]):
        for leaf in leaves(model["layers"][str(node["layer"])]):
            order.setdefault(leaf["id"], at)
    return sorted(found, key=lambda one: order.get(one.id, 0))


def _why_loss(
    ours: Mapping[str, Any], theirs: Mapping[str, Any], old: Described, new: Described, pairs: Pairs, floatx: str
) -> tuple[str | None, str]:
    """The layer to name, if there is one, and why the first loss is another one."""
    had, has = ours["steps"][0]["loss"], theirs["steps"][0]["loss"]
    said = f"the loss is {has:.6g}, was {had:.6g}"
    penalties = [
        (a, ours["penalties"].get(str(a["id"]), 0.0), theirs["penalties"].get(str(b["id"]), 0.0))
        for one, other in pairs
        for a, b in zip(leaves(one), leaves(other), strict=False)
    ]
    layer: str | None = None
    words: list[str] = []
    for leaf, before, after in penalties:
        if _relative(before, after) > numbers.LOSSES[floatx]:
            layer = layer or leaf["name"]
            words.append(f"the regularizers of {leaf['name']} add {after:.6g}, was {before:.6g}")
    rest = (had - sum(one[1] for one in penalties), has - sum(one[2] for one in penalties))
    if not words or _relative(*rest) > numbers.LOSSES[floatx]:
        words += settings.losses(old["training"], new["training"]) or [_why_same_loss(old, rest)]
    return layer, f"{said}: {'; '.join(filter(None, words))}".removesuffix(": ")


def _why_same_loss(old: Described, rest: tuple[float, float]) -> str:
    """Why a loss of the same name is another number."""
    training = old["training"]
    weighted = [one for call in training["calls"] for one in call["sample_weight"] or ()]
    words = [_KNOWN[name] for name in dict.fromkeys(training["losses"]) if name in _KNOWN]
    if any(one["zeros"] for one in weighted):
        words = ["weights of samples are divided by the batch size, were by the share of those that are not 0", *words]
    elif _is_masked(old):
        words = ["masked steps count in the average, Keras 1 left them out", *words]
    factor = rest[1] / rest[0] if rest[0] else 0.0
    return "; ".join([*words[:1], f"{factor:.6g} times as large"] if factor and np.isfinite(factor) else words[:1])


def _is_masked(model: Described) -> bool:
    return any(
        layer["class"] == "Masking" or leaf["arguments"].get("mask_zero")
        for layer in model["layers"].values()
        for leaf in leaves(layer)
    )


def _metrics(
    names: Sequence[tuple[str, str]], old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]], floatx: str
) -> tuple[list[Metric], list[str]]:
    """Each metric on the first batch that it differs on, or on the first; and what differs, in words."""
    found, words = [], []
    # after a step of another optimizer the outputs are others, too
    alike = [_relative(a["loss"], b["loss"]) <= numbers.LOSSES[floatx] for a, b in zip(old, new, strict=True)]
    count = max(1, [*alike, False].index(False))
    steps = list(zip(old, new, strict=True))[:count]
    for name, now in names:
        values = [(dict(a["metrics"])[name], dict(b["metrics"])[now]) for a, b in steps]
        had, has = next((pair for pair in values if not _relative(*pair) <= numbers.METRICS[floatx]), values[0])
        found.append(Metric(name, now, had, has))
        if not _relative(had, has) <= numbers.METRICS[floatx]:
            called = name if name == now else f"{name} (now {now})"
            words.append(f"metric {called} is {has:.6g}, was {had:.6g}")
    return found, words


def _notes(old: Described, optimizer: str, statistics: Sequence[numbers.Apart], floatx: str) -> list[str]:
    normal = [
        layer["name"]
        for node in old["nodes"]
        for layer in [old["layers"][str(node["layer"])]]
        if layer["class"] == "BatchNormalization"
        and len(node["shapes"][0]) == 4
        and layer["arguments"].get("mode") == 0
    ]
    notes = [f"BatchNormalization {', '.join(dict.fromkeys(normal))} {_FUSED}"] if normal else []
    if optimizer in settings.UNDER_THE_ROOT:
        notes.append(f"{optimizer} of Keras 2 adds epsilon under the root, Keras 1 to the root: compared as the latter")
    others = [one.layer for one in statistics if one.is_too_far and (floatx == "float64" or one.layer not in normal)]
    if others:
        notes.append(f"the moving statistics of {', '.join(others)} are others after the steps")
    return notes


def _history(old: Described, new: Described, names: Sequence[tuple[str, str]]) -> list[str]:
    """Series of the history that the upgraded program asks for and Keras 2 does not log."""
    had, has = ({*(pair[at] for pair in names), "loss"} for at in (0, 1))
    renamed = dict(names)
    found = []
    for key in new["training"]["asked"]:
        plain = key.removeprefix("val_")
        if key in old["training"]["asked"] and plain in had and plain not in has:
            found.append(f"the history has no {key!r} but {key.replace(plain, renamed[plain])!r}")
    return found


def _initial(old: Described, new: Described, pairs: Pairs) -> list[str]:
    found = numbers.drawn_otherwise(pairs, old["training"]["initial"], new["training"]["initial"])
    return [f"initial weights of {words}" for words in found]
