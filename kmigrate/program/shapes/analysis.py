"""The verdict on a program: runs in several worlds, what all of them say, and where to say it.

One run takes every condition that is not known as true, another as false. What both find is certain; what only one
finds holds under an assumption. The same goes for command-line arguments at their defaults, and for functions that
nobody calls, run with the defaults of their parameters: a finding that another run without them lacks names them.
"""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kmigrate.program.project import Project
from kmigrate.program.scopes import Module
from kmigrate.program.shapes import layers, training
from kmigrate.program.shapes.interpreter import Interpreter
from kmigrate.program.shapes.library import OTHER, Library
from kmigrate.program.shapes.models import shape_text
from kmigrate.program.shapes.reading import Facts
from kmigrate.program.shapes.tensors import Axis, Fault, Layer, Level, Remark, Tensor, Trust, Unknown
from kmigrate.program.shapes.values import Application, Class, Frame, Function, Model, Object, Place
from kmigrate.program.shapes.world import (
    MAX_ALL_STEPS,
    MAX_FUNCTION_STEPS,
    MAX_PLAIN_FUNCTION_STEPS,
    MIN_PLAIN_FUNCTION_STEPS,
    Ran,
    Spent,
    Stopped,
    World,
)

_WORDS = {"channels_last": "tf", "channels_first": "th"}
#: Faults that a wrong image ordering leads to.
_ORDERING_FAULTS = frozenset({"negative-size", "channels-none", "concat-shapes", "merge-shapes", "mixed-layout"})
_LAYOUT_KINDS = _ORDERING_FAULTS | {"input-layout"}


@dataclass(frozen=True, slots=True)
class Ordering:
    """The image ordering a program starts under, and what says so."""

    data_format: str
    source: str
    #: stated somewhere, rather than a default or an inference
    stated: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """One thing to say: what, how surely, where, and on what evidence (message, place)."""

    kind: str
    message: str
    level: Level
    place: Place
    related: tuple[tuple[str, Place], ...] = ()
    fix: str = ""
    about: object = None


@dataclass(slots=True)
class Report:
    """What was found out about one program."""

    verdicts: list[Verdict] = field(default_factory=list)
    models: list[Model] = field(default_factory=list)
    applications: list[Application] = field(default_factory=list)
    ordering: Ordering | None = None
    #: the run was cut short
    spent: bool = False
    #: applications of layers to values that are not known to be tensors
    lost: int = 0
    #: what the first run took for granted: command-line arguments with their defaults, and the conditions (place, what
    #: they say, whether they count as true) that the program does not tell
    arguments: dict[str, object] = field(default_factory=dict)
    decided: list[tuple[tuple[str, int, int], str, bool]] = field(default_factory=list)

    def followed(self) -> tuple[int, int]:
        """Applications of layers whose output shape is known, and all of them."""
        real = [a for a in self.applications if a.inputs]
        known = [a for a in real if a.fault is not None or all(t.shape is not None for t in a.outputs)]
        return len(known), len(real) + self.lost


@dataclass(slots=True)
class _Run:
    """One run and what it said."""

    ran: Ran
    library: Library
    frame: Frame


def analyse(module: Module, project: Project, version: int, ordering: Ordering, keras_backend: str) -> Report:
    """Follow the program and report. ``version`` is the Keras it is written for (1, 2 or 3)."""
    facts, left = Facts(), MAX_ALL_STEPS
    interpreters: list[Interpreter] = []

    def run(world: World) -> _Run:
        nonlocal left
        interpreter = Interpreter(module, project, world, Library(version, world.data_format, keras_backend), facts)
        interpreters.append(interpreter)
        interpreter.limit = min(interpreter.limit, left)
        ran = _run(interpreter)
        left -= interpreter.steps
        return ran

    first = World(ordering.data_format)
    base = run(first)
    runs = [base]
    if base.ran.forks:
        runs.append(run(dataclasses.replace(first, first=False)))
    report = Report(
        models=_without_twins(base, runs),
        applications=base.ran.applications,
        ordering=ordering,
        spent=base.ran.spent,
        lost=base.ran.lost,
        arguments=base.ran.arguments,
        decided=[(place, source, value) for place, (value, source) in base.ran.decided.items()],
    )
    verdicts = _agreed([_verdicts(each, module, ordering) for each in runs], runs)
    faults = [v for v in verdicts if v.kind in _ORDERING_FAULTS and v.level is Level.ERROR]
    if faults:
        other = run(dataclasses.replace(first, data_format=OTHER[first.data_format], flipped=True))
        wrong = [v for v in _verdicts(other, module, ordering) if v.kind in _LAYOUT_KINDS and v.level is Level.ERROR]
        if not wrong:
            verdicts = [_under_other(v, other, module, ordering) if v in faults else v for v in verdicts]
    if verdicts and base.ran.arguments:
        without = _keys(_verdicts(run(dataclasses.replace(first, arguments=False)), module, ordering))
        named = ", ".join(f"{name}={value!r}" for name, value in sorted(base.ran.arguments.items())[:3])
        verdicts = [
            v if _key(v) in without else assuming(v, f"with the arguments' defaults ({named})") for v in verdicts
        ]
    if verdicts and any(each.ran.defaults for each in runs):
        without = _keys(_verdicts(run(dataclasses.replace(first, defaults=False)), module, ordering))
        verdicts = [
            v if _key(v) in without else assuming(v, "with the defaults of the function's parameters") for v in verdicts
        ]
    report.verdicts = sorted(
        _distinct(verdicts), key=lambda v: (v.place.line, getattr(v.place.node, "col_offset", 0), v.kind)
    )
    for interpreter in interpreters:
        interpreter.release()
    return report


def _run(interpreter: Interpreter) -> _Run:
    module, library = interpreter.module, interpreter.library
    assert isinstance(library, Library)
    library.run = interpreter
    frame = Frame(module)
    try:
        frame = interpreter.run_module(module)
        _run_uncalled(interpreter, frame)
        training.at_the_end(library)
    except (Spent, RecursionError):
        interpreter.ran.spent = True
    return _Run(interpreter.ran, library, frame)


def _run_uncalled(interpreter: Interpreter, frame: Frame) -> None:
    """Run the functions and methods of the file that nothing has called, so that what they build is seen too."""
    library = interpreter.library
    assert isinstance(library, Library)
    for value in list(frame.names.values()):
        said = len(library.said)
        functions: list[object] = []
        if isinstance(value, Function) and value.frame is frame and not isinstance(value.node, ast.Lambda):
            functions = [value]
            _run_function(interpreter, value)
        elif isinstance(value, Class) and value.frame is frame:
            functions = list(value.names.values())
            _run_methods(interpreter, value)
        if len(library.said) > said:
            interpreter.ran.defaults |= any(
                isinstance(function, Function) and bool(function.defaults or function.keyword_defaults)
                for function in functions
            )


def _run_function(interpreter: Interpreter, function: Function) -> None:
    if id(function.node) in interpreter.ran.functions or function.opaque:
        return
    library, limit = interpreter.library, interpreter.limit
    state = library.data_format
    interpreter.bound = min(limit, interpreter.steps + MAX_FUNCTION_STEPS)
    start, applied = interpreter.steps, len(interpreter.ran.applications)
    plain = max(min(interpreter.plain, MAX_PLAIN_FUNCTION_STEPS), MIN_PLAIN_FUNCTION_STEPS)
    interpreter.limit = min(limit, start + plain)
    try:
        interpreter.call_function(function, *_arguments(interpreter, function), None)
    except (Stopped, Fault):
        pass
    except Spent:
        if interpreter.steps > limit:
            raise
        interpreter.ran.spent = True
    finally:
        library.data_format = state
        interpreter.limit, interpreter.bound = limit, 0
        if len(interpreter.ran.applications) == applied:
            interpreter.plain -= interpreter.steps - start


def _arguments(interpreter: Interpreter, function: Function) -> tuple[list[object], dict[str, object]]:
    """Unknown for every parameter, but their defaults where the world takes them."""
    arguments = function.node.args
    names = [a.arg for a in [*arguments.posonlyargs, *arguments.args]]
    if function.receiver is not None:
        names = names[1:]
    given: list[object] = [Unknown(name) for name in names]
    if interpreter.world.defaults and function.defaults:
        given[len(names) - len(function.defaults) :] = function.defaults
    keywords = {
        a.arg: function.keyword_defaults[a.arg]
        if interpreter.world.defaults and a.arg in function.keyword_defaults
        else Unknown(a.arg)
        for a in arguments.kwonlyargs
    }
    return given, keywords


def _run_methods(interpreter: Interpreter, cls: Class) -> None:
    from kmigrate.program.shapes import own_layers

    methods = [m for m in cls.names.values() if isinstance(m, Function) and not isinstance(m.node, ast.Lambda)]
    if own_layers.keras_base(cls) is not None or not methods:
        return
    if any(id(m.node) in interpreter.ran.functions for m in methods):
        return
    made = Object(cls)
    init = cls.names.get("__init__")
    if isinstance(init, Function):
        _run_function(interpreter, interpreter._bind_method(init, made))  # type: ignore[arg-type]
    for method in methods:
        bound = interpreter._bind_method(method, made) if "property" not in method.decorated else None
        if isinstance(bound, Function):
            _run_function(interpreter, bound)


# --- from what was said to verdicts ---------------------------------------------------------------------------------


def _verdicts(run: _Run, module: Module, ordering: Ordering) -> list[Verdict]:
    found: list[Verdict] = []
    for place, calls, remark, about in run.library.said:
        where = _in_file(place, calls, module)
        if where is None:
            continue
        found.append(_verdict(where, place, calls, remark, about, module, ordering))
    blamed = {id(v.place.node) for v in found if v.kind == "input-layout" and v.level is Level.ERROR}
    return [v for v in found if not (v.kind == "input-layout" and v.level < Level.ERROR and id(v.place.node) in blamed)]


def _in_file(place: Place, calls: Sequence[Place], module: Module) -> Place | None:
    """The innermost place, of where it happens and the calls that led there, that is in the file looked at."""
    for candidate in (place, *reversed(calls)):
        if candidate.module is module:
            return candidate
    return None


def _verdict(
    where: Place,
    place: Place,
    calls: Sequence[Place],
    remark: Remark,
    about: object,
    module: Module,
    ordering: Ordering,
) -> Verdict:
    related: list[tuple[str, Place]] = []
    if place is not where:
        related.append(("it happens here", place))
    application = about if isinstance(about, Application) else None
    if application is None:
        return Verdict(remark.kind, remark.message, remark.level, where, tuple(related), remark.fix, about)
    source = _source(application)
    born = source.born if source is not None else None
    ordering_fault = remark.kind in _ORDERING_FAULTS and remark.level is Level.ERROR
    images = source is not None and source.shape is not None and len(source.shape) in (4, 5)
    if (
        ordering_fault
        and source is not None
        and images
        and not _fits_ordering(application, source)
        and _works_flipped(application)
    ):
        return _layout_error(where, remark, application, source, module, ordering, calls)
    if remark.blames == "input" and isinstance(born, Place):
        at = _in_file(born, calls, module)
        if at is not None:
            if at is not where:
                related.append(("it shows here", where))
            return Verdict(remark.kind, remark.message, remark.level, at, tuple(related), remark.fix, about)
    if isinstance(born, Place) and born.node is not where.node and remark.level is Level.ERROR:
        related.append((f"the input is {shape_text(source.shape if source else None)}", born))
    return Verdict(remark.kind, remark.message, remark.level, where, tuple(related), remark.fix, about)


def _fits_ordering(application: Application, source: Tensor) -> bool:
    """Whether the input's shape looks as the ordering that the layer follows has it: then the fault is another one."""
    layer = application.layer
    if not isinstance(layer, Layer) or source.trust is Trust.NONE or source.rank is None:
        return False
    given = layer.arguments.get("data_format")
    actual = given if isinstance(given, str) else layer.default_format
    channels = 1 if actual == "channels_first" else source.rank - 1
    return source.axis(Axis.CHANNELS) == channels


def _layout_error(
    where: Place,
    remark: Remark,
    application: Application,
    source: Tensor,
    module: Module,
    ordering: Ordering,
    calls: Sequence[Place],
) -> Verdict:
    """An error that is gone under the other ordering: the input's shape is written for that one."""
    layer = application.layer
    own = layer.arguments.get("data_format") if isinstance(layer, Layer) else None
    actual = ordering.data_format
    if isinstance(layer, Layer):
        actual = own if isinstance(own, str) else layer.default_format
    other = OTHER[actual]
    born = source.born if isinstance(source.born, Place) else where
    at = _in_file(born, calls, module) or where
    shape = source.shape or ()
    said = (
        f"the layers say {actual} themselves"
        if own
        else f"the ordering in effect is {actual} ({_WORDS[actual]} in Keras 1; {ordering.source})"
    )
    moved = (*shape[2:], shape[1]) if actual == "channels_last" else (shape[-1], *shape[1:-1])
    mend = shape_text((None, *moved))
    message = (
        f"the shape {shape_text(shape)} is {other.replace('_', ' ')}, and {said}: {remark.message}; write {mend}, with "
        f"the data to match, or set the ordering to {other}"
    )
    related = [("it fails here", application.place)] if application.place.node is not at.node else []
    return Verdict("input-layout", message, Level.ERROR, at, tuple(related), mend, application)


def _under_other(verdict: Verdict, other: _Run, module: Module, ordering: Ordering) -> Verdict:
    """An error that is gone when the whole program runs under the other ordering, as one of layout."""
    application = verdict.about
    reached = id(verdict.place.node) in other.library.reached
    if not reached or not isinstance(application, Application):
        return verdict
    source = _source(application)
    if source is None or source.shape is None or application.fault is None or len(source.shape) not in (4, 5):
        return verdict
    if _fits_ordering(application, source):
        return verdict
    remark = application.fault
    return _layout_error(verdict.place, remark, application, source, module, ordering, ())


def _source(application: Application) -> Tensor | None:
    """The input tensor that the first input of an application comes from."""
    tensor: Tensor | None = application.inputs[0] if application.inputs else None
    for _ in range(2000):
        if tensor is None or not isinstance(tensor.made_by, Application):
            return None
        if not tensor.made_by.inputs:
            return tensor
        tensor = tensor.made_by.inputs[0]
    return None


def _works_flipped(application: Application) -> bool:
    """Whether the layers up to this one would work under the other image ordering, on the same input."""
    made: dict[int, Tensor] = {}

    def flipped(tensor: Tensor, depth: int = 0) -> Tensor:
        if id(tensor) in made:
            return made[id(tensor)]
        made_by = tensor.made_by
        if not isinstance(made_by, Application) or depth > 400:
            raise Fault("unknown", "")
        if not made_by.inputs:
            result = Tensor(tensor.shape)
        else:
            result = again(made_by, depth)[made_by.outputs.index(tensor) if tensor in made_by.outputs else 0]
        made[id(tensor)] = result
        return result

    def again(step: Application, depth: int) -> Sequence[Tensor]:
        if not isinstance(step.layer, Layer):
            raise Fault("unknown", "")
        layer = dataclasses.replace(step.layer, arguments=dict(step.layer.arguments), built=None)
        layer.default_format = OTHER.get(layer.default_format, layer.default_format)
        given = layer.arguments.get("data_format")
        if isinstance(given, str) and given in OTHER:
            layer.arguments["data_format"] = OTHER[given]
        outcome = layers.apply(layer, [flipped(tensor, depth + 1) for tensor in step.inputs])
        if any(remark.level is Level.ERROR for remark in outcome.remarks):
            raise Fault("unknown", "")
        return outcome.outputs

    try:
        outputs = again(application, 0)
    except (Fault, RecursionError):
        return False
    return all(t.shape is not None and len(t.shape) in (4, 5) for t in outputs)


# --- what several runs agree on -------------------------------------------------------------------------------------


def _key(verdict: Verdict) -> tuple[str, int, int, str]:
    node = verdict.place.node
    return verdict.kind, getattr(node, "lineno", 0), getattr(node, "col_offset", 0), verdict.place.module.path


def _keys(verdicts: Iterable[Verdict]) -> set[tuple[str, int, int, str]]:
    return {_key(verdict) for verdict in verdicts}


def _agreed(found: list[list[Verdict]], runs: list[_Run]) -> list[Verdict]:
    """What every run says that came by the place; the rest as warnings."""
    if len(found) == 1:
        return found[0]
    keys = [_keys(verdicts) for verdicts in found]
    reached = [run.library.reached for run in runs]
    result: list[Verdict] = []
    for at, verdicts in enumerate(found):
        for verdict in verdicts:
            others = [k for i, k in enumerate(keys) if i != at and id(verdict.place.node) in reached[i]]
            if all(_key(verdict) in k for k in others) and (others or at == 0):
                result.append(verdict)
            else:
                result.append(_in_one_case(verdict, runs[at].ran, doubted=bool(others)))
    return result


def _in_one_case(verdict: Verdict, ran: Ran, *, doubted: bool) -> Verdict:
    """A verdict of one run only: an error becomes a warning that names a condition, a doubted warning a hunch.

    ``doubted``: another run came by the place and has not said it.
    """
    path, line = verdict.place.module.path, verdict.place.line
    before = [(at, said) for (file, at, _), said in ran.decided.items() if file == path and at <= line and said[1]]
    if before:
        _, (chosen, source) = max(before)
        assumption = f"if `{source}` is {'true' if chosen else 'false'}"
    else:
        assumption = "for one way of the conditions before it that are not known"
    level = Level.HINT if doubted and verdict.level is not Level.ERROR else min(verdict.level, Level.WARNING)
    return dataclasses.replace(assuming(verdict, assumption), level=level)


def assuming(verdict: Verdict, assumption: str) -> Verdict:
    """The verdict as one that holds under an assumption: a warning at most."""
    if verdict.level is not Level.ERROR and assumption in verdict.message:
        return verdict
    return dataclasses.replace(
        verdict, level=min(verdict.level, Level.WARNING), message=f"{verdict.message} ({assumption})"
    )


def _distinct(verdicts: Iterable[Verdict]) -> list[Verdict]:
    found: dict[tuple[str, int, int, str], Verdict] = {}
    for verdict in verdicts:
        known = found.get(_key(verdict))
        if known is None or verdict.level > known.level:
            found[_key(verdict)] = verdict
    return list(found.values())


def _without_twins(base: _Run, runs: list[_Run]) -> list[Model]:
    """The models of the first run, and those of others that are made where it made none."""
    models = list(base.ran.models)
    places = {id(model.place.node) for model in models}
    for run in runs:
        for model in run.ran.models:
            if id(model.place.node) not in places:
                places.add(id(model.place.node))
                models.append(model)
    return models
