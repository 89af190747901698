"""Keras 0.1 to 1.2.1: names and parameters that Keras 1.2.2 no longer had but old programs use; what became of them.

The facts are from Keras 0.1.3, 0.2.0, 0.3.3, 1.0.8, 1.1.2 and 1.2.0, the last of them that has a name; they have the
form of ``keras1``. ``LEGACY_PARAMETERS`` are parameters that a name of Keras 1.2.2 had before it; what becomes of them
is in that name's own row.
"""

from __future__ import annotations

from kmigrate.keras_api.model import How, Row, To
from kmigrate.keras_api.values import layer

_Params = tuple[tuple[str, str | None], ...]

_GRAPH = "keras.models.Graph"
_LAYER = "keras.engine.topology.Layer"

#: Modules that Keras 1.2.2 did not have: the last version that did.
LEGACY_MODULES: dict[str, str] = {
    "keras.datasets.data_utils": "0.3.3",
    "keras.layers.containers": "0.3.3",
    "keras.legacy": "1.0.8",
    "keras.legacy.models": "1.0.8",
    "keras.utils.theano_utils": "0.2.0",
}

#: Paths of Keras 0.x under which something was found that Keras 1.2.2, or this module, knows by another name.
LEGACY_EXPORTS: dict[str, str] = {
    "keras.datasets.data_utils.get_file": "keras.utils.data_utils.get_file",
    "keras.layers.containers.Graph": _GRAPH,
    "keras.layers.containers.Sequential": "keras.models.Sequential",
    "keras.legacy.models.Graph": _GRAPH,
    "keras.models.batch_shuffle": "keras.engine.training.batch_shuffle",
    "keras.models.generator_queue": "keras.engine.training.generator_queue",
    "keras.models.make_batches": "keras.engine.training.make_batches",
    "keras.models.slice_X": "keras.engine.training.slice_X",
    "keras.models.standardize_weights": "keras.engine.training.standardize_weights",
    "keras.models.weighted_objective": "keras.engine.training.weighted_objective",
}

_RECURRENT_0: _Params = (
    ("init", "'glorot_uniform'"),
    ("inner_init", "'orthogonal'"),
    ("activation", "'tanh'"),
    ("inner_activation", "'sigmoid'"),
    ("weights", "None"),
    ("truncate_gradient", "-1"),
    ("return_sequences", "False"),
    ("input_dim", "None"),
    ("input_length", "None"),
    ("**kwargs", None),
)
_MERGED: _Params = (
    ("input", "None"),
    ("inputs", "[]"),
    ("merge_mode", "'concat'"),
    ("concat_axis", "-1"),
    ("dot_axes", "-1"),
)
_SHARED_VARIABLE: _Params = (("dtype", "theano.config.floatX"), ("name", "None"))

LEGACY_SYMBOLS: dict[str, tuple[str, _Params]] = {
    "keras.activations.time_distributed_softmax": ("function", (("x", None),)),
    "keras.applications.audio_conv_utils.librosa_exists": ("function", ()),
    f"{_LAYER}.cache_enabled": ("property", ()),
    f"{_LAYER}.clear_previous": ("method", (("reset_weights", "True"),)),
    f"{_LAYER}.get_input": ("method", (("train", "False"),)),
    f"{_LAYER}.get_output": ("method", (("train", "False"),)),
    f"{_LAYER}.get_output_mask": ("method", (("train", "None"),)),
    f"{_LAYER}.get_params": ("method", ()),
    f"{_LAYER}.layer_cache": ("property", ()),
    f"{_LAYER}.nb_input": ("property", ()),
    f"{_LAYER}.nb_output": ("property", ()),
    f"{_LAYER}.set_input_shape": ("method", (("input_shape", None),)),
    f"{_LAYER}.set_previous": ("method", (("layer", None), ("reset_weights", "True"))),
    f"{_LAYER}.shape_cache": ("property", ()),
    f"{_LAYER}.supports_masked_input": ("method", ()),
    "keras.engine.training.collect_trainable_weights": ("function", (("layer", None),)),
    "keras.engine.training.generator_queue": (
        "function",
        (
            ("generator", None),
            ("max_q_size", "10"),
            ("wait_time", "0.05"),
            ("nb_worker", "1"),
            ("pickle_safe", "False"),
        ),
    ),
    "keras.layers.advanced_activations.ThresholdedLinear": ("class", (("theta", "1.0"), ("**kwargs", None))),
    "keras.layers.advanced_activations.ThresholdedReLu": ("class", (("theta", "1.0"), ("**kwargs", None))),
    "keras.layers.convolutional.UpSample1D": ("class", (("length", "2"), ("**kwargs", None))),
    "keras.layers.convolutional.UpSample2D": ("class", (("size", "(2, 2)"), ("**kwargs", None))),
    "keras.layers.convolutional.pool_output_length": (
        "function",
        (("input_length", None), ("pool_size", None), ("ignore_border", None), ("stride", None)),
    ),
    "keras.layers.core.AutoEncoder": (
        "class",
        (
            ("encoder", None),
            ("decoder", None),
            ("output_reconstruction", "True"),
            ("weights", "None"),
            ("**kwargs", None),
        ),
    ),
    "keras.layers.core.LambdaMerge": (
        "class",
        (("layers", None), ("function", None), ("output_shape", "None"), ("arguments", "{}")),
    ),
    "keras.layers.core.MaskedLambda": (
        "class",
        (("function", None), ("output_shape", "None"), ("arguments", "{}"), ("**kwargs", None)),
    ),
    "keras.layers.core.MaskedLayer": ("class", (("**kwargs", None),)),
    "keras.layers.core.Siamese": (
        "class",
        (
            ("layer", None),
            ("inputs", None),
            ("merge_mode", "'concat'"),
            ("concat_axis", "1"),
            ("dot_axes", "-1"),
            ("is_graph", "False"),
        ),
    ),
    "keras.layers.core.SiameseHead": ("class", (("head", None),)),
    "keras.layers.core.TimeDistributedMerge": ("class", (("mode", "'sum'"), ("**kwargs", None))),
    "keras.layers.core.add_shared_layer": ("function", (("layer", None), ("inputs", None))),
    "keras.layers.embeddings.WordContextProduct": (
        "class",
        (
            ("input_dim", None),
            ("proj_dim", "128"),
            ("init", "'uniform'"),
            ("activation", "'sigmoid'"),
            ("weights", "None"),
            ("**kwargs", None),
        ),
    ),
    "keras.layers.normalization.LRN2D": (
        "class",
        (("alpha", "0.0001"), ("k", "2"), ("beta", "0.75"), ("n", "5"), ("**kwargs", None)),
    ),
    "keras.layers.recurrent.JZS1": ("class", (("output_dim", None), *_RECURRENT_0)),
    "keras.layers.recurrent.JZS2": ("class", (("output_dim", None), *_RECURRENT_0)),
    "keras.layers.recurrent.JZS3": ("class", (("output_dim", None), *_RECURRENT_0)),
    "keras.layers.recurrent.SimpleDeepRNN": (
        "class",
        (
            ("output_dim", None),
            ("depth", "3"),
            ("init", "'glorot_uniform'"),
            ("inner_init", "'orthogonal'"),
            ("activation", "'sigmoid'"),
            ("inner_activation", "'hard_sigmoid'"),
            *_RECURRENT_0[4:],
        ),
    ),
    _GRAPH: ("class", (("name", "None"),)),
    f"{_GRAPH}.add_input": (
        "method",
        (("name", None), ("input_shape", "None"), ("batch_input_shape", "None"), ("dtype", "'float'")),
    ),
    f"{_GRAPH}.add_node": ("method", (("layer", None), ("name", None), *_MERGED, ("create_output", "False"))),
    f"{_GRAPH}.add_output": ("method", (("name", None), *_MERGED)),
    f"{_GRAPH}.add_shared_node": (
        "method",
        (
            ("layer", None),
            ("name", None),
            ("inputs", "[]"),
            ("merge_mode", "None"),
            ("concat_axis", "-1"),
            ("dot_axes", "-1"),
            ("outputs", "[]"),
            ("create_output", "False"),
        ),
    ),
    f"{_GRAPH}.compile": (
        "method",
        (
            ("optimizer", None),
            ("loss", None),
            ("sample_weight_modes", "{}"),
            ("loss_weights", "{}"),
            ("**kwargs", None),
        ),
    ),
    f"{_GRAPH}.evaluate": (
        "method",
        (
            ("data", None),
            ("batch_size", "128"),
            ("show_accuracy", "False"),
            ("verbose", "0"),
            ("sample_weight", "{}"),
        ),
    ),
    f"{_GRAPH}.evaluate_generator": (
        "method",
        (
            ("generator", None),
            ("nb_val_samples", None),
            ("show_accuracy", "False"),
            ("verbose", "1"),
            ("**kwargs", None),
        ),
    ),
    f"{_GRAPH}.fit": (
        "method",
        (
            ("data", None),
            ("batch_size", "128"),
            ("nb_epoch", "100"),
            ("verbose", "1"),
            ("callbacks", "[]"),
            ("validation_split", "0.0"),
            ("validation_data", "None"),
            ("shuffle", "True"),
            ("show_accuracy", "False"),
            ("class_weight", "{}"),
            ("sample_weight", "{}"),
        ),
    ),
    f"{_GRAPH}.fit_generator": (
        "method",
        (
            ("generator", None),
            ("samples_per_epoch", None),
            ("nb_epoch", None),
            ("verbose", "1"),
            ("show_accuracy", "False"),
            ("callbacks", "[]"),
            ("validation_data", "None"),
            ("nb_val_samples", "None"),
            ("class_weight", "{}"),
            ("nb_worker", "1"),
            ("nb_val_worker", "None"),
        ),
    ),
    f"{_GRAPH}.load_weights": ("method", (("filepath", None),)),
    f"{_GRAPH}.predict": ("method", (("data", None), ("batch_size", "128"), ("verbose", "0"))),
    f"{_GRAPH}.predict_on_batch": ("method", (("data", None),)),
    f"{_GRAPH}.save_weights": ("method", (("filepath", None), ("overwrite", "False"))),
    f"{_GRAPH}.test_on_batch": ("method", (("data", None), ("accuracy", "False"), ("sample_weight", "{}"))),
    f"{_GRAPH}.train_on_batch": (
        "method",
        (("data", None), ("accuracy", "False"), ("class_weight", "{}"), ("sample_weight", "{}")),
    ),
    "keras.models.get_function_name": ("function", (("o", None),)),
    "keras.models.standardize_X": ("function", (("X", None),)),
    "keras.models.standardize_y": ("function", (("y", None),)),
    "keras.objectives.poisson_loss": ("function", (("y_true", None), ("y_pred", None))),
    "keras.optimizers.kl_divergence": ("function", (("p", None), ("p_hat", None))),
    "keras.preprocessing.image.GraphImageDataGenerator": ("class", ()),
    "keras.preprocessing.image.horizontal_flip": ("function", (("x", None),)),
    "keras.preprocessing.image.random_barrel_transform": ("function", (("x", None), ("intensity", None))),
    "keras.preprocessing.image.vertical_flip": ("function", (("x", None),)),
    "keras.preprocessing.text.base_filter": ("function", ()),
    "keras.utils.generic_utils.display_table": ("function", (("rows", None), ("positions", None))),
    "keras.utils.generic_utils.func_reconstruct_closure": ("function", (("values", None),)),
    "keras.utils.generic_utils.printv": ("function", (("v", None), ("prefix", "''"))),
    "keras.utils.layer_utils.container_from_config": (
        "function",
        (("original_layer_dict", None), ("custom_objects", "{}")),
    ),
    "keras.utils.layer_utils.get_layer": ("function", (("identifier", None), ("kwargs", "None"))),
    "keras.utils.layer_utils.model_summary": ("function", (("model", None),)),
    "keras.utils.layer_utils.print_layer_shapes": ("function", (("model", None), ("input_shapes", None))),
    "keras.utils.theano_utils.alloc_zeros_matrix": ("function", (("*dims", None),)),
    "keras.utils.theano_utils.floatX": ("function", (("X", None),)),
    "keras.utils.theano_utils.ndim_tensor": ("function", (("ndim", None),)),
    "keras.utils.theano_utils.on_gpu": ("function", ()),
    "keras.utils.theano_utils.sharedX": ("function", (("X", None), *_SHARED_VARIABLE)),
    "keras.utils.theano_utils.shared_ones": ("function", (("shape", None), *_SHARED_VARIABLE)),
    "keras.utils.theano_utils.shared_scalar": ("function", (("val", "0.0"), *_SHARED_VARIABLE)),
    "keras.utils.theano_utils.shared_zeros": ("function", (("shape", None), *_SHARED_VARIABLE)),
    "keras.utils.visualize_util.ModelToDot": ("class", ()),
    "keras.utils.visualize_util.get_layer_to_name": ("function", (("model", None),)),
    "keras.utils.visualize_util.layer_typename": ("function", (("layer", None),)),
    "keras.utils.visualize_util.to_graph": ("function", (("model", None), ("**kwargs", None))),
}

#: Bases of the classes above, as far as Keras 1.2.2 has them.
LEGACY_BASES: dict[str, tuple[str, ...]] = {
    "keras.layers.advanced_activations.ThresholdedLinear": (_LAYER,),
    "keras.layers.advanced_activations.ThresholdedReLu": (_LAYER,),
    "keras.layers.convolutional.UpSample1D": (_LAYER,),
    "keras.layers.convolutional.UpSample2D": (_LAYER,),
    "keras.layers.core.AutoEncoder": (_LAYER,),
    "keras.layers.core.LambdaMerge": ("keras.layers.core.Lambda",),
    "keras.layers.core.MaskedLambda": ("keras.layers.core.Lambda",),
    "keras.layers.core.MaskedLayer": (_LAYER,),
    "keras.layers.core.Siamese": (_LAYER,),
    "keras.layers.core.SiameseHead": (_LAYER,),
    "keras.layers.core.TimeDistributedMerge": (_LAYER,),
    "keras.layers.embeddings.WordContextProduct": (_LAYER,),
    "keras.layers.normalization.LRN2D": (_LAYER,),
    "keras.layers.recurrent.JZS1": ("keras.layers.recurrent.Recurrent",),
    "keras.layers.recurrent.JZS2": ("keras.layers.recurrent.Recurrent",),
    "keras.layers.recurrent.JZS3": ("keras.layers.recurrent.Recurrent",),
    "keras.layers.recurrent.SimpleDeepRNN": ("keras.layers.recurrent.Recurrent",),
    _GRAPH: ("keras.engine.training.Model",),
    "keras.preprocessing.image.GraphImageDataGenerator": ("keras.preprocessing.image.ImageDataGenerator",),
    "keras.utils.visualize_util.ModelToDot": (),
}

#: Parameters that a name of Keras 1.2.2 took before it, or that 1.2.2 still took through ``**kwargs``, with the last
#: version that named them.
LEGACY_PARAMETERS: dict[str, dict[str, str]] = {
    "keras.layers.convolutional.ZeroPadding2D": {"pad": "0.1.3"},
    "keras.layers.core.Highway": {"transform_bias": "1.2.0"},
    "keras.layers.core.Reshape": {"dims": "0.3.3"},
    "keras.layers.pooling.MaxPooling1D": {"ignore_border": "0.2.0"},
    "keras.layers.pooling.MaxPooling2D": {"ignore_border": "0.2.0", "poolsize": "0.1.3", "stride": "0.2.0"},
    "keras.layers.recurrent.GRU": {"truncate_gradient": "0.2.0"},
    "keras.layers.recurrent.LSTM": {"truncate_gradient": "0.2.0"},
    "keras.layers.recurrent.SimpleRNN": {"truncate_gradient": "0.2.0"},
    "keras.engine.training.Model.evaluate": {"show_accuracy": "0.3.3"},
    "keras.engine.training.Model.fit": {"show_accuracy": "0.3.3"},
    "keras.models.Sequential.compile": {"class_mode": "0.3.3", "theano_mode": "0.2.0"},
    "keras.models.Sequential.evaluate": {"X": "0.3.3", "show_accuracy": "0.3.3"},
    "keras.models.Sequential.evaluate_generator": {"show_accuracy": "0.3.3"},
    "keras.models.Sequential.fit": {"X": "0.3.3", "show_accuracy": "0.3.3"},
    "keras.models.Sequential.fit_generator": {"nb_val_worker": "0.3.3", "show_accuracy": "0.3.3"},
    "keras.models.Sequential.predict": {"X": "0.3.3"},
    "keras.models.Sequential.predict_classes": {"X": "0.3.3"},
    "keras.models.Sequential.predict_on_batch": {"X": "0.3.3"},
    "keras.models.Sequential.predict_proba": {"X": "0.3.3"},
    "keras.models.Sequential.test_on_batch": {"X": "0.3.3", "accuracy": "0.3.3"},
    "keras.models.Sequential.train_on_batch": {"X": "0.3.3", "accuracy": "0.3.3"},
}

_DICTIONARY = "Model takes lists, or dictionaries by layer name, for inputs and targets apart: {}"
_GRAPH_NOTES: dict[str, str] = {
    "add_input": "name = Input(shape=input_shape, name='name')",
    "add_node": "name = layer(input), or layer(concatenate([inputs])) for several (add, multiply, dot by merge_mode)",
    "add_output": "name the tensor's layer like the output and give the tensor to Model(inputs=..., outputs=...)",
    "add_shared_node": "call the one layer on each of the inputs; a layer that is called twice shares its weights",
    "compile": "Model.compile takes loss as a dictionary by output name; add metrics=['accuracy'] for show_accuracy",
    "evaluate": _DICTIONARY.format("model.evaluate(inputs, targets)"),
    "evaluate_generator": "the generator gives (inputs, targets); the count is in batches: steps",
    "fit": _DICTIONARY.format("model.fit(inputs, targets, epochs=...)"),
    "fit_generator": "the generator gives (inputs, targets); steps_per_epoch and validation_steps count batches",
    "load_weights": "Model.load_weights; the layers have to be in the same order",
    "predict": "Model.predict gives a list in the order of the outputs, not a dictionary",
    "predict_on_batch": "Model.predict_on_batch gives a list in the order of the outputs, not a dictionary",
    "save_weights": "Model.save_weights",
    "test_on_batch": _DICTIONARY.format("model.test_on_batch(inputs, targets)"),
    "train_on_batch": _DICTIONARY.format("model.train_on_batch(inputs, targets)"),
}

_GET_TENSOR = "Keras 1.0 made it the property {0}: layer.{0}; in an own layer, write call(self, inputs) instead"
_LINKING = "gone since Keras 1.0: layers are linked by calling them on tensors"
_CACHE = "gone since Keras 1.0: there is no cache to switch"
_LAYER_NOTES: dict[str, str] = {
    "cache_enabled": _CACHE,
    "clear_previous": _LINKING,
    "get_input": _GET_TENSOR.format("input"),
    "get_output": _GET_TENSOR.format("output"),
    "get_output_mask": "layer.output_mask; in an own layer, write compute_mask(self, inputs, mask=None) instead",
    "get_params": "layer.trainable_weights; regularizers and constraints are the weights' own",
    "layer_cache": _CACHE,
    "nb_input": "gone since Keras 1.0: len(layer.input) where it is a list",
    "nb_output": "gone since Keras 1.0: len(layer.output) where it is a list",
    "set_input_shape": "give input_shape= to the constructor of the first layer",
    "set_previous": _LINKING,
    "shape_cache": _CACHE,
    "supports_masked_input": "set self.supports_masking = True in the constructor",
}

_JZS = (
    "gone since Keras 0.3: one of the mutated GRUs of Jozefowicz, Zaremba and Sutskever (2015); write it as a cell for "
    "keras.layers.RNN, or use GRU"
)
_THEANO = "gone since Keras 0.3: {}"
_CONFIG = "keras.layers.deserialize makes a layer of its configuration"

#: Classes and functions that nothing replaces.
_PERSON: dict[str, str] = {
    "keras.applications.audio_conv_utils.librosa_exists": "importlib.util.find_spec('librosa') is not None",
    "keras.engine.training.collect_trainable_weights": "model.trainable_weights",
    "keras.engine.training.generator_queue": "keras.utils.GeneratorEnqueuer",
    "keras.layers.advanced_activations.ThresholdedLinear": (
        "gone since Keras 1.0: Lambda(lambda x: x * K.cast(K.abs(x) > theta, K.floatx()))"
    ),
    "keras.layers.convolutional.pool_output_length": "a pooling layer's compute_output_shape",
    "keras.layers.core.AutoEncoder": (
        "gone since Keras 1.0: put encoder and decoder one after the other in a Sequential, or "
        "Model(inputs, decoder(encoder(inputs)))"
    ),
    "keras.layers.core.LambdaMerge": "Lambda(function)([a.output, b.output]) of the functional interface",
    "keras.layers.core.MaskedLayer": "subclass keras.layers.Layer and set self.supports_masking = True",
    "keras.layers.core.Siamese": "call the one layer on each input and merge: concatenate([layer(a), layer(b)])",
    "keras.layers.core.SiameseHead": "call the one layer on each input and use the tensors it gives",
    "keras.layers.core.TimeDistributedMerge": (
        "gone since Keras 1.0: Lambda(lambda x: K.sum(x, axis=1)), K.mean for 'ave', K.prod for 'mul'"
    ),
    "keras.layers.core.add_shared_layer": "call the one layer on each input: a layer called twice shares its weights",
    "keras.layers.embeddings.WordContextProduct": (
        "gone since Keras 0.3: two Embedding layers, Dot(axes=-1) of the two, and an Activation"
    ),
    "keras.layers.normalization.LRN2D": (
        "gone since Keras 0.3: Lambda(lambda x: tf.nn.local_response_normalization(x, n // 2, k, alpha, beta)), for "
        "channels-last images"
    ),
    "keras.layers.recurrent.JZS1": _JZS,
    "keras.layers.recurrent.JZS2": _JZS,
    "keras.layers.recurrent.JZS3": _JZS,
    "keras.layers.recurrent.SimpleDeepRNN": (
        "gone since Keras 0.3: an RNN over the last depth states; write it as a cell for keras.layers.RNN"
    ),
    "keras.models.get_function_name": "f.__name__",
    "keras.models.standardize_X": "x if isinstance(x, list) else [x]",
    "keras.models.standardize_y": "np.asarray(y), with a second axis of size one where it has one axis",
    "keras.optimizers.kl_divergence": "p_hat - p + p * K.log(p / p_hat)",
    "keras.preprocessing.image.GraphImageDataGenerator": "ImageDataGenerator, whose batches Model.fit takes",
    "keras.preprocessing.image.horizontal_flip": "np.fliplr of each image of the batch",
    "keras.preprocessing.image.random_barrel_transform": "never written: it did nothing in Keras 1",
    "keras.preprocessing.image.vertical_flip": "np.flipud of each image of the batch",
    "keras.utils.generic_utils.display_table": "model.summary",
    "keras.utils.generic_utils.func_reconstruct_closure": "private in Keras 2: pickle the function by name",
    "keras.utils.generic_utils.printv": "print, or pprint of the standard library",
    "keras.utils.layer_utils.container_from_config": _CONFIG,
    "keras.utils.layer_utils.get_layer": _CONFIG,
    "keras.utils.layer_utils.print_layer_shapes": "model.summary()",
    "keras.utils.layer_utils.model_summary": "model.summary()",
    "keras.utils.theano_utils.alloc_zeros_matrix": _THEANO.format("K.zeros(shape)"),
    "keras.utils.theano_utils.floatX": _THEANO.format("K.cast_to_floatx(x)"),
    "keras.utils.theano_utils.ndim_tensor": _THEANO.format("K.placeholder(ndim=ndim), or keras.layers.Input"),
    "keras.utils.theano_utils.on_gpu": _THEANO.format("tf.config.list_physical_devices('GPU')"),
    "keras.utils.theano_utils.sharedX": _THEANO.format("K.variable(x)"),
    "keras.utils.theano_utils.shared_ones": _THEANO.format("K.ones(shape)"),
    "keras.utils.theano_utils.shared_scalar": _THEANO.format("K.variable(val)"),
    "keras.utils.theano_utils.shared_zeros": _THEANO.format("K.zeros(shape)"),
    "keras.utils.visualize_util.ModelToDot": "keras.utils.model_to_dot(model)",
    "keras.utils.visualize_util.get_layer_to_name": "layer.name",
    "keras.utils.visualize_util.layer_typename": "layer.__class__.__name__",
    "keras.utils.visualize_util.to_graph": "keras.utils.model_to_dot(model)",
}

ROWS: dict[str, Row] = {
    "keras.activations.time_distributed_softmax": Row(
        How.RENAMED, "keras.activations.softmax", note="softmax takes sequences since Keras 0.3"
    ),
    "keras.layers.advanced_activations.ThresholdedReLu": layer(
        "keras.layers.ThresholdedReLU", how=How.RENAMED, note="spelled ThresholdedReLU since Keras 0.2"
    ),
    "keras.layers.convolutional.UpSample1D": layer(
        "keras.layers.UpSampling1D", {"length": To("size")}, how=How.RENAMED, note="called UpSampling1D since Keras 0.3"
    ),
    "keras.layers.convolutional.UpSample2D": layer(
        "keras.layers.UpSampling2D", how=How.RENAMED, note="called UpSampling2D since Keras 0.3"
    ),
    "keras.layers.core.MaskedLambda": layer(
        "keras.layers.Lambda",
        how=How.RENAMED,
        order=("function", "output_shape"),
        note="Lambda carries masks on when given mask=",
    ),
    "keras.objectives.poisson_loss": Row(How.RENAMED, "keras.losses.poisson"),
    "keras.preprocessing.text.base_filter": Row(
        How.PERSON, note="the default filters of Tokenizer and text_to_word_sequence are the same characters"
    ),
    _GRAPH: Row(
        How.PERSON, note="write the graph with the functional interface: Input, layers called on tensors, Model"
    ),
    **{f"{_GRAPH}.{name}": Row(How.PERSON, note=note) for name, note in _GRAPH_NOTES.items()},
    **{f"{_LAYER}.{name}": Row(How.PERSON, note=note) for name, note in _LAYER_NOTES.items()},
    **{name: Row(How.PERSON, note=note) for name, note in _PERSON.items()},
}
