"""Keras models as scikit-learn estimators, as in Keras 1.2.2 (wrappers/scikit_learn.py); Keras 2.12 dropped them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from kmigrate.compat._keras import keras
from kmigrate.compat.models import predict_classes, predict_proba

#: The parameters of fit, predict and evaluate that an estimator takes: those of Keras 1, and what Keras 2 calls them.
_FIT = (
    "batch_size",
    "callbacks",
    "class_weight",
    "epochs",
    "initial_epoch",
    "nb_epoch",
    "sample_weight",
    "shuffle",
    "validation_data",
    "validation_split",
    "verbose",
)
_PREDICT = ("batch_size", "verbose")
_EVALUATE = ("batch_size", "sample_weight", "verbose")


class _Estimator:
    """What a classifier and a regressor share: building, fitting and parameters."""

    def __init__(self, build_fn: Callable[..., Any] | None = None, **sk_params: Any) -> None:
        self.build_fn = build_fn
        self.sk_params = sk_params
        self.check_params(sk_params)

    def _builder(self) -> Callable[..., Any]:
        """What builds the model: ``build_fn``, or the ``__call__`` of a subclass."""
        if self.build_fn is not None:
            return self.build_fn
        if not callable(self):
            raise TypeError("build_fn is None: a subclass has to have a method __call__ that builds the model.")
        return self

    def _build_arguments(self) -> set[str]:
        """The names of the parameters of what builds the model."""
        return set(inspect.signature(self._builder()).parameters)

    def check_params(self, params: dict[str, Any]) -> None:
        """Refuse a parameter that neither the builder nor fit, predict or evaluate has."""
        legal = self._build_arguments().union(_FIT, _PREDICT, _EVALUATE)
        for name in params:
            if name not in legal:
                raise ValueError(f"{name} is not a legal parameter")

    def get_params(self, **params: Any) -> dict[str, Any]:  # noqa: ARG002 - scikit-learn gives deep=
        """The parameters, ``build_fn`` among them."""
        return {**self.sk_params, "build_fn": self.build_fn}

    def set_params(self, **params: Any) -> Any:
        """Change parameters; returns the estimator."""
        if "build_fn" in params:
            self.build_fn = params.pop("build_fn")
        self.check_params(params)
        self.sk_params.update(params)
        return self

    def filter_sk_params(self, names: Any, override: dict[str, Any] | None = None) -> dict[str, Any]:
        """The parameters among ``names``, with ``override`` on top."""
        return {**{name: value for name, value in self.sk_params.items() if name in names}, **(override or {})}

    def fit(self, x: Any, y: Any, **kwargs: Any) -> Any:
        """Build a new model and fit it; returns the history. Ten epochs unless told otherwise, as in Keras 1."""
        self.model = self._builder()(**self.filter_sk_params(self._build_arguments()))
        arguments = self.filter_sk_params(_FIT, kwargs)
        epochs = arguments.pop("nb_epoch", 10)
        return self.model.fit(x, self._targets(y), **{"epochs": epochs, "batch_size": 32, **arguments})

    def _targets(self, y: Any) -> Any:
        """Labels as one-hot rows where the loss wants those."""
        loss = self.model.loss
        name = loss if isinstance(loss, str) else getattr(loss, "__name__", getattr(loss, "name", None))
        if name == "categorical_crossentropy" and np.ndim(y) != 2:
            return keras.utils.to_categorical(y)
        return y

    def _evaluate(self, x: Any, y: Any, **kwargs: Any) -> dict[str, float]:
        """The loss and the metrics by name."""
        arguments = {"batch_size": 32, **self.filter_sk_params(_EVALUATE, kwargs)}
        results: dict[str, float] = self.model.evaluate(x, self._targets(y), return_dict=True, **arguments)
        return results

    def __sklearn_is_fitted__(self) -> bool:
        """Whether there is a model, which scikit-learn's pipelines ask."""
        return hasattr(self, "model")

    def __sklearn_tags__(self) -> Any:
        """What scikit-learn 1.6 and later asks of every estimator: neither classifier nor regressor, as in Keras 1."""
        from sklearn.utils import Tags, TargetTags  # type: ignore[import-not-found,import-untyped,unused-ignore]

        return Tags(estimator_type=None, target_tags=TargetTags(required=True))


class KerasClassifier(_Estimator):
    """A classifier (1.2.2, wrappers/scikit_learn.py)."""

    def predict(self, x: Any, **kwargs: Any) -> Any:
        """The classes, as :func:`predict_classes` gives them."""
        return predict_classes(self.model, x, **self.filter_sk_params(_PREDICT, kwargs))

    def predict_proba(self, x: Any, **kwargs: Any) -> Any:
        """The probability of every class; of both where the model has one output."""
        probabilities = predict_proba(self.model, x, **self.filter_sk_params(_PREDICT, kwargs))
        if probabilities.shape[1] == 1:
            return np.hstack([1 - probabilities, probabilities])
        return probabilities

    def score(self, x: Any, y: Any, **kwargs: Any) -> float:
        """The accuracy."""
        results = self._evaluate(x, y, **kwargs)
        for name in ("acc", "accuracy"):
            if name in results:
                return results[name]
        raise ValueError("The model does not compute accuracy: compile it with metrics=['accuracy'].")


class KerasRegressor(_Estimator):
    """A regressor (1.2.2, wrappers/scikit_learn.py)."""

    def predict(self, x: Any, **kwargs: Any) -> Any:
        """The predictions, without axes of size one."""
        arguments = {"batch_size": 32, "verbose": 0, **self.filter_sk_params(_PREDICT, kwargs)}
        return np.squeeze(self.model.predict(x, **arguments))

    def score(self, x: Any, y: Any, **kwargs: Any) -> float:
        """The loss: as in Keras 1.2.2 not negated, so that less is better."""
        return self._evaluate(x, y, **kwargs)["loss"]
