"""Libraries of tables and of learning machines: scikit-learn and pandas, as far as shapes go."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kmigrate.program.shapes.arrays import indexing
from kmigrate.program.shapes.arrays.context import NOT_KNOWN, Context, Handler, Unclear
from kmigrate.program.shapes.arrays.objects import DataObject
from kmigrate.program.shapes.arrays.preprocessing import classes_of
from kmigrate.program.shapes.arrays.sizes import differ, show
from kmigrate.program.shapes.arrays.values import as_array, as_size, is_open
from kmigrate.program.shapes.tensors import Array, Fault, Shape, Size, Unknown


def train_test_split(context: Context, *arrays: object, **options: object) -> object:
    """``sklearn.model_selection.train_test_split``: of each array a part for training and one for testing.

    Raises Fault ('data-samples') where the arrays differ in length.
    """
    given = [as_array(one) if isinstance(one, (Array, Table, list)) else Array(None) for one in arrays]
    lengths = [one.shape[0] for one in given if one.shape]
    for size in lengths[1:]:
        if differ(lengths[0], size):
            shown = ", ".join(show(one.shape) for one in given)
            raise Fault("data-samples", f"arrays of shapes {shown} cannot be split together: they differ in length")
    whole: Size = next((size for size in lengths if isinstance(size, int)), Unknown())
    training, testing = _parts(whole, options.get("train_size"), options.get("test_size"))
    parts: list[object] = []
    for one, original in zip(given, arrays, strict=True):
        if isinstance(original, list) or one.shape is None or not one.shape:
            parts += [Array(None, dtype=one.dtype) if isinstance(original, Array) else Unknown() for _ in range(2)]
        else:
            shapes = [(size, *one.shape[1:]) for size in (training, testing)]
            table = isinstance(original, Table)
            parts += [Table(shape) if table else replace(one, shape=shape, value=None) for shape in shapes]
    return parts


def _parts(whole: Size, train_size: object, test_size: object) -> tuple[Size, Size]:
    """How many samples are for training and for testing: tests are rounded up, the rest is for training."""
    given = [size for size in (train_size, test_size) if size is not None]
    if not isinstance(whole, int) or not all(isinstance(size, (int, float)) for size in given):
        return Unknown(), Unknown()
    testing = _part(whole, test_size, up=True)
    training = _part(whole, train_size, up=False)
    if testing is None and training is None:
        testing = math.ceil(0.25 * whole)
    if training is None:
        training = whole - (testing or 0)
    if testing is None:
        testing = whole - training
    return training, testing


def _part(whole: int, size: object, *, up: bool) -> int | None:
    if isinstance(size, float):
        return math.ceil(whole * size) if up else math.floor(whole * size)
    return size if isinstance(size, int) else None


def shuffled(context: Context, *arrays: object, **options: object) -> object:
    """``sklearn.utils.shuffle``: the same shapes in another order."""
    if options.get("n_samples") is not None:
        raise Unclear
    made = [replace(one, value=None) if isinstance(one, Array) else Unknown() for one in arrays]
    return made[0] if len(made) == 1 else made


@dataclass(frozen=True, slots=True, eq=False)
class Transformer(DataObject):
    """Something of scikit-learn with ``fit`` and ``transform``; ``kind`` says what it does to the columns."""

    kind: str
    columns: Size = None

    def method(self, name: str, args: list[object], keywords: dict[str, object], context: Context) -> object:
        """``fit`` gives the object itself, the others arrays."""
        if name in ("fit", "partial_fit"):
            return self
        if name not in ("fit_transform", "transform", "inverse_transform") or not args:
            return NOT_KNOWN
        if isinstance(args[0], (DataObject, Unknown)):
            return Unknown()
        data = as_array(args[0])
        if self.kind == "same":
            return replace(data, value=None, values=None, dtype="float64")
        if name == "inverse_transform" or not data.shape:
            return Array(None)
        if self.kind == "labels":
            return Array(data.shape[:1], dtype="int64", born=context.place, values=data.values)
        if self.kind == "indicator":
            # two classes make one column
            classes = classes_of(data) if name == "fit_transform" else Unknown()
            columns = classes if isinstance(classes, int) and classes > 2 and data.value is None else Unknown()
            return Array((data.shape[0], columns), dtype="int64", born=context.place)
        return Array((data.shape[0], self.columns if self.columns is not None else Unknown()), dtype="float64")


def _transformer(kind: str) -> Handler:
    def handler(context: Context, *args: object, **keywords: object) -> object:
        return Transformer(kind)

    return handler


def reducer(context: Context, n_components: object = None, **keywords: object) -> object:
    """``sklearn.decomposition.PCA``: so many columns."""
    return Transformer("columns", n_components if isinstance(n_components, int) else Unknown())


def binarize(context: Context, y: object, classes: object = None, **others: object) -> object:
    """``sklearn.preprocessing.label_binarize``."""
    labels = as_array(y)
    if not labels.shape or not isinstance(classes, (list, tuple)) or is_open(classes) or len(classes) < 3:
        raise Unclear
    return Array((labels.shape[0], len(classes)), dtype="int64")


@dataclass(frozen=True, slots=True, eq=False)
class Splitter(DataObject):
    """``KFold`` and others: ``split`` gives pairs of arrays of indices."""

    def method(self, name: str, args: list[object], keywords: dict[str, object], context: Context) -> object:
        """``split`` is gone through."""
        return self if name == "split" else NOT_KNOWN

    def element(self) -> object:
        """Indices for training and for testing."""
        return Array((Unknown(),), dtype="int64"), Array((Unknown(),), dtype="int64")


def splitter(context: Context, *args: object, **keywords: object) -> object:
    """``KFold(…)``."""
    return Splitter()


@dataclass(frozen=True, slots=True, eq=False)
class Bunch(DataObject):
    """What ``sklearn.datasets.load_…`` gives."""

    data: Array
    target: Array

    def attribute(self, name: str) -> object:
        """``data`` and ``target``."""
        return getattr(self, name) if name in ("data", "target") else NOT_KNOWN

    def subscript(self, index: object) -> object:
        """The same by name."""
        return getattr(self, index) if index in ("data", "target") else Unknown()


#: samples, columns and classes (0: numbers) of scikit-learn's own data sets
_TOYS: Mapping[str, tuple[int, int, int]] = {
    "load_iris": (150, 4, 3),
    "load_digits": (1797, 64, 10),
    "load_wine": (178, 13, 3),
    "load_breast_cancer": (569, 30, 2),
    "load_boston": (506, 13, 0),
    "load_diabetes": (442, 10, 0),
}


def _toy(name: str) -> Handler:
    def handler(context: Context, *args: object, **keywords: object) -> object:
        samples, columns, classes = _TOYS[name]
        if args or set(keywords) - {"return_X_y"}:
            raise Unclear
        kind = "int64" if classes else "float64"
        bounds = (0, classes) if classes else None
        data = Array((samples, columns), dtype="float64", born=context.place)
        target = Array((samples,), dtype=kind, born=context.place, values=bounds)
        return (data, target) if keywords.get("return_X_y") is True else Bunch(data, target)

    return handler


def make_regression(
    context: Context,
    n_samples: object = 100,
    n_features: object = 100,
    n_informative: object = 10,
    n_targets: object = 1,
    **others: object,
) -> object:
    """``sklearn.datasets.make_regression``: numbers to predict, one column each where there are several."""
    if others.get("coef"):
        raise Unclear
    samples, targets = as_size(n_samples), as_size(n_targets)
    data = Array((samples, as_size(n_features)), dtype="float64", born=context.place)
    if targets == 1:
        return data, Array((samples,), dtype="float64", born=context.place)
    shape = (samples, targets) if isinstance(targets, int) else None
    return data, Array(shape, dtype="float64", born=context.place)


def _made(columns: int, named: bool) -> Handler:
    """``make_…`` functions: samples by name or as the first argument, and columns."""

    def handler(context: Context, n_samples: object = 100, n_features: object = columns, **others: object) -> object:
        if not named and n_features != columns:
            raise Unclear
        samples = as_size(n_samples)
        data = Array((samples, as_size(n_features)), dtype="float64", born=context.place)
        return data, Array((samples,), born=context.place)

    return handler


@dataclass(frozen=True, slots=True, eq=False)
class Table(DataObject):
    """A DataFrame (two axes) or a Series (one) of pandas."""

    shape: Shape

    def whole(self) -> Array:
        """Its values."""
        return Array(self.shape)

    def attribute(self, name: str) -> object:
        """``values`` is the array, ``iloc`` is indexed like one."""
        if name == "values":
            return self.whole()
        if name == "shape":
            return self.shape
        if name == "iloc":
            return Rows(self.shape)
        if name == "T":
            return Table(self.shape[::-1])
        return NOT_KNOWN

    def method(self, name: str, args: list[object], keywords: dict[str, object], context: Context) -> object:
        """What keeps the shape, and what gives the array."""
        if name in ("as_matrix", "to_numpy") and not args:
            return self.whole()
        if name in ("copy", "fillna", "astype", "replace", "interpolate", "reset_index", "sort_index", "round", "abs"):
            return None if keywords.get("inplace") is True else self if name != "reset_index" else _open(self.shape)
        if name in ("drop", "dropna", "sample", "query", "drop_duplicates"):
            # rows or columns are gone
            return None if keywords.get("inplace") is True else _open(self.shape)
        if name in ("head", "tail"):
            count = args[0] if args else 5
            whole = self.shape[0]
            rows = min(count, whole) if isinstance(count, int) and isinstance(whole, int) else Unknown()
            return Table((rows, *self.shape[1:]))
        return NOT_KNOWN

    def subscript(self, index: object) -> object:
        """A column by its name, columns by a list of names."""
        if len(self.shape) != 2:
            return Unknown()
        if isinstance(index, str):
            return Table(self.shape[:1])
        named = isinstance(index, list) and index and not is_open(index) and all(isinstance(one, str) for one in index)
        return Table((self.shape[0], len(index))) if named and isinstance(index, list) else Unknown()

    @property
    def length(self) -> Size:
        """Rows."""
        return self.shape[0]


def _open(shape: Shape) -> Table:
    return Table(tuple(Unknown() for _ in shape))


@dataclass(frozen=True, slots=True, eq=False)
class Rows(DataObject):
    """``iloc`` of a table."""

    shape: Shape

    def subscript(self, index: object) -> object:
        """As of an array."""
        try:
            found = indexing.region(Array(self.shape), index)
        except Unclear:
            return Unknown()
        return Table(found.shape) if found.shape else Unknown()


def read_table(context: Context, *args: object, **keywords: object) -> object:
    """``pandas.read_csv``: rows and columns, how many is in the file."""
    if keywords.get("squeeze") or keywords.get("chunksize") is not None or keywords.get("iterator"):
        raise Unclear
    columns: Size = Unknown()
    wanted = keywords.get("usecols")
    if isinstance(wanted, Sequence) and not isinstance(wanted, str) and not is_open(wanted):
        columns = len(wanted) if keywords.get("index_col") is None else Unknown()
    return Table((Unknown(), columns))


_SCALERS = ("StandardScaler", "MinMaxScaler", "MaxAbsScaler", "RobustScaler", "Normalizer", "Binarizer")

FUNCTIONS: Mapping[str, Handler] = {
    "sklearn.model_selection.train_test_split": train_test_split,
    "sklearn.cross_validation.train_test_split": train_test_split,
    "sklearn.utils.shuffle": shuffled,
    **{f"sklearn.preprocessing.{name}": _transformer("same") for name in _SCALERS},
    "sklearn.preprocessing.LabelEncoder": _transformer("labels"),
    "sklearn.preprocessing.LabelBinarizer": _transformer("indicator"),
    "sklearn.preprocessing.label_binarize": binarize,
    "sklearn.decomposition.PCA": reducer,
    "sklearn.decomposition.TruncatedSVD": reducer,
    **{
        f"sklearn.model_selection.{name}": splitter
        for name in ("KFold", "StratifiedKFold", "ShuffleSplit", "StratifiedShuffleSplit", "TimeSeriesSplit")
    },
    **{f"sklearn.datasets.{name}": _toy(name) for name in _TOYS},
    "sklearn.datasets.make_regression": make_regression,
    "sklearn.datasets.make_classification": _made(20, named=True),
    "sklearn.datasets.make_blobs": _made(2, named=True),
    "sklearn.datasets.make_moons": _made(2, named=False),
    "sklearn.datasets.make_circles": _made(2, named=False),
    **dict.fromkeys(("pandas.read_csv", "pandas.read_table", "pandas.read_excel"), read_table),
}
