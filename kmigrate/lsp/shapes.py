"""What following a program came to, at the places of its text: which layer gives what, and which models there are."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from kmigrate import engine
from kmigrate.findings import Span
from kmigrate.lsp.analysis import Checked
from kmigrate.program.program import Program
from kmigrate.program.shapes.tensors import Layer
from kmigrate.program.shapes.values import Application
from kmigrate.report import shapes_summary, shapes_text
from kmigrate.report.shapes_summary import ModelSummary, Value


@dataclass(frozen=True, slots=True)
class LayerAt:
    """The applications of one layer as it is written at one place, in the order in which the program makes them."""

    node: ast.AST
    span: Span
    applications: tuple[Application, ...]

    @property
    def fault(self) -> str:
        """Why Keras would refuse it, "" if it would not."""
        return next((a.fault.message for a in self.applications if a.fault is not None and _is_reached(a)), "")

    @property
    def outputs(self) -> list[Value]:
        """What it gives, each kind of output once."""
        sound = (a for a in self.applications if a.fault is None and _is_reached(a) and a.outputs)
        return list(dict.fromkeys(shapes_summary.value_of(a.outputs[0]) for a in sound))

    @property
    def inputs(self) -> list[Value]:
        """What it takes where it is applied first."""
        first = next((a for a in self.applications if a.inputs), None)
        return [shapes_summary.value_of(tensor) for tensor in first.inputs] if first is not None else []

    @property
    def name(self) -> str:
        """The class of the layer."""
        layer = self.applications[-1].layer
        return layer.symbol or layer.kind if isinstance(layer, Layer) else "model"

    @property
    def params(self) -> int | None:
        """How many weights it has, None where that is not known."""
        return self.applications[-1].params


def _is_reached(application: Application) -> bool:
    return not any(tensor.broken for tensor in application.inputs)


def layers_at(checked: Checked, program: Program) -> Iterator[LayerAt]:
    """The layers of the source, at their places in its text."""
    found: dict[int, list[Application]] = {}
    for application in program.shapes.applications:
        if application.place.module is program.module and hasattr(application.place.node, "lineno"):
            found.setdefault(id(application.place.node), []).append(application)
    for applications in found.values():
        real = [a for a in applications if a.inputs] or applications  # an input beside its layer says nothing new
        node = applications[0].place.node
        span = program.module.span(node)
        place = checked.study.place
        yield LayerAt(node, Span(place(span.start), place(span.end)), tuple(real))


def models(checked: Checked, program: Program) -> tuple[ModelSummary, ...]:
    """The models that the source builds."""
    snapshot = checked.snapshot
    findings = tuple(finding for finding in checked.findings if finding.code.startswith("KM3"))
    followed = engine.Followed(program.module, program.shapes, findings, checked.study.place)
    return shapes_summary.summarize(followed, snapshot.path, snapshot.index, snapshot.text).models


def summary_text(checked: Checked) -> str:
    """All models of a source as tables, as ``kmigrate shapes`` prints them."""
    program, snapshot = checked.study.program, checked.snapshot
    if program is None:
        return f"{snapshot.path}: builds no model"
    findings = tuple(finding for finding in checked.findings if finding.code.startswith("KM3"))
    followed = engine.Followed(program.module, program.shapes, findings, checked.study.place)
    return shapes_text.render(shapes_summary.summarize(followed, snapshot.path, snapshot.index, snapshot.text))


def layout_words(value: Value) -> str:
    """The layout in two words, where the tensor holds images: ``channels first``."""
    if not value.channels:
        return ""
    return f"channels {value.channels}" + ("?" if value.trust == "looks" else "")
