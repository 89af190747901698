"""What became of ``keras.engine`` and ``keras.models``, on keras2: layers' own methods, models, training, saving.

Keras 1.2.2: ``keras/engine/topology.py``, ``keras/engine/training.py``, ``keras/models.py``. Held against tf_keras
by the tests. ``fit_generator``, ``evaluate_generator`` and ``predict_generator`` are deprecated but present in Keras
2.15 and in tf_keras 2.16 and later, so they stay.
"""

from __future__ import annotations

from kmigrate.keras_api.model import ByRule, Disposition, Dropped, How, Pin, Row, To
from kmigrate.keras_api.values import CONSTRAINT, INITIALIZER, REGULARIZER, layer, methods, person

_TOPOLOGY = "keras.engine.topology"
_LAYER = f"{_TOPOLOGY}.Layer"
_CONTAINER = f"{_TOPOLOGY}.Container"
_NODE = f"{_TOPOLOGY}.Node"
_TRAINING = "keras.engine.training"
_MODEL = f"{_TRAINING}.Model"
_ENQUEUER = f"{_TRAINING}.GeneratorEnqueuer"
_SEQUENTIAL = "keras.models.Sequential"

_EPOCHS = Pin("epochs", "10", "fit trained 10 epochs by default in Keras 1, Keras 2 trains one", unless=("nb_epoch",))

_QUEUE: dict[str, Disposition] = {
    "max_q_size": To("max_queue_size"),
    "nb_worker": To("workers"),
    "pickle_safe": To("use_multiprocessing"),
}
#: Keras 0.x; Sequential still took it in 1.2.2 and warned. The accuracy is asked for in ``compile`` since 1.0.
_SHOW_ACCURACY: dict[str, Disposition] = {"show_accuracy": ByRule("KM112")}
_ACCURACY: dict[str, Disposition] = {"accuracy": ByRule("KM112")}
#: Keras 0.x wrote the data with a capital letter.
_X: dict[str, Disposition] = {"X": To("x")}

_SAMPLE_WEIGHT_MODE: dict[str, Disposition] = {
    "sample_weight_mode": Dropped(message="Keras 2 takes sample weights for steps of time as they are")
}

_GENERATOR_NOTE = "deprecated in Keras 2, where {0} takes generators too; it is still there and calls {0}"
_SAVE_NOTE = (
    "Keras 1 always wrote HDF5; Keras 2 does so for names ending in .h5 or .hdf5 and else writes {}: "
    "save_format='h5' keeps HDF5"
)
_LOAD_NOTE = (
    "Keras 2 does not know the layer configurations of a file written by Keras 1: `kmigrate weights` converts a saved "
    "model, or build the model and load its weights"
)
_YAML_NOTE = "removed in TensorFlow 2.6 for its security risk (it raises RuntimeError): use {}"
_CONSTRAINTS = "layers no longer keep a dictionary of constraints; a weight's own is weight.constraint"
_REGULARIZERS = "empty and deprecated in Keras 1.2 already: regularization losses are in the losses property"
_LEARNING_PHASE = "gone: Keras 2 passes training= to call(); predict, evaluate and fit set it"
_NO_PER_INPUT = "gone: losses and updates are no longer filed by input; read the {} property"

_FIT: dict[str, Disposition] = {"nb_epoch": To("epochs")}
_FIT_GENERATOR: dict[str, Disposition] = {
    "samples_per_epoch": ByRule("KM201", "steps_per_epoch"),
    "nb_epoch": To("epochs"),
    "nb_val_samples": ByRule("KM201", "validation_steps"),
    **_QUEUE,
}
_STEPS: dict[str, Disposition] = {"val_samples": ByRule("KM201", "steps"), **_QUEUE}
_FIT_GENERATOR_ORDER = (
    "generator",
    "steps_per_epoch",
    "epochs",
    "verbose",
    "callbacks",
    "validation_data",
    "validation_steps",
)


def _model_methods(symbol: str, to: str, names: str) -> dict[str, Row]:
    """Rows of the methods and properties ``names`` that are the same on a model as they were."""
    return methods(symbol, to, names.split())


ROWS: dict[str, Row] = {
    # --- keras/engine/topology.py: layers -----------------------------------------------------------------------------
    _LAYER: layer("keras.layers.Layer"),
    **methods(
        _LAYER,
        "keras.layers.Layer",
        (
            "__call__(x)",
            "build",
            "call(x)",
            "compute_mask(input, input_mask)",
            "count_params",
            "from_config",
            "get_config",
            "get_input_at",
            "get_input_mask_at",
            "get_input_shape_at",
            "get_output_at",
            "get_output_mask_at",
            "get_output_shape_at",
            "get_output_shape_for",
            "get_weights",
            "input",
            "input_mask",
            "input_shape",
            "output",
            "output_mask",
            "output_shape",
            "set_weights",
            "weights",
        ),
    ),
    f"{_LAYER}.add_weight": Row(
        to="keras.layers.Layer.add_weight",
        params={
            "initializer": To("initializer", INITIALIZER),
            "regularizer": To("regularizer", REGULARIZER),
            "constraint": To("constraint", CONSTRAINT),
        },
        order=(),
        note="Keras 2 takes (name, shape, dtype, initializer, ...)",
    ),
    f"{_LAYER}.add_loss": Row(
        to="keras.layers.Layer.add_loss",
        params={"inputs": Dropped(message="losses are no longer filed by input")},
        order=("losses",),
    ),
    f"{_LAYER}.add_update": Row(
        to="keras.layers.Layer.add_update",
        params={"inputs": Dropped(message="updates are no longer filed by input")},
        order=("updates",),
        note="has no effect when Keras 2 runs eagerly, where a variable's assign does the update",
    ),
    f"{_LAYER}.trainable_weights": Row(
        to="keras.layers.Layer.trainable_weights",
        note="read-only in Keras 2: weights made by add_weight, and variables set as attributes, are found",
    ),
    f"{_LAYER}.non_trainable_weights": Row(
        to="keras.layers.Layer.non_trainable_weights",
        note="read-only in Keras 2: make the weights with add_weight(..., trainable=False)",
    ),
    **person(
        _LAYER,
        {
            "add_inbound_node": "private in Keras 2, which links layers when they are called: call the layer",
            "assert_input_compatibility": "Keras 2 checks input_spec itself when a layer is called",
            "create_input_layer": "call the layer on keras.layers.Input(batch_shape=batch_input_shape)",
            "get_losses_for": _NO_PER_INPUT.format("losses"),
            "get_updates_for": _NO_PER_INPUT.format("updates"),
            "regularizers": _REGULARIZERS,
        },
    ),
    f"{_TOPOLOGY}.Input": Row(to="keras.layers.Input", params={"batch_shape": To("batch_shape")}, order=("shape",)),
    f"{_TOPOLOGY}.InputLayer": layer(
        "keras.layers.InputLayer", {"batch_input_shape": To("batch_input_shape")}, order=("input_shape",)
    ),
    **methods(f"{_TOPOLOGY}.InputLayer", "keras.layers.InputLayer", ("get_config",)),
    f"{_TOPOLOGY}.InputSpec": Row(
        to="keras.layers.InputSpec",
        note="ndim='2+' of Keras 1 is min_ndim=2; Keras 2 takes the string and never matches it",
    ),
    _NODE: Row(How.PERSON, note="private in Keras 2, which makes the nodes when layers are called"),
    **person(
        _NODE,
        {
            "create_node": "call the layer on the tensors: Keras 2 makes the node",
            "get_config": "nodes are written by the model's get_config",
        },
    ),
    f"{_TOPOLOGY}.get_source_inputs": Row(to="keras.utils.get_source_inputs"),
    f"{_TOPOLOGY}.object_list_uid": Row(How.INTERNAL, note="', '.join(str(abs(id(x))) for x in objects)"),
    f"{_TOPOLOGY}.to_list": Row(How.INTERNAL, note="x if isinstance(x, list) else [x]"),
    # --- keras/engine/topology.py: Container --------------------------------------------------------------------------
    _CONTAINER: Row(
        How.RENAMED,
        "keras.models.Model",
        {"input": To("inputs"), "output": To("outputs")},
        order=("inputs", "outputs", "name"),
        note="Keras 2 has Model in its place",
    ),
    **methods(_CONTAINER, "keras.models.Model", ("call(input)", "compute_mask(input)", "get_output_shape_for")),
    **_model_methods(
        _CONTAINER,
        "keras.models.Model",
        "from_config get_config get_layer get_weights input_spec losses non_trainable_weights reset_states set_weights "
        "state_updates stateful to_json trainable_weights updates",
    ),
    f"{_CONTAINER}.load_weights": Row(
        to="keras.models.Model.load_weights",
        order=("filepath",),
        note="weights that Keras 1 wrote are in Keras 1's layouts: `kmigrate weights` converts the file",
    ),
    f"{_CONTAINER}.save": Row(to="keras.models.Model.save", note=_SAVE_NOTE.format("a SavedModel folder")),
    f"{_CONTAINER}.save_weights": Row(
        to="keras.models.Model.save_weights", note=_SAVE_NOTE.format("a TensorFlow checkpoint")
    ),
    f"{_CONTAINER}.summary": Row(
        to="keras.models.Model.summary", note="other column widths by default; print_fn= takes the lines elsewhere"
    ),
    **person(
        _CONTAINER,
        {
            "constraints": _CONSTRAINTS,
            "load_weights_from_hdf5_group": "give the file's name to load_weights",
            "load_weights_from_hdf5_group_by_name": "give the file's name to load_weights(..., by_name=True)",
            "regularizers": _REGULARIZERS,
            "run_internal_graph": "call the model on the tensors: model(inputs)",
            "save_weights_to_hdf5_group": "give a file's name ending in .h5 to save_weights",
            "to_yaml": _YAML_NOTE.format("to_json"),
            "uses_learning_phase": _LEARNING_PHASE,
        },
    ),
    # --- keras/engine/training.py -------------------------------------------------------------------------------------
    _MODEL: Row(
        to="keras.models.Model",
        params={"input": To("inputs"), "output": To("outputs")},
        order=("inputs", "outputs", "name"),
    ),
    f"{_MODEL}.compile": Row(
        to="keras.models.Model.compile",
        params=_SAMPLE_WEIGHT_MODE,
        order=("optimizer", "loss", "metrics", "loss_weights"),
        note="further keywords went to the Theano function; Keras 2 refuses them",
    ),
    f"{_MODEL}.fit": Row(to="keras.models.Model.fit", params={**_FIT, **_SHOW_ACCURACY}, pins=(_EPOCHS,)),
    f"{_MODEL}.evaluate": Row(to="keras.models.Model.evaluate", params=_SHOW_ACCURACY),
    f"{_MODEL}.predict": Row(
        to="keras.models.Model.predict", note="prints a progress bar by default: verbose=0 as before"
    ),
    f"{_MODEL}.train_on_batch": Row(to="keras.models.Model.train_on_batch"),
    f"{_MODEL}.test_on_batch": Row(to="keras.models.Model.test_on_batch"),
    f"{_MODEL}.predict_on_batch": Row(to="keras.models.Model.predict_on_batch"),
    f"{_MODEL}.fit_generator": Row(
        to="keras.models.Model.fit_generator",
        params=_FIT_GENERATOR,
        order=_FIT_GENERATOR_ORDER,
        note=_GENERATOR_NOTE.format("fit"),
    ),
    f"{_MODEL}.evaluate_generator": Row(
        to="keras.models.Model.evaluate_generator",
        params=_STEPS,
        order=("generator", "steps"),
        note=_GENERATOR_NOTE.format("evaluate"),
    ),
    f"{_MODEL}.predict_generator": Row(
        to="keras.models.Model.predict_generator",
        params=_STEPS,
        order=("generator", "steps"),
        note=_GENERATOR_NOTE.format("predict"),
    ),
    _ENQUEUER: Row(
        to="keras.utils.GeneratorEnqueuer",
        params={"pickle_safe": To("use_multiprocessing")},
        note="its get() gives a generator over the queue; the queue attribute's own get() gives futures",
    ),
    f"{_ENQUEUER}.start": Row(
        to="keras.utils.GeneratorEnqueuer.start",
        params={
            "nb_worker": To("workers"),
            "max_q_size": To("max_queue_size"),
            "wait_time": Dropped(message="the queue blocks, it no longer sleeps"),
        },
        order=("workers", "max_queue_size"),
    ),
    f"{_ENQUEUER}.is_running": Row(to="keras.utils.GeneratorEnqueuer.is_running"),
    f"{_ENQUEUER}.stop": Row(to="keras.utils.GeneratorEnqueuer.stop"),
    **person(
        _TRAINING,
        {
            "batch_shuffle": "shuffles an index array in whole batches; copy it from Keras 1 where it is needed",
            "check_array_lengths": "fit, evaluate and predict check their arrays themselves",
            "check_loss_and_target_compatibility": "compile and fit check losses against targets themselves",
            "collect_metrics": "compile takes metrics as a list or as a dictionary by output",
            "make_batches": "[(i, min(size, i + batch_size)) for i in range(0, size, batch_size)]",
            "standardize_class_weights": "fit takes class_weight as a dictionary",
            "standardize_input_data": "fit, evaluate and predict take lists, dictionaries and arrays",
            "standardize_sample_or_class_weights": "fit takes sample_weight and class_weight",
            "standardize_sample_weights": "fit takes sample_weight as an array, a list or a dictionary",
            "standardize_weights": "np.array([class_weight[c] for c in classes]) gives the weights of the samples",
            "weighted_objective": "a keras.losses.Loss takes sample_weight when called",
        },
        how=How.INTERNAL,
    ),
    # used by programs all the same: Keras's own example addition_rnn.py imports it
    f"{_TRAINING}.slice_X": Row(How.COMPAT, "kmigrate.compat.slice_X"),
    # --- keras/models.py ----------------------------------------------------------------------------------------------
    _SEQUENTIAL: Row(to="keras.models.Sequential"),
    **methods(_SEQUENTIAL, "keras.models.Sequential", ("call(x)",)),
    **_model_methods(
        _SEQUENTIAL,
        "keras.models.Sequential",
        "add build get_config get_layer get_weights losses non_trainable_weights pop set_weights state_updates "
        "trainable trainable_weights updates",
    ),
    f"{_SEQUENTIAL}.from_config": Row(
        to="keras.models.Sequential.from_config",
        params={"layer_cache": Dropped(message="layers that Keras 1 had made before are no longer shared this way")},
        order=("config",),
    ),
    f"{_SEQUENTIAL}.compile": Row(
        to="keras.models.Sequential.compile",
        params={
            **_SAMPLE_WEIGHT_MODE,
            "class_mode": Dropped(message="the accuracy that metrics=['accuracy'] asks for goes by the loss"),
            "theano_mode": Dropped(message="a compilation mode of Theano"),
        },
        order=("optimizer", "loss", "metrics"),
        note="further keywords went to the Theano function; Keras 2 refuses them",
    ),
    f"{_SEQUENTIAL}.fit": Row(
        to="keras.models.Sequential.fit",
        params={**_FIT, **_SHOW_ACCURACY, **_X},
        pins=(_EPOCHS,),
        note="Keras 0.x trained 100 epochs of batches of 128 by default",
    ),
    f"{_SEQUENTIAL}.evaluate": Row(to="keras.models.Sequential.evaluate", params={**_SHOW_ACCURACY, **_X}),
    f"{_SEQUENTIAL}.predict": Row(
        to="keras.models.Sequential.predict", params=_X, note="prints a progress bar by default: verbose=0 as before"
    ),
    f"{_SEQUENTIAL}.predict_classes": Row(
        How.RULE, params=_X, note="predict(x) and its argmax over the last axis, or > 0.5", rule="KM110"
    ),
    f"{_SEQUENTIAL}.predict_proba": Row(How.RULE, params=_X, note="predict(x)", rule="KM110"),
    f"{_SEQUENTIAL}.train_on_batch": Row(
        to="keras.models.Sequential.train_on_batch",
        params={**_ACCURACY, **_X},
        order=("x", "y"),
        note="Keras 1 took class_weight before sample_weight, Keras 2 the other way round",
    ),
    f"{_SEQUENTIAL}.test_on_batch": Row(to="keras.models.Sequential.test_on_batch", params={**_ACCURACY, **_X}),
    f"{_SEQUENTIAL}.predict_on_batch": Row(to="keras.models.Sequential.predict_on_batch", params=_X),
    f"{_SEQUENTIAL}.fit_generator": Row(
        to="keras.models.Sequential.fit_generator",
        params={
            **_FIT_GENERATOR,
            **_SHOW_ACCURACY,
            "nb_val_worker": Dropped(message="validation has no workers of its own"),
        },
        order=_FIT_GENERATOR_ORDER,
        note=_GENERATOR_NOTE.format("fit"),
    ),
    f"{_SEQUENTIAL}.evaluate_generator": Row(
        to="keras.models.Sequential.evaluate_generator",
        params={**_STEPS, **_SHOW_ACCURACY},
        order=("generator", "steps"),
        note=_GENERATOR_NOTE.format("evaluate"),
    ),
    f"{_SEQUENTIAL}.predict_generator": Row(
        to="keras.models.Sequential.predict_generator",
        params=_STEPS,
        order=("generator", "steps"),
        note=_GENERATOR_NOTE.format("predict"),
    ),
    **person(
        _SEQUENTIAL,
        {
            "constraints": _CONSTRAINTS,
            "flattened_layers": "follow the layers property into nested models",
            "get_losses_for": _NO_PER_INPUT.format("losses"),
            "get_updates_for": _NO_PER_INPUT.format("updates"),
            "regularizers": _REGULARIZERS,
            "training_data": "the model no longer keeps its training data: keep them yourself",
            "uses_learning_phase": _LEARNING_PHASE,
            "validation_data": "the model no longer keeps its validation data: give them to the callback",
        },
    ),
    "keras.models.load_model": Row(to="keras.models.load_model", note=_LOAD_NOTE),
    "keras.models.model_from_config": Row(to="keras.models.model_from_config", note=_LOAD_NOTE),
    "keras.models.model_from_json": Row(to="keras.models.model_from_json", note=_LOAD_NOTE),
    "keras.models.model_from_yaml": Row(How.PERSON, note=_YAML_NOTE.format("model_from_json")),
    "keras.models.save_model": Row(to="keras.models.save_model", note=_SAVE_NOTE.format("a SavedModel folder")),
}
