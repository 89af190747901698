"""The ready-made models of ``keras.applications``: their inputs, outputs and what they refuse.

VGG16 and VGG19 are built layer by layer, since programs take their inner layers by name; of the others only input and
output are known. Sources: Keras 1.2.2 ``keras/applications/``, ``imagenet_utils.py`` (``_obtain_input_shape``); Keras
2.15 ``imagenet_utils.obtain_input_shape``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from kmigrate.program.shapes import layers
from kmigrate.program.shapes.models import functional, sizes_text
from kmigrate.program.shapes.tensors import Fault, Layer, Shape, Tensor, Unknown
from kmigrate.program.shapes.values import Application, Model, Place, is_open

if TYPE_CHECKING:
    from kmigrate.program.shapes.building import Building


class _Facts(NamedTuple):
    """Side of the square input by default, least side in Keras 1 and in Keras 2, channels of the last feature map."""

    side: int
    least: tuple[int, int]
    channels: int


_FACTS: Mapping[str, _Facts] = {
    "VGG16": _Facts(224, (48, 32), 512),
    "VGG19": _Facts(224, (48, 32), 512),
    "ResNet50": _Facts(224, (197, 32), 2048),
    "ResNet101": _Facts(224, (32, 32), 2048),
    "ResNet152": _Facts(224, (32, 32), 2048),
    "InceptionV3": _Facts(299, (139, 75), 2048),
    "Xception": _Facts(299, (71, 71), 2048),
    "InceptionResNetV2": _Facts(299, (75, 75), 1536),
    "MobileNet": _Facts(224, (32, 32), 1024),
    "MobileNetV2": _Facts(224, (32, 32), 1280),
    "DenseNet121": _Facts(224, (32, 32), 1024),
    "DenseNet169": _Facts(224, (32, 32), 1664),
    "DenseNet201": _Facts(224, (32, 32), 1920),
    "NASNetMobile": _Facts(224, (32, 32), 1056),
    "NASNetLarge": _Facts(331, (32, 32), 4032),
    "EfficientNetB0": _Facts(224, (32, 32), 1280),
}
#: Convolutions in each block of the VGG models.
_VGG = {"VGG16": (2, 2, 3, 3, 3), "VGG19": (2, 2, 4, 4, 4)}
_PARAMETERS = ("include_top", "weights", "input_tensor", "input_shape", "pooling", "classes")


def build(
    library: Building, model: Model, name: str, positional: list[object], keywords: dict[str, object], place: Place
) -> None:
    """Fill ``model`` in as the constructor ``name`` does.

    Raises :class:`Fault` where Keras refuses the input shape.
    """
    facts = _FACTS.get(name)
    names = _PARAMETERS if model.version > 1 else tuple(p for p in _PARAMETERS if p != "pooling")
    given = {**dict(zip(names, positional, strict=False)), **keywords}
    top = given.get("include_top", True)
    if facts is None or not isinstance(top, bool):
        model.known = False
        model.outputs = [Tensor(None)]
        return
    tensor = given.get("input_tensor")
    if isinstance(tensor, Tensor):
        start = tensor
    else:
        shape = _input_shape(name, facts, model.version, library.data_format, given, top=top)
        layer = Layer("InputLayer", {}, model.version, place, "input_1", (None, *shape) if shape is not None else None)
        layer.born = library.born(given, place)
        start = library.source(layer, place)
    library.run.quiet += 1
    try:
        features = _vgg(library, name, start, place) if name in _VGG else _opaque(library, name, facts, start, place)
        output = _head(library, name, features, given, place, top=top)
    finally:
        library.run.quiet -= 1
    functional(model, [start], [output])
    model.known = output.shape is not None and not output.broken


def _input_shape(
    name: str, facts: _Facts, version: int, data_format: str, given: Mapping[str, object], *, top: bool
) -> Shape | None:
    side, first = facts.side, data_format == "channels_first"
    default: Shape = (3, side, side) if first else (side, side, 3)
    shape = given.get("input_shape")
    if shape is None:
        return default if top else (3, None, None) if first else (None, None, 3)
    if not isinstance(shape, (tuple, list)) or is_open(shape):
        return None
    sizes: Shape = tuple(size if size is None or isinstance(size, int) else Unknown() for size in shape)
    if not all(size is None or isinstance(size, int) for size in sizes):
        return sizes
    weights = given.get("weights", "imagenet")
    if top and sizes != default and (version == 1 or weights == "imagenet"):
        raise Fault(
            "application-input",
            f"{name} with its top takes {sizes_text(default)} only, and is given {sizes_text(sizes)}",
            fix="include_top=False",
        )
    if len(sizes) != 3:
        raise Fault("application-input", f"{name} takes images of three axes, and is given {sizes_text(sizes)}")
    channels, spatial = (sizes[0], sizes[1:]) if first else (sizes[-1], sizes[:-1])
    hint = ""
    if 3 in sizes and channels != 3:
        written = "channels last" if first else "channels first"
        hint = f"; the shape is {written}, and the ordering in effect is {data_format}"
    if channels != 3 and (version == 1 or weights == "imagenet"):
        raise Fault("application-input", f"{name} takes 3 channels, and {sizes_text(sizes)} has {channels}{hint}")
    least = facts.least[0 if version == 1 else 1]
    if not top and any(isinstance(size, int) and size < least for size in spatial):
        raise Fault(
            "application-input", f"{name} takes images of {least} × {least} at least, not {sizes_text(sizes)}{hint}"
        )
    return sizes


def _layer(library: Building, kind: str, keywords: dict[str, object], place: Place) -> Layer:
    return layers.configure(f"keras.layers.{kind}", 2, [], keywords, library.data_format, place)


def _vgg(library: Building, name: str, start: Tensor, place: Place) -> Tensor:
    tensor = start
    for block, (count, filters) in enumerate(zip(_VGG[name], (64, 128, 256, 512, 512), strict=True), start=1):
        for at in range(1, count + 1):
            options: dict[str, object] = {"filters": filters, "kernel_size": (3, 3), "padding": "same"}
            layer = _layer(library, "Conv2D", {**options, "name": f"block{block}_conv{at}"}, place)
            tensor = library.apply(layer, [tensor], place)[0]
        pool = _layer(library, "MaxPooling2D", {"pool_size": (2, 2), "name": f"block{block}_pool"}, place)
        tensor = library.apply(pool, [tensor], place)[0]
    return tensor


def _opaque(library: Building, name: str, facts: _Facts, start: Tensor, place: Place) -> Tensor:
    """The last feature map of a model whose layers are not followed: its channels are known, its sides are not."""
    layer = Layer(name, {}, 2, place, name.lower())
    application = Application(layer, (start,), (), place, len(library.run.ran.applications))
    sides = (Unknown("rows"), Unknown("columns"))
    first = library.data_format == "channels_first"
    samples = start.shape[0] if start.shape else None
    shape: Shape = (samples, facts.channels, *sides) if first else (samples, *sides, facts.channels)
    application.outputs = (Tensor(shape, made_by=application, broken=start.broken),)
    library.record(application)
    return application.outputs[0]


def _head(
    library: Building, name: str, features: Tensor, given: Mapping[str, object], place: Place, *, top: bool
) -> Tensor:
    pooling = given.get("pooling")
    if not top:
        if isinstance(pooling, str):
            kind = {"avg": "GlobalAveragePooling2D", "max": "GlobalMaxPooling2D"}.get(pooling)
            if kind is not None:
                return library.apply(_layer(library, kind, {}, place), [features], place)[0]
        return features
    classes = given.get("classes", 1000)
    units = classes if isinstance(classes, int) else Unknown("classes")
    if name in _VGG:
        tensor = library.apply(_layer(library, "Flatten", {"name": "flatten"}, place), [features], place)[0]
        for label in ("fc1", "fc2"):
            tensor = library.apply(_layer(library, "Dense", {"units": 4096, "name": label}, place), [tensor], place)[0]
    else:
        tensor = library.apply(
            _layer(library, "GlobalAveragePooling2D", {"name": "avg_pool"}, place), [features], place
        )[0]
    dense = _layer(library, "Dense", {"units": units, "activation": "softmax", "name": "predictions"}, place)
    return library.apply(dense, [tensor], place)[0]
