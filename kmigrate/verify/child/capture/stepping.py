"""Some steps of training: the loss, the gradients, the metrics, and what becomes of the weights."""

import contextlib
import sys
from typing import Any, Dict, Iterator, List

from kmigrate.verify.child.capture import clipping
from kmigrate.verify.child.capture.compiling import Compiled
from kmigrate.verify.child.capture.computing import load
from kmigrate.verify.child.capture.describing import Describer
from kmigrate.verify.child.capture.sides import Side


def train(
    describer: Describer,
    compiled: Compiled,
    leaves: List[int],
    weights: str,
    batches: str,
    steps: int,
    class_weight: Any,
    clips: bool,
    out: str,
) -> Dict[str, Any]:
    """Train a compiled model from given weights on given batches; with ``clips``, on losses that clip as Keras 1's.

    ``weights`` is an .npz of arrays ``LAYER_NUMBER``, ``batches`` one of ``x_STEP_INPUT``, ``y_STEP_OUTPUT`` and, where
    samples have weights, ``w_STEP_OUTPUT``. The file ``out`` gets ``g_LAYER_NUMBER``, the gradients of the first step
    before any clipping, ``s_LAYER_NUMBER``, the smallest size of each over all steps, and ``w_LAYER_NUMBER``, the
    weights after the last one. The result has ``steps``, for each the ``loss`` (with penalties) and the ``metrics`` as
    pairs of name and value, and ``penalties``, what the regularizers of each of ``leaves`` add to the loss in the first
    step.
    """
    import numpy as np

    side = describer.side
    values = dict(np.load(weights))
    load(side, describer, values)
    for layer in compiled.model.layers:
        if getattr(layer, "stateful", False) and hasattr(layer, "reset_states"):
            layer.reset_states()
    places = {id(describer.leaves[layer].weights[at]): (layer, at) for layer, at in _numbers(values)}
    fed = np.load(batches)
    data = [
        [[fed[name] for name in _named(fed.files, "{}_{}_".format(part, step))] for part in "xyw"]
        for step in range(steps)
    ]
    classes = {int(key): weight for key, weight in class_weight} if class_weight else None
    run = _Reference(side, compiled) if side.is_reference else _Target(side, compiled)
    penalised = [(leaf, describer.leaves[leaf]) for leaf in leaves]
    found: Dict[str, Any] = {"steps": [], "penalties": {}}
    made: Dict[str, Any] = {}
    with run.ready(penalised), clipping.as_in_keras_1(side) if clips else contextlib.ExitStack():
        for number, (x, y, w) in enumerate(data):
            loss, metrics, gradients, penalties = run.step(x, y, w or None, classes)
            found["steps"].append({"loss": float(loss), "metrics": [[name, float(value)] for name, value in metrics]})
            if not number:
                found["penalties"] = {str(leaf): float(value) for leaf, value in penalties}
            for weight, value in zip(compiled.trained, gradients):
                if id(weight) in places and value is not None:
                    name = "{}_{}".format(*places[id(weight)])
                    made.setdefault("g_" + name, value)
                    made["s_" + name] = np.minimum(np.abs(value), made.get("s_" + name, np.inf))
    for layer, at in _numbers(values):
        made["w_{}_{}".format(layer, at)] = side.K.get_value(describer.leaves[layer].weights[at])
    np.savez(out, **made)
    return found


def _numbers(values: Dict[str, Any]) -> List[Any]:
    return [tuple(map(int, name.split("_"))) for name in values]


def _named(names: List[str], start: str) -> List[str]:
    return sorted((name for name in names if name.startswith(start)), key=lambda name: int(name.rpartition("_")[2]))


class _Reference:
    """``Model._make_train_function`` of Keras 1.2.2 (engine/training.py), with the gradients as outputs, too."""

    def __init__(self, side: Side, compiled: Compiled) -> None:
        self._side = side
        self._compiled = compiled

    @contextlib.contextmanager
    def ready(self, leaves: List[Any]) -> Iterator[None]:
        """Make the function; the optimizer's own variables are afterwards what they were."""
        K, model = self._side.K, self._compiled.model  # noqa: N806
        optimizer = model.optimizer
        # those that were made of a number, such as the count of steps, have no ``_keras_shape``
        variables = [one for one in vars(optimizer).values() if hasattr(one, "_uses_learning_phase")]
        before = [K.get_value(one) for one in variables]
        gradients = K.gradients(model.total_loss, self._compiled.trained) if self._compiled.trained else []
        self._has = [one is not None for one in gradients]
        self._leaves = [leaf for leaf, layer in leaves if getattr(layer, "losses", None)]
        penalties = [sum(layer.losses) for _, layer in leaves if getattr(layer, "losses", None)]
        phase = K.learning_phase()
        self._is_fed = model.uses_learning_phase and not isinstance(phase, int)
        steps = optimizer.get_updates(self._compiled.trained, model.constraints, model.total_loss)
        outputs = [model.total_loss] + model.metrics_tensors + [_dense(one) for one in gradients if one is not None]
        self._function = K.__kmigrate_function__(
            model.inputs + model.targets + model.sample_weights + ([phase] if self._is_fed else []),
            outputs + [one + 0.0 for one in penalties],
            updates=model.updates + steps,
        )
        try:
            yield
        finally:
            K.batch_set_value(list(zip(variables, before)))

    def step(self, x: Any, y: Any, w: Any, class_weight: Any) -> Any:
        model = self._compiled.model
        x, y, weights = model._standardize_user_data(x, y, sample_weight=w, class_weight=class_weight)
        found = iter(self._function(x + y + weights + ([1.0] if self._is_fed else [])))
        loss = next(found)
        # a metric that gives one number for each sample is averaged by its users (callbacks.py, ``BaseLogger``)
        metrics = [(name, next(found).mean()) for name in model.metrics_names[1:]]
        gradients = [next(found) if has else None for has in self._has]
        return loss, metrics, gradients, [(leaf, next(found).sum()) for leaf in self._leaves]


def _dense(gradient: Any) -> Any:
    if not hasattr(gradient, "indices"):
        return gradient
    import tensorflow as tf

    return tf.convert_to_tensor(gradient)


class _Target:
    """``Model.train_step`` of tf_keras (src/engine/training.py), step for step."""

    def __init__(self, side: Side, compiled: Compiled) -> None:
        self._side = side
        self._compiled = compiled

    @contextlib.contextmanager
    def ready(self, leaves: List[Any]) -> Iterator[None]:
        """Layers are frozen or not as they were when the model was compiled, as in ``fit``.

        The optimizer's own variables are afterwards what they were.
        """
        self._leaves = leaves
        optimizer = self._compiled.model.optimizer
        optimizer.build(self._compiled.trained)
        variables = list(getattr(optimizer, "_variables", []))
        before = [variable.numpy() for variable in variables]
        try:
            with self._side.module("src.engine.training_utils").RespectCompiledTrainableState(self._compiled.model):
                yield
        finally:
            for variable, value in zip(variables, before):
                variable.assign(value)

    def step(self, x: Any, y: Any, w: Any, class_weight: Any) -> Any:
        import numpy as np
        import tensorflow.compat.v2 as tf

        model = self._compiled.model
        adapter = self._side.module("src.engine.data_adapter")
        one = [part if part is None or len(part) > 1 else part[0] for part in (x, y, w)]
        batch = next(adapter.single_batch_iterator(model.distribute_strategy, *one, class_weight=class_weight))
        x, y, weights = adapter.unpack_x_y_sample_weight(batch)
        model.reset_metrics()
        with tf.GradientTape(persistent=True) as tape:
            predicted = model(x, training=True)
            loss = model.compute_loss(x, y, predicted, weights)
        penalties = [(leaf, sum(float(np.sum(one)) for one in layer.losses)) for leaf, layer in self._leaves]
        gradients = tape.gradient(loss, self._compiled.trained)
        with _epsilon_beside_the_root(self._side, model.optimizer):
            model.optimizer.minimize(loss, self._compiled.trained, tape=tape)
        metrics = [(name, np.mean(value)) for name, value in model.compute_metrics(x, y, predicted, weights).items()]
        found = [None if one is None else np.asarray(tf.convert_to_tensor(one)) for one in gradients]
        return np.mean(loss), [pair for pair in metrics if pair[0] != "loss"], found, penalties


class _Roots:
    """TensorFlow, whose square roots are larger by a number."""

    def __init__(self, real: Any, more: float) -> None:
        self._real = real
        self._more = more
        self.math = self

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name, None) or getattr(self._real.math, name)

    def sqrt(self, x: Any) -> Any:
        return self._real.sqrt(x) + self._more

    def rsqrt(self, x: Any) -> Any:
        return 1.0 / (self._real.sqrt(x) + self._more)


@contextlib.contextmanager
def _epsilon_beside_the_root(side: Side, optimizer: Any) -> Iterator[None]:
    """RMSprop and Adagrad of tf_keras divide by sqrt(v + epsilon), Keras 1 by sqrt(v) + epsilon: divide as Keras 1.

    The square of Keras 1's epsilon is the nearest that tf_keras has (src/optimizers/rmsprop.py, adagrad.py). That is
    told of each such model, and all else is compared without that difference.
    """
    module = sys.modules[type(optimizer).__module__]
    is_one = type(optimizer).__name__ in ("RMSprop", "Adagrad")
    if not is_one or module.__name__.rpartition(".")[0] != side.package + ".src.optimizers":
        yield
        return
    real, epsilon = vars(module)["tf"], optimizer.epsilon
    vars(module)["tf"], optimizer.epsilon = _Roots(real, epsilon**0.5), 0.0
    try:
        yield
    finally:
        vars(module)["tf"], optimizer.epsilon = real, epsilon
