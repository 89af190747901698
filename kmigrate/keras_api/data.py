"""What became of datasets, preprocessing, utils, wrappers and applications.

The facts are those of Keras 1.2.2 (the module of each name). The rows are held against tf_keras by reflection;
sentences about behaviour come from reading both sources.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from kmigrate.keras_api.model import Disposition, Dropped, How, Person, Pin, Row, Table, To, ValueMap
from kmigrate.keras_api.numbers import Numbers
from kmigrate.keras_api.values import ORDERING


def _same(module: str, names: str, note: str = "") -> Iterable[tuple[str, Row]]:
    return ((f"{module}.{name}", Row(to=f"{module}.{name}", note=note)) for name in names.split())


def _compat(module: str, names: str, note: str = "") -> Iterable[tuple[str, Row]]:
    return ((f"{module}.{name}", Row(How.COMPAT, f"kmigrate.compat.{name}", note=note)) for name in names.split())


def _gone(module: str, names: str, note: str, how: How = How.PERSON) -> Iterable[tuple[str, Row]]:
    return ((f"{module}.{name}", Row(how, note=note)) for name in names.split())


_DATA_FORMAT = To("data_format", ORDERING)

# --- datasets -------------------------------------------------------------------------------------------------------


def _path(*old: str, new: str) -> dict[str, Disposition]:
    """``path`` names the file in the cache folder; Keras 2 keeps the data in another file."""
    return {"path": To("path", ValueMap({repr(name): repr(new) for name in old}))}


_ORDER = "The samples come from another file: the same reviews, but check the order where it matters."

DATASETS: Table = {
    **dict(
        _gone(
            "keras.datasets.cifar",
            "load_batch",
            "Read one file of CIFAR's archive: `keras.datasets.cifar10.load_data()` reads them all.",
        )
    ),
    "keras.datasets.cifar10.load_data": Row(to="keras.datasets.cifar10.load_data"),
    "keras.datasets.cifar100.load_data": Row(to="keras.datasets.cifar100.load_data"),
    "keras.datasets.imdb.get_word_index": Row(
        to="keras.datasets.imdb.get_word_index", params=_path("imdb_word_index.pkl", new="imdb_word_index.json")
    ),
    "keras.datasets.imdb.load_data": Row(
        to="keras.datasets.imdb.load_data",
        params={**_path("imdb_full.pkl", "imdb.pkl", new="imdb.npz"), "nb_words": To("num_words")},
        note=_ORDER,
    ),
    "keras.datasets.mnist.load_data": Row(
        to="keras.datasets.mnist.load_data", params=_path("mnist.pkl.gz", "mnist.pkl", new="mnist.npz")
    ),
    "keras.datasets.reuters.get_word_index": Row(
        to="keras.datasets.reuters.get_word_index",
        params=_path("reuters_word_index.pkl", new="reuters_word_index.json"),
    ),
    "keras.datasets.reuters.load_data": Row(
        to="keras.datasets.reuters.load_data",
        params={**_path("reuters.pkl", new="reuters.npz"), "nb_words": To("num_words")},
        note=_ORDER,
    ),
}

# --- preprocessing.image --------------------------------------------------------------------------------------------

_IMAGE = "keras.preprocessing.image"

#: Radians to degrees.
_DEGREES = ValueMap(Numbers(math.degrees, "0.1", "0.2", "0.5"), template="57.29577951308232 * {}")
_GEOMETRY = ("rotation_range", "width_shift_range", "height_shift_range", "shear_range", "zoom_range")
_JPEG = Pin(
    "save_format",
    "'jpeg'",
    "pictures were saved as JPEG by default in Keras 1 and are saved as PNG in Keras 2",
    unless=("save_format",),
    given=("save_to_dir",),
)
_FRACTION = (
    "In Keras 2 a number of 1 or more counts pixels; Keras 1 took every number as a fraction. Keras 2 also moves rows "
    "by the "
    "width's range and columns by the height's."
)
_OLD_TRANSFORM = (
    "Keras 2's own interpolates linearly, turns about another centre, and has rows and columns the other way round."
)

IMAGE: Table = {
    f"{_IMAGE}.ImageDataGenerator": Row(
        to=f"{_IMAGE}.ImageDataGenerator",
        params={
            "samplewise_center": Person(
                "Keras 1 subtracted from each pixel the mean over its channels, Keras 2 subtracts the mean of the "
                "whole image"
            ),
            "samplewise_std_normalization": Person(
                "Keras 1 divided each pixel by the deviation over its channels, Keras 2 divides by that of the whole "
                "image"
            ),
            "shear_range": To("shear_range", _DEGREES),
            "dim_ordering": _DATA_FORMAT,
        },
        order=(
            "featurewise_center",
            "samplewise_center",
            "featurewise_std_normalization",
            "samplewise_std_normalization",
            "zca_whitening",
        ),
        pins=(
            Pin(
                "interpolation_order",
                "0",
                "Keras 1 took the nearest pixel of a transformed image, Keras 2 interpolates linearly",
                given=_GEOMETRY,
            ),
        ),
        note="shear_range was in radians and is in degrees. zca_whitening adds its epsilon elsewhere. " + _FRACTION,
    ),
    f"{_IMAGE}.ImageDataGenerator.fit": Row(
        to=f"{_IMAGE}.ImageDataGenerator.fit",
        note="Keras 2 applies `rescale` before it takes mean and deviation; Keras 1 did not.",
    ),
    f"{_IMAGE}.ImageDataGenerator.flow": Row(
        to=f"{_IMAGE}.ImageDataGenerator.flow",
        params={"X": To("x")},
        order=("x", "y", "batch_size", "shuffle"),
        pins=(_JPEG,),
    ),
    f"{_IMAGE}.ImageDataGenerator.flow_from_directory": Row(
        to=f"{_IMAGE}.ImageDataGenerator.flow_from_directory", pins=(_JPEG,)
    ),
    **dict(_same(_IMAGE, "ImageDataGenerator.random_transform ImageDataGenerator.standardize")),
    f"{_IMAGE}.DirectoryIterator": Row(
        to=f"{_IMAGE}.DirectoryIterator",
        params={"dim_ordering": _DATA_FORMAT},
        order=("directory", "image_data_generator", "target_size", "color_mode"),
        pins=(_JPEG,),
    ),
    f"{_IMAGE}.NumpyArrayIterator": Row(
        to=f"{_IMAGE}.NumpyArrayIterator",
        params={"dim_ordering": _DATA_FORMAT},
        order=("x", "y", "image_data_generator", "batch_size", "shuffle"),
        pins=(_JPEG,),
    ),
    **dict(_same(_IMAGE, "DirectoryIterator.next NumpyArrayIterator.next Iterator.reset")),
    f"{_IMAGE}.Iterator": Row(
        to=f"{_IMAGE}.Iterator",
        note="An iterator of one's own defines `_get_batches_of_transformed_samples(index_array)` in Keras 2, not "
        "`next()`.",
    ),
    f"{_IMAGE}.array_to_img": Row(to=f"{_IMAGE}.array_to_img", params={"dim_ordering": _DATA_FORMAT}),
    f"{_IMAGE}.img_to_array": Row(to=f"{_IMAGE}.img_to_array", params={"dim_ordering": _DATA_FORMAT}),
    f"{_IMAGE}.load_img": Row(
        to=f"{_IMAGE}.load_img",
        order=("path", "grayscale"),
        note="grayscale=True still works and is deprecated: color_mode='grayscale'.",
    ),
    **dict(
        _compat(
            _IMAGE,
            "apply_transform flip_axis random_rotation random_shear random_shift random_zoom "
            "transform_matrix_offset_center",
            _OLD_TRANSFORM,
        )
    ),
    f"{_IMAGE}.flip_axis": Row(How.COMPAT, "kmigrate.compat.flip_axis", note="`numpy.flip(x, axis)`."),
    f"{_IMAGE}.random_channel_shift": Row(
        How.COMPAT,
        "kmigrate.compat.random_channel_shift",
        note="Keras 1 drew a shift for each channel, Keras 2 draws one for all.",
    ),
    f"{_IMAGE}.list_pictures": Row(How.COMPAT, "kmigrate.compat.list_pictures"),
    f"{_IMAGE}.pil_image": Row(How.INTERNAL, note="PIL's module: `from PIL import Image`."),
}

# --- preprocessing.sequence and preprocessing.text ------------------------------------------------------------------

_TEXT = "keras.preprocessing.text"

SEQUENCE_AND_TEXT: Table = {
    **dict(_same("keras.preprocessing.sequence", "make_sampling_table pad_sequences skipgrams")),
    **dict(
        _same(
            _TEXT,
            "Tokenizer.fit_on_sequences Tokenizer.fit_on_texts Tokenizer.sequences_to_matrix Tokenizer.texts_to_matrix "
            "Tokenizer.texts_to_sequences Tokenizer.texts_to_sequences_generator",
        )
    ),
    f"{_TEXT}.Tokenizer": Row(
        to=f"{_TEXT}.Tokenizer",
        params={"nb_words": To("num_words")},
        note="Words with equal counts may get other numbers than Keras 1 gave them: refit with the model, or keep the "
        "old "
        "word_index.",
    ),
    f"{_TEXT}.one_hot": Row(to=f"{_TEXT}.one_hot", params={"text": To("input_text")}),
    f"{_TEXT}.text_to_word_sequence": Row(to=f"{_TEXT}.text_to_word_sequence", params={"text": To("input_text")}),
    f"{_TEXT}.maketrans": Row(How.INTERNAL, note="Python's `str.maketrans`."),
}

# --- utils ----------------------------------------------------------------------------------------------------------

_GENERIC = "keras.utils.generic_utils"
_IO = "keras.utils.io_utils"
_LAYER = "keras.utils.layer_utils"
_NP = "keras.utils.np_utils"

UTILS: Table = {
    "keras.utils.data_utils.get_file": Row(
        to="keras.utils.get_file",
        order=("fname", "origin", "untar", "md5_hash"),
    ),
    "keras.utils.data_utils.urlretrieve": Row(How.INTERNAL, note="Python's `urllib.request.urlretrieve`."),
    "keras.utils.data_utils.validate_file": Row(
        How.PERSON, note="Compare `hashlib.md5(open(fpath, 'rb').read()).hexdigest()` with the hash."
    ),
    f"{_GENERIC}.CustomObjectScope": Row(to="keras.utils.CustomObjectScope"),
    f"{_GENERIC}.custom_object_scope": Row(to="keras.utils.custom_object_scope"),
    f"{_GENERIC}.get_custom_objects": Row(to="keras.utils.get_custom_objects"),
    f"{_GENERIC}.Progbar": Row(to="keras.utils.Progbar"),
    f"{_GENERIC}.Progbar.add": Row(to="keras.utils.Progbar.add"),
    f"{_GENERIC}.Progbar.update": Row(
        to="keras.utils.Progbar.update", params={"force": Dropped()}, order=("current", "values")
    ),
    f"{_GENERIC}.get_from_module": Row(
        How.PERSON,
        note="Keras looks names up by kind: `keras.initializers.get`, `keras.activations.get`, `keras.losses.get`…; "
        "objects of "
        "one's own are found through `keras.utils.custom_object_scope`.",
    ),
    **dict(
        _gone(
            _GENERIC,
            "func_dump func_load",
            "How Keras stores a Lambda's function: save the source of the function instead, by its name.",
        )
    ),
    f"{_GENERIC}.make_tuple": Row(How.INTERNAL, note="It returned its arguments as a tuple."),
    f"{_IO}.HDF5Matrix": Row(How.COMPAT, "kmigrate.compat.HDF5Matrix", note="Removed in TensorFlow 2.4."),
    f"{_IO}.HDF5Matrix.shape": Row(How.COMPAT, "kmigrate.compat.HDF5Matrix.shape"),
    f"{_IO}.ask_to_proceed_with_overwrite": Row(How.INTERNAL, note="A question on the terminal: ask it yourself."),
    **dict(_gone(_IO, "h5py tables", "The package of that name, if it was there: import it yourself.", How.INTERNAL)),
    **dict(_gone(_IO, "load_array save_array", "`numpy.load` and `numpy.save`, or PyTables itself for its old files.")),
    f"{_LAYER}.convert_all_kernels_in_model": Row(
        How.COMPAT,
        "kmigrate.compat.convert_all_kernels_in_model",
        note="Turns convolution kernels round for weights that were trained on Theano.",
    ),
    f"{_LAYER}.count_total_params": Row(
        How.PERSON, note="`model.count_params()`, or a sum over `model.trainable_weights`."
    ),
    f"{_LAYER}.layer_from_config": Row(
        How.RENAMED,
        "keras.layers.deserialize",
        note="A config that Keras 1 made has the parameter names of Keras 1.",
    ),
    f"{_LAYER}.print_summary": Row(How.PERSON, note="`model.summary(line_length=, positions=)`."),
    **dict(
        _compat(
            _NP,
            "accuracy binary_logloss categorical_probas_to_classes conv_input_length conv_output_length convert_kernel "
            "multiclass_logloss probas_to_classes",
        )
    ),
    f"{_NP}.normalize": Row(to="keras.utils.normalize", params={"a": To("x")}),
    f"{_NP}.to_categorical": Row(
        to="keras.utils.to_categorical",
        params={"nb_classes": To("num_classes")},
        note="Keras 1 flattened y first, so the result was always 2-D; Keras 2 keeps the shape of y (a last axis of 1 "
        "aside). "
        "Its type is float32 (Keras 1: float64).",
    ),
    "keras.utils.test_utils.get_test_data": Row(How.COMPAT, "kmigrate.compat.get_test_data"),
    **dict(
        _gone(
            "keras.utils.test_utils",
            "keras_test layer_test",
            "Keras's own tests; not public in Keras 2.",
            How.INTERNAL,
        )
    ),
    "keras.utils.visualize_util.model_to_dot": Row(to="keras.utils.model_to_dot", order=("model", "show_shapes")),
    "keras.utils.visualize_util.plot": Row(
        How.RENAMED,
        "keras.utils.plot_model",
        order=("model", "to_file", "show_shapes"),
    ),
}

# --- wrappers.scikit_learn ------------------------------------------------------------------------------------------

_SKLEARN = "keras.wrappers.scikit_learn"
_SCIKERAS = "Removed in Keras 2.12; the package scikeras is its successor."

WRAPPERS: Table = {
    **dict(
        _compat(
            _SKLEARN,
            "KerasClassifier KerasClassifier.predict KerasClassifier.predict_proba KerasClassifier.score "
            "KerasRegressor "
            "KerasRegressor.predict KerasRegressor.score",
            _SCIKERAS,
        )
    ),
    f"{_SKLEARN}.BaseWrapper": Row(How.INTERNAL, note=f"Derive from KerasClassifier or KerasRegressor. {_SCIKERAS}"),
    **{
        f"{_SKLEARN}.BaseWrapper.{name}": Row(How.COMPAT, f"kmigrate.compat.KerasClassifier.{name}", note=_SCIKERAS)
        for name in ("check_params", "fit", "get_params", "set_params")
    },
    f"{_SKLEARN}.BaseWrapper.filter_sk_params": Row(
        How.INTERNAL, note=f"It picked the arguments that a function takes: `inspect.signature`. {_SCIKERAS}"
    ),
}

# --- applications ---------------------------------------------------------------------------------------------------

_APPLICATIONS = "keras.applications"
_WEIGHTS = (
    "Where the weights were for download: `weights='imagenet'` does it; Keras 1's own files need Keras 1's layouts."
)
_BLOCK = "A part of the model's own code, not public in Keras 2: copy it from Keras 1.2.2 and upgrade the copy."
_MUSIC = "Removed in Keras 2.0: copy the model from Keras 1.2.2 and upgrade the copy."


def _application(module: str, name: str, note: str = "") -> tuple[str, Row]:
    """A model: Keras 2 put ``pooling`` before ``classes``."""
    path = f"{_APPLICATIONS}.{module}.{name}"
    return path, Row(to=path, order=("include_top", "weights", "input_tensor", "input_shape"), note=note)


APPLICATIONS: Table = {
    **dict(
        (
            _application("inception_v3", "InceptionV3", "The released weights are others."),
            _application("resnet50", "ResNet50", "The released weights are others, and layers are named otherwise."),
            _application("vgg16", "VGG16"),
            _application("vgg19", "VGG19"),
            _application("xception", "Xception"),
        )
    ),
    f"{_APPLICATIONS}.imagenet_utils.preprocess_input": Row(
        to=f"{_APPLICATIONS}.imagenet_utils.preprocess_input", params={"dim_ordering": _DATA_FORMAT}
    ),
    **dict(
        _same(
            _APPLICATIONS, "imagenet_utils.decode_predictions inception_v3.preprocess_input xception.preprocess_input"
        )
    ),
    **dict(
        _gone(
            f"{_APPLICATIONS}.imagenet_utils",
            "CLASS_INDEX CLASS_INDEX_PATH",
            "Not public in Keras 2: `decode_predictions` names the classes.",
            How.INTERNAL,
        )
    ),
    **{
        f"{_APPLICATIONS}.{module}.{name}": Row(How.INTERNAL, note=_WEIGHTS)
        for module in ("inception_v3", "resnet50", "vgg16", "vgg19")
        for name in ("TF_WEIGHTS_PATH", "TF_WEIGHTS_PATH_NO_TOP", "TH_WEIGHTS_PATH", "TH_WEIGHTS_PATH_NO_TOP")
    },
    **dict(_gone(f"{_APPLICATIONS}.xception", "TF_WEIGHTS_PATH TF_WEIGHTS_PATH_NO_TOP", _WEIGHTS, How.INTERNAL)),
    **dict(_gone(f"{_APPLICATIONS}.inception_v3", "conv2d_bn", _BLOCK)),
    **dict(_gone(f"{_APPLICATIONS}.resnet50", "conv_block identity_block", _BLOCK)),
    **dict(_gone(f"{_APPLICATIONS}.music_tagger_crnn", "MusicTaggerCRNN TF_WEIGHTS_PATH TH_WEIGHTS_PATH", _MUSIC)),
    **dict(_gone(f"{_APPLICATIONS}.audio_conv_utils", "TAGS decode_predictions preprocess_input", _MUSIC)),
    f"{_APPLICATIONS}.audio_conv_utils.librosa": Row(How.INTERNAL, note="The `librosa` package: import it yourself."),
}

ROWS: Table = {
    **DATASETS,
    **IMAGE,
    **SEQUENCE_AND_TEXT,
    **UTILS,
    **WRAPPERS,
    **APPLICATIONS,
}
