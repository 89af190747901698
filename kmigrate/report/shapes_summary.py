"""What following a program came to, as plain data: models, their layers in order, and how far they could be followed.

The table, the JSON and the drawing all show this.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from kmigrate.engine import Followed
from kmigrate.findings import LineIndex, Severity
from kmigrate.program.scopes import Module
from kmigrate.program.shapes.analysis import Verdict
from kmigrate.program.shapes.tensors import Layer, Tensor, Trust, Unknown
from kmigrate.program.shapes.values import Application, Model, Object, Place

#: The size of an axis: a number, None (Keras's open size), or the name of what the program does not tell ("?").
PlainSize = int | str | None

#: What Keras 1 calls the image orderings.
_WORDS = {"channels_first": "th", "channels_last": "tf"}

#: Arguments that a drawing shows beside the class, by their Keras 2 names: what sets the shape.
_SHOWN = (
    "filters", "units", "input_dim", "output_dim", "kernel_size", "pool_size", "size", "strides", "padding", "cropping",
    "dilation_rate", "target_shape", "dims", "n", "rate", "mode", "concat_axis", "axis", "axes", "activation",
    "return_sequences",
)  # fmt: skip
#: Those of them that say what they are without their name.
_PLAIN = frozenset(
    {"filters", "units", "kernel_size", "pool_size", "size", "target_shape", "rate", "mode", "activation", "n"}
)


@dataclass(frozen=True, slots=True)
class Where:
    """A line of a source. ``cell`` is that of a notebook, ``text`` the line as it is written."""

    path: str
    line: int
    cell: int | None = None
    text: str = ""

    def relative(self, path: str) -> str:
        """``line 12``, with what it takes to find it from the file at ``path``."""
        words = f"line {self.line}" if self.cell is None else f"line {self.line} of cell {self.cell}"
        return words if self.path == path else f"{words} of {self.path}"


@dataclass(frozen=True, slots=True)
class Value:
    """A tensor: its sizes (None: not even their number is known) and what each axis counts ("?" where nothing says).

    ``trust`` is "proved", "looks" (guessed from the sizes or their names) or "".
    """

    shape: tuple[PlainSize, ...] | None
    axes: tuple[str, ...] | None
    trust: str = ""

    @property
    def channels(self) -> str:
        """``first`` or ``last``, where the tensor holds images whose channels are known, else ``""``."""
        if self.axes is None or len(self.axes) < 4 or self.axes.count("channels") != 1:
            return ""
        return "last" if self.axes[-1] == "channels" else "first"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that the rules on shapes say. ``code`` is the rule's, ``""`` where it is none but Keras's refusal."""

    code: str
    severity: Severity
    message: str
    where: Where


@dataclass(frozen=True, slots=True)
class Step:
    """One application of a layer, or an input. ``inputs`` are the numbers of the steps that feed it, in order.

    ``fails``: Keras would refuse here. ``is_reached`` is False behind such a step. ``shared`` is the number of an
    earlier step with the same layer. ``nested`` is the model that is applied, if it is one.
    """

    number: int
    name: str
    cls: str
    where: Where
    inputs: tuple[int, ...]
    takes: tuple[Value, ...]
    gives: tuple[Value, ...]
    params: int | None
    details: str = ""
    problems: tuple[Problem, ...] = ()
    fails: bool = False
    is_reached: bool = True
    shared: int | None = None
    nested: ModelSummary | None = None

    @property
    def is_sound(self) -> bool:
        """Whether Keras would build it: neither it nor what is before it fails."""
        return self.is_reached and not self.fails

    @property
    def is_input(self) -> bool:
        """Whether the model starts here."""
        return self.cls == "InputLayer"


@dataclass(frozen=True, slots=True)
class ModelSummary:
    """One model. ``name`` is unique in its file; ``maker`` is the function that builds it, if it is in one.

    ``params`` counts shared weights once, ``is_total`` says whether all are known. ``is_known`` is False where
    something was done to the model that is not followed. ``times``: so often the program builds it, with the same
    shapes.
    """

    name: str
    kind: str
    where: Where
    maker: str
    steps: tuple[Step, ...]
    outputs: tuple[int, ...]
    params: int
    is_total: bool
    is_known: bool = True
    times: int = 1

    @property
    def failing(self) -> tuple[Step, ...]:
        """The steps at which Keras would refuse to build it."""
        return tuple(step for step in self.steps if step.fails)


@dataclass(frozen=True, slots=True)
class Lost:
    """A layer whose output shape is not known though its inputs are: what it is, where, and why."""

    what: str
    where: Where
    why: str


@dataclass(frozen=True, slots=True)
class Summary:
    """All that is said of one source. ``others`` are the problems that belong to no layer: of data, of whole models."""

    path: str
    models: tuple[ModelSummary, ...] = ()
    #: applications of layers: all, those whose output shape is known, those that Keras refuses, and those behind them
    layers: int = 0
    known: int = 0
    failing: int = 0
    behind: int = 0
    lost: tuple[Lost, ...] = ()
    ordering: str = ""
    assumptions: tuple[str, ...] = ()
    others: tuple[Problem, ...] = ()

    @property
    def problems(self) -> Iterator[Problem]:
        """Everything that is wrong, or may be."""
        yield from self.others
        for model in self.models:
            for step in model.steps:
                yield from step.problems


def summarize(
    followed: Followed,
    path: str,
    index: LineIndex,
    source: str,
    other_index: Callable[[str], LineIndex | None] = lambda _path: None,
) -> Summary:
    """The summary of a source. ``index`` and ``source`` are of the source itself, ``other_index`` of other files."""
    return _Summarizer(followed, path, index, source, other_index).summary()


class _Names:
    """What a file calls the things that its calls make, and in which function they are made."""

    def __init__(self, module: Module) -> None:
        #: by the identity of the call's node
        self.variable: dict[int, str] = {}
        self.function: dict[int, str] = {}
        todo: list[tuple[ast.AST, str]] = [(module.tree, "")]
        while todo:
            node, function = todo.pop()
            if isinstance(node, ast.Call):
                self.function[id(node)] = function
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                named = [ast.unparse(target) for target in targets if isinstance(target, ast.Name | ast.Attribute)]
                if named and node.value is not None:
                    self.variable[id(node.value)] = named[0]
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                function = f"{function}.{node.name}" if function else node.name
            todo.extend((child, function) for child in ast.iter_child_nodes(node))


class _Summarizer:
    def __init__(
        self,
        followed: Followed,
        path: str,
        index: LineIndex,
        source: str,
        other_index: Callable[[str], LineIndex | None],
    ) -> None:
        self.followed = followed
        self.report = followed.report
        self.path = path
        self.index = index
        self.source = source
        self.other_index = other_index
        self.codes = {finding.message: finding.code for finding in followed.findings}
        self.names: dict[int, _Names] = {}
        #: how many layers of each class have an automatic name already
        self.counts: dict[str, int] = {}
        self.automatic: dict[int, str] = {}
        self.models: dict[int, ModelSummary] = {}
        self.taken: set[str] = set()
        self.verdicts = [v for v in self.report.verdicts if v.message in self.codes]
        self.by_application: dict[int, list[Verdict]] = {}
        self.by_node: dict[int, list[Verdict]] = {}
        self.said: set[int] = set()
        for verdict in self.verdicts:
            if isinstance(verdict.about, Application):
                self.by_application.setdefault(id(verdict.about), []).append(verdict)
                self.by_node.setdefault(id(verdict.about.place.node), []).append(verdict)

    def summary(self) -> Summary:
        models = [*self.report.models, *self._loose()]
        layers = [a for a in self._applications() if a.inputs]
        reached = [a for a in layers if not any(tensor.broken for tensor in a.inputs)]
        sound = [a for a in reached if a.fault is None]
        summaries = _merged(self.model(model) for model in models)
        others = tuple(self._problem(v) for v in self.verdicts if id(v) not in self.said)
        if not models and not others:
            return Summary(self.path)
        return Summary(
            self.path,
            tuple(summaries),
            len(layers),
            sum(all(tensor.shape is not None for tensor in a.outputs) for a in sound),
            len(reached) - len(sound),
            len(layers) - len(reached),
            tuple(self._lost()),
            self._ordering(),
            tuple(self._assumptions()),
            others,
        )

    # --- places and names -----------------------------------------------------------------------------------------

    def where(self, place: Place) -> Where:
        """The line of a place."""
        module = place.module
        if not isinstance(getattr(place.node, "lineno", None), int):
            return Where(module.path, 1)
        offset = module.span(place.node).start
        if module is self.followed.module:
            offset = min(self.followed.place(offset), len(self.source))
            return _where(self.path, self.source, offset, self.index)
        index = self.other_index(module.path)
        return _where(module.path, module.text, offset, index if index is not None else module.lines)

    def _names(self, place: Place) -> _Names:
        module = place.module
        if id(module) not in self.names:
            self.names[id(module)] = _Names(module)
        return self.names[id(module)]

    def _variable(self, place: object) -> str:
        return self._names(place).variable.get(id(place.node), "") if isinstance(place, Place) else ""

    def _maker(self, place: Place) -> str:
        return self._names(place).function.get(id(place.node), "")

    def _layer_name(self, layer: Layer | Object, cls: str, taken: Mapping[str, int]) -> str:
        """The name that a layer is given, the variable it is kept in, or one such as Keras makes: ``dense_1``."""
        made = layer.layer if isinstance(layer, Object) else layer
        if made is not None and made.name:
            return made.name
        variable = self._variable(layer.place)
        if variable and taken.get(variable, id(layer)) == id(layer):
            return variable
        if id(layer) not in self.automatic:
            self.counts[cls] = self.counts.get(cls, 0) + 1
            stem = "input" if cls == "InputLayer" else cls.lower()
            if cls != "InputLayer" and made is not None and made.version > 1:
                stem = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", cls).lower()
            self.automatic[id(layer)] = f"{stem}_{self.counts[cls]}"
        return self.automatic[id(layer)]

    # --- models ---------------------------------------------------------------------------------------------------

    def model(self, model: Model) -> ModelSummary:
        """The summary of a model; the same one each time."""
        found = self.models.get(id(model))
        if found is None:
            found = self.models[id(model)] = self._model(model)
        return found

    def _model(self, model: Model) -> ModelSummary:
        maker = self._maker(model.place)
        stem = model.name or self._variable(model.place) or model.kind.lower()
        stem = f"{maker}.{stem}" if maker and not model.name else stem
        name, number = stem, 1
        while name in self.taken:
            number += 1
            name = f"{stem}#{number}"
        self.taken.add(name)
        steps, outputs = self._steps(model)
        counted: dict[int, int | None] = {}
        _count(model, counted)
        is_total = model.known and all(count is not None for count in counted.values())
        params = sum(count for count in counted.values() if count is not None)
        where = self.where(model.place)
        return ModelSummary(name, model.kind, where, maker, steps, outputs, params, is_total, model.known)

    def _steps(self, model: Model) -> tuple[tuple[Step, ...], tuple[int, ...]]:
        """The steps of a model, its inputs first, and the numbers of those that give its outputs."""
        makers: dict[int, int] = {}  # number of the step that makes a tensor
        layers: dict[int, int] = {}  # number of the first step of a layer
        taken: dict[str, int] = {}
        steps: list[Step] = []
        starts = [tensor.made_by for tensor in model.inputs]
        applications = [a for a in starts if isinstance(a, Application) and not a.inputs]
        for application in dict.fromkeys([*applications, *model.steps]):
            number = len(steps)
            for tensor in application.inputs:
                if id(tensor) not in makers:
                    makers[id(tensor)] = len(steps)
                    steps.append(self._stranger(len(steps), tensor, application))
            number = len(steps)
            step = self._step(number, application, makers, layers, taken)
            taken.setdefault(step.name, id(application.layer))
            layers.setdefault(id(application.layer), number)
            makers.update((id(tensor), number) for tensor in application.outputs)
            steps.append(step)
        outputs = dict.fromkeys(makers[id(tensor)] for tensor in model.outputs if id(tensor) in makers)
        return tuple(steps), tuple(outputs)

    def _stranger(self, number: int, tensor: Tensor, user: Application) -> Step:
        """A tensor that no layer of the model makes: an input of another model, or what other code made."""
        made_by = tensor.made_by
        if isinstance(made_by, Application):
            name, cls = self._called(made_by.layer, {})
            return Step(number, name, cls, self.where(made_by.place), (), (), (value_of(tensor),), 0)
        return Step(number, "a tensor", "", self.where(user.place), (), (), (value_of(tensor),), None)

    def _called(self, layer: Layer | Model | Object, taken: Mapping[str, int]) -> tuple[str, str]:
        """Name and class of what is applied."""
        if isinstance(layer, Object):
            cls = layer.cls.name if layer.cls is not None else "?"
            return (
                self.model(layer.model).name if layer.model is not None else self._layer_name(layer, cls, taken)
            ), cls
        if isinstance(layer, Model):
            return self.model(layer).name, layer.kind
        cls = layer.symbol or layer.kind
        cls = "InputLayer" if cls == "Input" else cls
        return self._layer_name(layer, cls, taken), cls

    def _step(
        self,
        number: int,
        application: Application,
        makers: Mapping[int, int],
        layers: Mapping[int, int],
        taken: Mapping[str, int],
    ) -> Step:
        layer = application.layer
        name, cls = self._called(layer, taken)
        if isinstance(layer, Layer) and not layer.name and not application.inputs:
            name = self._variable(application.place) or name
        model = layer if isinstance(layer, Model) else layer.model if isinstance(layer, Object) else None
        fails = application.fault is not None
        params = _params(application)
        if model is not None:
            nested = self.model(model)
            params = nested.params if nested.is_total else None
        is_reached = not any(tensor.broken for tensor in application.inputs)
        where = self.where(application.place)
        problems = [self._problem(verdict) for verdict in self._verdicts(application)]
        if application.fault is not None and is_reached and not problems:
            problems = [Problem("", Severity.INFO, application.fault.message, where)]
        return Step(
            number,
            name,
            cls,
            where,
            tuple(makers[id(tensor)] for tensor in application.inputs if id(tensor) in makers),
            tuple(value_of(tensor) for tensor in application.inputs),
            tuple(value_of(tensor) for tensor in application.outputs),
            params,
            _details(layer),
            tuple(problems),
            fails and is_reached,
            is_reached,
            layers.get(id(layer)),
            self.model(model) if model is not None else None,
        )

    def _verdicts(self, application: Application) -> list[Verdict]:
        """What is said of an application; in another run of the program, the same place stands for it."""
        found = self.by_application.get(id(application))
        if found is None and application.fault is not None:
            at_place = self.by_node.get(id(application.place.node), ())
            found = [v for v in at_place if v.kind == application.fault.kind or v.kind == "input-layout"]
        self.said.update(id(verdict) for verdict in found or ())
        return found or []

    def _problem(self, verdict: Verdict) -> Problem:
        severity = Severity[verdict.level.name]
        return Problem(self.codes[verdict.message], severity, verdict.message, self.where(verdict.place))

    def _applications(self) -> list[Application]:
        """All applications, but those of functions that nothing called where they are in a model after all.

        A function that is followed with unknown arguments first, and then called by another, is seen twice.
        """
        within = {id(step) for model in self.report.models for step in model.steps}
        nodes = {id(step.place.node) for model in self.report.models for step in model.steps}
        return [a for a in self.report.applications if id(a) in within or id(a.place.node) not in nodes]

    def _loose(self) -> list[Model]:
        """The layers that are in no model, as a model for each function that applies some."""
        within = {id(step) for model in self.report.models for step in model.steps}
        found: dict[str, Model] = {}
        for application in self._applications():
            if id(application) in within or not application.inputs:
                continue
            if application.place.module is not self.followed.module:
                continue
            maker = self._maker(application.place)
            model = found.setdefault(maker, Model("layers", 0, application.place, f"{maker or 'layers'} (no model)"))
            model.steps.append(application)
        for model in found.values():
            inner = {id(tensor) for step in model.steps for tensor in step.inputs}
            model.outputs = [t for step in model.steps for t in step.outputs if id(t) not in inner]
            starts = dict.fromkeys(t for step in model.steps for t in step.inputs)
            model.inputs = [t for t in starts if isinstance(t.made_by, Application) and not t.made_by.inputs]
        return list(found.values())

    # --- how far it went --------------------------------------------------------------------------------------------

    def _lost(self) -> Iterator[Lost]:
        seen: set[int] = set()
        for application in self._applications():
            unknown = application.fault is None and any(tensor.shape is None for tensor in application.outputs)
            if any(tensor.broken for tensor in (*application.inputs, *application.outputs)):
                continue
            if not unknown or id(application.place.node) in seen:
                continue
            if any(t.shape is None and isinstance(t.made_by, Application) for t in application.inputs):
                continue
            seen.add(id(application.place.node))
            yield Lost(self._called(application.layer, {})[1], self.where(application.place), _why(application))

    def _ordering(self) -> str:
        ordering = self.report.ordering
        if ordering is None:
            return ""
        said = f"{ordering.data_format} ('{_WORDS[ordering.data_format]}' in Keras 1): {ordering.source}"
        layers = [a.layer for a in self.report.applications if isinstance(a.layer, Layer) and a.inputs]
        others = {layer.default_format for layer in layers} - {ordering.data_format}
        return said + "".join(f"; the program sets {other} ('{_WORDS[other]}') itself" for other in sorted(others))

    def _assumptions(self) -> Iterator[str]:
        report = self.report
        if report.arguments:
            named = ", ".join(f"{name}={value!r}" for name, value in sorted(report.arguments.items()))
            yield f"the command line gives nothing, so that {named}"
        for value in (True, False):
            lines = []
            for (path, line, column), _, counts in sorted(report.decided):
                if counts is value and path == self.followed.module.path:
                    offset = self.followed.place(self.followed.module.lines.offset(line, column))
                    where = _where(self.path, self.source, min(offset, len(self.source)), self.index)
                    lines.append(where.relative(self.path).removeprefix("line "))
                elif counts is value:
                    lines.append(f"{line} of {path}")
            if lines:
                more = f" and {len(lines) - 12} more" if len(lines) > 12 else ""
                word = "line" if len(lines) == 1 else "lines"
                said = f"are {str(value).lower()} in {word} {', '.join(lines[:12])}{more}"
                yield f"conditions that the program does not tell {said}"
        if report.spent:
            yield "the program is too large to be followed to its end: what comes later was not looked at"


def _where(path: str, text: str, offset: int, index: LineIndex) -> Where:
    place = index.position(offset)
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    return Where(path, place.line, index.cell(offset), text[start : end if end >= 0 else None].strip())


def _count(model: Model, counted: dict[int, int | None]) -> None:
    """The weights of each layer of a model, those in its models included, by the layer's identity."""
    for step in model.steps:
        if any(tensor.broken for tensor in step.inputs):
            continue
        layer = step.layer
        inner = layer if isinstance(layer, Model) else layer.model if isinstance(layer, Object) else None
        if inner is not None:
            if id(inner) not in counted:
                counted[id(inner)] = 0 if inner.known else None
                _count(inner, counted)
        elif counted.get(id(layer)) is None:
            counted[id(layer)] = _params(step)


def _params(step: Application) -> int | None:
    is_function = isinstance(step.layer, Layer) and step.layer.kind in ("Lambda", "Merge")
    return 0 if is_function else step.params


def value_of(tensor: Tensor) -> Value:
    """A tensor as plain data."""
    shape = None if tensor.shape is None else tuple(_size(size) for size in tensor.shape)
    if tensor.shape is None or tensor.axes is None or len(tensor.axes) != len(tensor.shape):
        return Value(shape, None)
    trust = {Trust.PROVED: "proved", Trust.LOOKS: "looks", Trust.NONE: ""}[tensor.trust]
    return Value(shape, tuple(axis.value for axis in tensor.axes), trust)


def _size(size: object) -> PlainSize:
    if isinstance(size, Unknown):
        return size.name or "?"
    return size if size is None else int(size)  # type: ignore[call-overload]


def _details(layer: Layer | Model | Object) -> str:
    """What a layer is configured with, in short: ``64, 3×3, padding same``."""
    made = layer.layer if isinstance(layer, Object) else layer
    if not isinstance(made, Layer):
        return ""
    parts = []
    inner = made.arguments.get("layer")
    if isinstance(inner, Layer):
        parts.append(f"{inner.symbol or inner.kind} {_details(inner)}".strip())
    for name in _SHOWN:
        value = made.arguments.get(name)
        if isinstance(value, tuple | list) and value and all(isinstance(item, int) for item in value):
            said = "×".join(str(item) for item in value)
        elif isinstance(value, bool):
            said = "" if not value else name.replace("_", " ")
        elif isinstance(value, int | float | str):
            said = str(value)
        else:
            continue
        if said and not isinstance(value, bool):
            said = said if name in _PLAIN else f"{name.replace('_', ' ')} {said}"
        if said and said not in ("padding valid", "strides 1", "strides 1×1"):
            parts.append(said)
    return ", ".join(parts)


def _why(application: Application) -> str:
    """Why the output shape of a layer is not known."""
    layer = application.layer
    if not application.inputs:
        return "its shape is not in the program"
    if isinstance(layer, Object) and layer.model is None:
        return "what its own code gives could not be followed"
    if isinstance(layer, Model | Object):
        return "the model is not known"
    if any(tensor.shape is None for tensor in application.inputs):
        return "its input comes from code that is not followed"
    if layer.kind == "Lambda" or layer.kind == "Merge":
        return "what its function gives could not be followed"
    if layer.kind == "Layer":
        return "its arguments are not known"
    return "a size or an argument that it needs is not known"


def _merged(models: Iterable[ModelSummary]) -> list[ModelSummary]:
    """The models, those that are built several times at one place with the same shapes once."""
    found: dict[object, ModelSummary] = {}
    for model in models:
        key = (
            model.where,
            tuple((step.cls, step.where, step.takes, step.gives, step.details) for step in model.steps),
        )
        known = found.get(key)
        found[key] = model if known is None else replace(known, times=known.times + 1)
    return list(found.values())
