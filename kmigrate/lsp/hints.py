"""Inlay hints: the output shape behind each layer, and what is wrong where it is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsprotocol import types

from kmigrate.findings import Span
from kmigrate.lsp.analysis import Checked
from kmigrate.lsp.shapes import LayerAt, layers_at, layout_words
from kmigrate.report import shapes_text

#: What may stand between a layer and the end of its line, so that the hint goes behind it.
_CLOSING = re.compile(r"[)\],;]*")
_LONGEST = 60


def hints(checked: Checked, uri: str, within: types.Range) -> list[types.InlayHint]:
    """The hints for a stretch of a document."""
    program, snapshot = checked.study.program, checked.snapshot
    if program is None or not checked.parses:
        return []
    low, high = snapshot.offset(uri, within.start), snapshot.offset(uri, within.end)
    if low is None or high is None:
        return []
    found = []
    for layer in layers_at(checked, program):
        end = layer.span.end + len(_match(snapshot.text, layer.span.end))
        place = snapshot.place(Span(end, end))
        if low <= end <= high and place.uri == uri:
            found += [_hint(place.range.end, label, tooltip) for label, tooltip in _said(layer)]
    return found


def _match(text: str, at: int) -> str:
    match = _CLOSING.match(text, at)
    return match.group() if match else ""


def _said(layer: LayerAt) -> Iterator[tuple[str, str]]:
    if layer.fault:
        short = layer.fault if len(layer.fault) <= _LONGEST else layer.fault[: _LONGEST - 1].rstrip() + "…"
        yield f"✗ {short}", layer.fault
        return
    outputs = layer.outputs
    if not outputs or outputs[0].shape is None:
        return
    layout = layout_words(outputs[0])
    more = f" and {len(outputs) - 1} more" if len(outputs) > 1 else ""
    label = f"→ {shapes_text.shape_text(outputs[0])}{' ' + layout if layout else ''}{more}"
    lines = [f"{shapes_text.shape_text(value)}: {shapes_text.layout_text(value)}" for value in outputs]
    if layer.params is not None:
        lines.append(f"{layer.params:,} parameters")
    yield label, "\n".join(lines)


def _hint(where: types.Position, label: str, tooltip: str) -> types.InlayHint:
    return types.InlayHint(where, label, kind=types.InlayHintKind.Type, tooltip=tooltip, padding_left=True)
