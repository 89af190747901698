"""The validation images are altered at random.

An `ImageDataGenerator` with `rotation_range`, `zoom_range`, `horizontal_flip` and the like alters every image that its
iterators give, those for validation included, in every version of Keras; `subset='validation'` shares the settings.
`val_loss` and `val_acc` are then those of altered images, another set in each epoch. A hint, because nothing fails.

Found::

    from keras.preprocessing.image import ImageDataGenerator
    images = ImageDataGenerator(rotation_range=40, validation_split=0.2)
    train = images.flow_from_directory('data', subset='training')
    validation = images.flow_from_directory('data', subset='validation')
    model.fit_generator(train, validation_data=validation)

No fix: a person makes a second `ImageDataGenerator` for validation, with the same `rescale` and `validation_split` and
nothing else.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kmigrate.findings import Finding, Related, Severity
from kmigrate.program.image_flows import Flow, Flows, constant
from kmigrate.program.program import Program
from kmigrate.program.reaching import reaching
from kmigrate.program.scopes import Assigned, Scope
from kmigrate.rules.base import Rule

#: Arguments that alter an image at random, unless they are 0, False or None.
_RANDOM = frozenset(
    {
        "rotation_range",
        "width_shift_range",
        "height_shift_range",
        "brightness_range",
        "shear_range",
        "zoom_range",
        "channel_shift_range",
        "horizontal_flip",
        "vertical_flip",
    }
)


def check(program: Program) -> Iterator[Finding]:
    """One finding an iterator for validation."""
    flows = Flows(program)
    said: set[Flow] = set()
    for method in ("fit", "fit_generator") if flows.by_call else ():
        for call, scope in program.module.calls_of(method):
            data = next((k.value for k in call.keywords if k.arg == "validation_data"), None)
            flow = flows.of(data, scope) if data is not None else None
            found = _random(program, flow.generator, flow.scope) if flow is not None and flow not in said else None
            if data is not None and flow is not None and found is not None:
                said.add(flow)
                related = (Related("altered here", program.module.span(found)),)
                message = (
                    f"the validation images are altered at random ({found.arg}): their scores are not those of the "
                    "images as they are"
                )
                yield Finding("KM409", message, Severity.HINT, program.module.span(data), related=related)


def _random(program: Program, generator: ast.expr, scope: Scope) -> ast.keyword | None:
    """The first argument of the ``ImageDataGenerator`` that surely alters images at random."""
    if isinstance(generator, ast.Name):
        bound = reaching(program.module, generator, scope)
        if not isinstance(bound, Assigned) or bound.path:
            return None
        generator, scope = bound.value, bound.scope
    if not isinstance(generator, ast.Call):
        return None
    for keyword in generator.keywords:
        if keyword.arg in _RANDOM:
            value = constant(program, keyword.value, scope)
            if value is True or (isinstance(value, (int, float)) and value != 0):
                return keyword
    return None


RULE = Rule("KM409", "augmented-validation", __doc__, check)
