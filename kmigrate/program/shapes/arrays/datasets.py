"""``keras.datasets``: the arrays that ``load_data`` gives.

Shapes are those of Keras 1.2.2 (keras/datasets) and Keras 2.15 (keras/src/datasets), which agree where both have a data
set. The images of CIFAR follow the image ordering in effect, those of MNIST have no axis of channels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kmigrate.program.shapes.arrays.context import NOT_KNOWN, Context
from kmigrate.program.shapes.tensors import AXES, Array, Axis, Shape, Trust, Unknown

Loader = Callable[[Context, list[object], dict[str, object]], object]


def _given(args: list[object], keywords: dict[str, object], position: int, *names: str) -> object:
    """An argument by position or by one of its names, None if it is not given."""
    if len(args) > position:
        return args[position]
    return next((keywords[name] for name in names if name in keywords), None)


def _labels(context: Context, shape: Shape, classes: int, dtype: str = "uint8") -> Array:
    axes = (Axis.SAMPLES, *(Axis.UNKNOWN,) * (len(shape) - 1))
    return Array(shape, axes, Trust.PROVED, dtype, born=context.place, values=(0, classes))


def _mnist(context: Context, args: list[object], keywords: dict[str, object]) -> object:
    def half(samples: int) -> object:
        axes = (Axis.SAMPLES, Axis.ROWS, Axis.COLUMNS)
        images = Array((samples, 28, 28), axes, Trust.PROVED, "uint8", born=context.place, values=(0, 256))
        return images, _labels(context, (samples,), 10)

    return half(60000), half(10000)


def _cifar(context: Context, classes: int) -> object:
    def half(samples: int) -> object:
        shapes = {"channels_first": (samples, 3, 32, 32), "channels_last": (samples, 32, 32, 3)}
        if context.data_format in shapes:
            shape: Shape = shapes[context.data_format]
            axes, trust = AXES[4, context.data_format], Trust.PROVED
        else:
            shape, axes, trust = (samples, Unknown(), Unknown(), Unknown()), None, Trust.NONE
        images = Array(shape, axes, trust, "uint8", born=context.place, values=(0, 256))
        return images, _labels(context, (samples, 1), classes)

    return half(50000), half(10000)


def _cifar10(context: Context, args: list[object], keywords: dict[str, object]) -> object:
    return _cifar(context, 10)


def _cifar100(context: Context, args: list[object], keywords: dict[str, object]) -> object:
    mode = _given(args, keywords, 0, "label_mode")
    return _cifar(context, 20 if mode == "coarse" else 100)


def _words(context: Context, args: list[object], keywords: dict[str, object]) -> tuple[int, int] | None:
    words = _given(args, keywords, 1, "nb_words", "num_words")
    return (0, words) if isinstance(words, int) and words > 0 else None


def _sequences(context: Context, count: int, words: tuple[int, int] | None, *, whole: bool) -> Array:
    """Lists of word numbers, one for each text; how many are left under a ``maxlen`` is not known."""
    size = count if whole else Unknown()
    return Array((size,), (Axis.SAMPLES,), Trust.PROVED, "object", born=context.place, values=words)


def _texts(
    context: Context, args: list[object], keywords: dict[str, object], counts: tuple[int, int], classes: int
) -> object:
    whole = _given(args, keywords, 3, "maxlen") in (None, 0)
    words = _words(context, args, keywords)

    def half(count: int) -> object:
        texts = _sequences(context, count, words, whole=whole)
        assert texts.shape is not None
        return texts, _labels(context, texts.shape, classes, "int64")

    return half(counts[0]), half(counts[1])


def _imdb(context: Context, args: list[object], keywords: dict[str, object]) -> object:
    return _texts(context, args, keywords, (25000, 25000), 2)


def _split(total: int, share: object, default: float) -> tuple[int, int] | None:
    """How many samples are for training and for testing."""
    share = default if share is None else share
    if not isinstance(share, (int, float)) or not 0 <= share <= 1:
        return None
    training = int(total * (1 - share))
    return training, total - training


def _reuters(context: Context, args: list[object], keywords: dict[str, object]) -> object:
    counts = _split(11228, _given(args, keywords, 4, "test_split"), 0.2)
    return Unknown() if counts is None else _texts(context, args, keywords, counts, 46)


def _boston_housing(context: Context, args: list[object], keywords: dict[str, object]) -> object:
    counts = _split(506, _given(args, keywords, 1, "test_split"), 0.2)
    if counts is None:
        return Unknown()

    def half(count: int) -> object:
        axes = (Axis.SAMPLES, Axis.FEATURES)
        prices = Array((count,), (Axis.SAMPLES,), Trust.PROVED, "float64", born=context.place)
        return Array((count, 13), axes, Trust.PROVED, "float64", born=context.place), prices

    return half(counts[0]), half(counts[1])


LOADERS: Mapping[str, Loader] = {
    "mnist": _mnist,
    "fashion_mnist": _mnist,
    "cifar10": _cifar10,
    "cifar100": _cifar100,
    "imdb": _imdb,
    "reuters": _reuters,
    "boston_housing": _boston_housing,
}


def load(path: str, args: list[object], keywords: dict[str, object], context: Context) -> object:
    """A call of ``keras.datasets.NAME.FUNCTION``: pairs of arrays for ``load_data``, NOT_KNOWN for what is no table."""
    parts = path.split(".")
    if parts[-1] == "load_data" and parts[-2] in LOADERS:
        return LOADERS[parts[-2]](context, args, keywords)
    return NOT_KNOWN
