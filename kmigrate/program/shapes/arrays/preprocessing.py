"""``keras.utils.np_utils`` and ``keras.preprocessing`` of sequences and texts.

Keras 1.2.2: keras/utils/np_utils.py, keras/preprocessing/sequence.py and text.py; Keras 2.15: the same names in
keras/src/utils and keras/src/preprocessing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kmigrate.program.shapes.arrays import dtypes, sizes
from kmigrate.program.shapes.arrays.context import NOT_KNOWN, Context, Handler, Unclear
from kmigrate.program.shapes.arrays.indexing import length, region
from kmigrate.program.shapes.arrays.objects import DataObject
from kmigrate.program.shapes.arrays.reductions import all_taken
from kmigrate.program.shapes.arrays.values import as_array, as_size, flat, is_open
from kmigrate.program.shapes.tensors import Array, Axis, Shape, Size, Trust, Unknown


def to_categorical(
    context: Context, y: object, num_classes: object = None, dtype: object = None, nb_classes: object = None
) -> object:
    """One column a class. Keras 1 flattens the labels, Keras 2 keeps their axes but for a last one of size 1."""
    labels = as_array(y)
    wanted = nb_classes if num_classes is None else num_classes
    classes = classes_of(labels) if wanted in (None, 0) else as_size(wanted)
    kind = "float64" if context.version == 1 else "float32"
    kind = kind if dtype is None else dtypes.dtype_of(dtype)
    if labels.shape is None:
        return Array(None, dtype=kind)
    front: Shape = labels.shape
    if len(front) > 1 and front[-1] == 1:
        front = front[:-1]
    elif len(front) > 1 and context.version == 2 and not isinstance(front[-1], int):
        return Array(None, dtype=kind)
    if context.version == 1:
        front = (sizes.product(front),)
    axes, trust = None, Trust.NONE
    if labels.axes is not None and len(front) == 1 and labels.axes[0] is Axis.SAMPLES:
        axes, trust = (Axis.SAMPLES, Axis.FEATURES), labels.trust
    return Array((*front, classes), axes, trust, kind, born=context.place, values=(0, 2))


def classes_of(labels: Array) -> Size:
    """One more than the largest label, where it is known or next to certain."""
    if labels.value is not None:
        numbers = [int(leaf) for leaf in flat(labels) if isinstance(leaf, (int, float))]
        return max(numbers) + 1 if numbers else Unknown()
    return labels.values[1] if labels.values is not None and all_taken(labels) else Unknown()


def same_shape(context: Context, a: object, *args: object, **keywords: object) -> object:
    """``normalize``, ``preprocess_input``: other numbers in the same shape."""
    if isinstance(a, Array):
        return replace(a, value=None, values=None, dtype="")
    if isinstance(a, list):
        return replace(as_array(a), value=None, values=None, dtype="")
    raise Unclear


def probas_to_classes(context: Context, y_pred: object) -> object:
    """One class number a sample."""
    given = as_array(y_pred)
    if not given.shape:
        raise Unclear
    return Array((given.shape[0],), dtype="int64")


def pad_sequences(
    context: Context,
    sequences: object,
    maxlen: object = None,
    dtype: object = "int32",
    padding: object = "pre",
    truncating: object = "pre",
    value: object = 0.0,
) -> object:
    """Sequences of one length: (number of sequences, ``maxlen``) and what the elements of the sequences have."""
    count = length(sequences)
    inner: Shape | None = None
    longest: Size = Unknown()
    if isinstance(sequences, Array) and sequences.dtype == "object" and sequences.rank == 1:
        # lists of numbers, which the data sets of Keras and its Tokenizer give
        inner = ()
    elif isinstance(sequences, Array) and sequences.shape is not None and len(sequences.shape) > 1:
        longest, inner = sequences.shape[1], sequences.shape[2:]
    elif isinstance(sequences, (list, tuple)) and sequences:
        rows = [as_array(row).shape for row in sequences if isinstance(row, (list, tuple, Array))]
        known = [row for row in rows if row and row[0] != 0]
        if known and all(row is not None for row in rows) and len(rows) == len(sequences):
            inner = known[0][1:]
            lengths = [row[0] for row in known]
            if all(isinstance(size, int) for size in lengths) and not is_open(sequences):
                longest = max(size for size in lengths if isinstance(size, int))
    steps = longest if maxlen is None else as_size(maxlen)
    bounds = sequences.values if isinstance(sequences, Array) else None
    if bounds is not None and isinstance(value, (int, float)) and value == int(value):
        bounds = (min(bounds[0], int(value)), max(bounds[1], int(value) + 1))
    else:
        bounds = None
    kind = dtypes.dtype_of(dtype)
    if inner is None:
        return Array(None, dtype=kind, born=context.place)
    axes = (Axis.SAMPLES, Axis.TIME, *(Axis.UNKNOWN,) * len(inner))
    return Array((count, steps, *inner), axes, Trust.PROVED, kind, born=context.place, values=bounds)


def sliced(context: Context, X: object, start: object = None, stop: object = None) -> object:  # noqa: N803
    """``keras.engine.training.slice_X`` of Keras 1: the same rows of an array or of each of a list."""
    if isinstance(X, list) and not is_open(X):
        return [sliced(context, one, start, stop) for one in X]
    if not isinstance(X, Array):
        raise Unclear
    return region(X, start if isinstance(start, (list, Array)) else slice(start, stop))


def make_sampling_table(context: Context, size: object, sampling_factor: object = 1e-5) -> object:
    """One probability a word."""
    return Array((as_size(size),), dtype="float64")


def unclear(context: Context, *args: object, **keywords: object) -> object:
    """Lists of words and of couples, whose lengths depend on the texts."""
    raise Unclear


@dataclass(frozen=True, slots=True, eq=False)
class Tokenizer(DataObject):
    """``keras.preprocessing.text.Tokenizer`` of the ``words`` most frequent words (None: of all)."""

    words: Size

    def method(self, name: str, args: list[object], keywords: dict[str, object], context: Context) -> object:
        """Sequences are lists of word numbers from 1, matrices have a column a word."""
        texts = args[0] if args else next((keywords[key] for key in ("texts", "sequences") if key in keywords), None)
        if name.startswith("fit_on_"):
            return None
        if name == "texts_to_sequences":
            bounds = (0, self.words) if isinstance(self.words, int) else None
            return Array((length(texts),), (Axis.SAMPLES,), Trust.PROVED, "object", born=context.place, values=bounds)
        if name in ("texts_to_matrix", "sequences_to_matrix"):
            columns = Unknown() if self.words is None else self.words
            axes = (Axis.SAMPLES, Axis.FEATURES)
            return Array((length(texts), columns), axes, Trust.PROVED, "float64", born=context.place)
        return NOT_KNOWN

    def attribute(self, name: str) -> object:
        """``nb_words`` and ``num_words`` are what it was made with."""
        return self.words if name in ("nb_words", "num_words") else NOT_KNOWN


def tokenizer(context: Context, *args: object, **keywords: object) -> object:
    """``Tokenizer(…)``, whose first parameter has had two names."""
    words = args[0] if args else keywords.get("nb_words", keywords.get("num_words"))
    return Tokenizer(as_size(words))


#: by the last part of the path
FUNCTIONS: Mapping[str, Handler] = {
    "to_categorical": to_categorical,
    "normalize": same_shape,
    "preprocess_input": same_shape,
    "convert_kernel": same_shape,
    "probas_to_classes": probas_to_classes,
    "categorical_probas_to_classes": probas_to_classes,
    "pad_sequences": pad_sequences,
    "make_sampling_table": make_sampling_table,
    "Tokenizer": tokenizer,
    "slice_X": sliced,
    **dict.fromkeys(("skipgrams", "one_hot", "hashing_trick", "text_to_word_sequence", "get_file"), unclear),
}
