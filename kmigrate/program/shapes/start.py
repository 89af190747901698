"""The image ordering that a program starts under, and the one verdict on it: the whole analysis of one file.

In this order: what the command line says; the keras.json that the files run under; the default of the version of Keras
that the project's requirements ask for ("th" up to 1.0.8, "tf" from 1.1.0 on). Calls of ``set_image_dim_ordering`` then
change it in the order of the program. Where nothing says anything and every image shape of the program is channels
first, the program was run with another keras.json: that is inferred, and said.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kmigrate.program.shapes.analysis import Ordering, Report, Verdict, analyse, assuming
from kmigrate.program.shapes.tensors import Level

if TYPE_CHECKING:
    from kmigrate.program.program import Program
    from kmigrate.program.project import Pin

#: What an input written for the other ordering leads to, and an axis that is given for it.
_LAYOUTS = frozenset(("input-layout", "batchnorm-axis", "concat-axis", "softmax-axis"))
_FORMATS = {"tf": "channels_last", "th": "channels_first"}
#: A file without any of these builds no model.
_BUILDS = re.compile(r"model|layers|Input|Sequential|ImageDataGenerator|applications", re.IGNORECASE)
#: What of Keras a file uses that builds or feeds a model; backend, callbacks and optimizers alone do not.
_MAKES = re.compile(
    r"keras(?:$|\.(?:layers|models|engine|legacy|applications|datasets|preprocessing|wrappers|Sequential|Model|Input)\b)"
)
#: Keras by an attribute of TensorFlow's module, which no import names.
_KERAS = re.compile(r"\bkeras\b")
#: The program asks which ordering is in effect.
_ASKED = re.compile(r"image_d(?:im_ordering|ata_format)\(\)")
#: What only somebody who ran Keras on Theano, or under its ordering, writes.
_THEANO = re.compile(r"\btheano\b|['\"]th['\"]|_th_|channels_first|dim_ordering_th")


def report(program: Program) -> Report:
    """What follows from the program's text about its tensors; an empty report where it builds none."""
    found = _report(program)
    pin = program.project.pin
    if pin is not None and pin.version < (1,):
        assumption = f"as Keras 1.2.2 has it; {pin.words}"
        found.verdicts = [assuming(verdict, assumption) for verdict in found.verdicts]
    return found


def _report(program: Program) -> Report:
    module = program.module
    if not (program.touches_keras or _KERAS.search(module.text) or not module.imports):
        return Report()
    if not _builds(program):
        return Report()
    version = 2 if program.written_for == 2 else 1
    ordering = _ordering(program, version)
    keras_backend = "theano" if re.search(r"KERAS_BACKEND['\"]?\]?\s*=\s*['\"]?theano", module.text) else "tensorflow"
    found = analyse(module, program.project, version, ordering, keras_backend)
    layouts = _layouts(found)
    if layouts and any(_ASKED.search(text) for text in _texts(program)):
        # a program for both orderings, which has a mistake in one of them
        layouts = [verdict for verdict in layouts if verdict.kind == "input-layout"]
    pin = program.project.pin
    if ordering.data_format == "channels_first" and pin is not None and pin.words in ordering.source:
        default = Ordering("channels_last", "the default of Keras 2", stated=False)
        layouts = _layouts(analyse(module, program.project, version, default, keras_backend))
        if layouts:
            found.verdicts = [_unstated(min(layouts, key=lambda verdict: verdict.place.line), pin), *found.verdicts]
        return found
    if ordering.stated or version != 1 or not layouts or ordering.data_format != "channels_last":
        return found
    places = {id(verdict.place.node) for verdict in layouts}
    if len(places) < 2 and not any(_THEANO.search(text) for text in _texts(program)):
        return found
    inferred = Ordering("channels_first", "inferred: that is how the shapes of the program are written", stated=False)
    other = analyse(module, program.project, version, inferred, keras_backend)
    if _layouts(other) or any(v.kind == "mixed-layout" for v in other.verdicts):
        return found
    first = min(layouts, key=lambda verdict: verdict.place.line)
    other.verdicts = [_unstated(first), *other.verdicts]
    return other


def _builds(program: Program) -> bool:
    """Whether the file can build or feed a model: by what it uses of Keras, unless that is not told by its imports."""
    if program.serves_models:
        return True
    if not _BUILDS.search(program.module.text):
        return False
    return not program.keras_imports or any(_MAKES.match(use.path) for use in program.uses)


def _texts(program: Program) -> Iterator[str]:
    """The text of the file, and of the user's modules that it imports."""
    yield program.module.text
    for alias in program.module.imports:
        home = alias.path if alias.name == "*" else alias.path.rpartition(".")[0]
        for path in (alias.path, home):
            own = program.project.module(path, program.module.path) if path else None
            if own is not None:
                yield own.text


def _layouts(found: Report) -> list[Verdict]:
    """What says that images have their channels elsewhere than the ordering has them."""
    return [v for v in found.verdicts if v.kind in _LAYOUTS and v.level >= Level.WARNING]


def _ordering(program: Program, version: int) -> Ordering:
    given = program.options.image_dim_ordering
    if given in _FORMATS:
        return Ordering(_FORMATS[given], "--image-dim-ordering says so", stated=True)
    configured = program.project.keras_json_ordering
    if configured in _FORMATS:
        where = program.project.keras_json or "keras.json"
        # Keras writes its own default into the user's file: that of today says nothing of an old program
        return Ordering(_FORMATS[configured], f"{where} says so", stated=configured == "th" or where[:1] != "~")
    pin = program.project.pin if version == 1 else None
    if pin is not None:
        source = f"{pin.words}, whose default is {pin.ordering}"
        return Ordering(_FORMATS[pin.ordering], source, stated=False)
    default = "the default of Keras 1.1.0 and later" if version == 1 else "the default of Keras 2"
    return Ordering("channels_last", f"{default}, and nothing says otherwise", stated=False)


def _unstated(verdict: Verdict, pin: Pin | None = None) -> Verdict:
    advice = "say K.set_image_dim_ordering('th') at its start, or --image-dim-ordering th"
    if pin is not None:
        message = f"{pin.words}, whose default ordering is th; under that of Keras 2, channels last, this program fails"
        message = f"{message} or mixes axes; {advice}"
    else:
        message = (
            "the shapes of this program are channels first, and nothing in it says so: it was written for a keras.json "
            "with 'image_dim_ordering': 'th', or for Keras 1.0; under the default, channels last, it fails or mixes "
            f"axes; {advice}"
        )
    return dataclasses.replace(
        verdict, kind="ordering-unstated", message=message, level=Level.WARNING, related=(), fix=""
    )
