"""What verifying came to, as a page of HTML that needs no other file: models as drawings colored by error.

It is readable without scripts; with them, a layer in the drawing and its row in the table show each other.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape

from kmigrate.report import cards, error_axis, training_html, verify_svg
from kmigrate.report.cards import svg_element
from kmigrate.report.error_axis import bar
from kmigrate.report.page import HEADER_STYLE, LOOK_SCRIPT, themes
from kmigrate.report.verify_svg import LEVELS, class_text, error_text, level, shape_text
from kmigrate.report.verify_text import WORDS
from kmigrate.verify.results import INPUT, Result, Status, Step, Verified

_CLASSES = {Status.IDENTICAL: "good", Status.DIFFERS: "bad", Status.NOT_COMPARED: "open"}
_STYLE = """
main{padding:0 24px 60px;max-width:1700px;margin:auto}h1{font-size:17px;margin:0}
h2{font-size:17px;margin:30px 0 6px;overflow-wrap:anywhere}h2 small,summary small{color:var(--soft);font-weight:400;
font-size:13px}
.chip{display:inline-block;border-radius:9px;padding:0 9px;font-size:12.5px;font-weight:600;white-space:nowrap}
.good{background:var(--same-soft);color:var(--same);box-shadow:inset 0 0 0 1px var(--same)}
.bad{background:var(--d4-soft);color:var(--d4);box-shadow:inset 0 0 0 1px var(--d4)}
.open{background:var(--warning-soft);color:var(--warning);box-shadow:inset 0 0 0 1px var(--warning)}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;font-size:12.5px;color:var(--soft);margin:14px 0 4px}
.legend i{display:inline-block;width:13px;height:13px;border-radius:3px;margin-right:6px;vertical-align:-2px}
table{border-collapse:collapse;font-size:13.5px;width:100%}th{text-align:left;color:var(--soft);font-weight:500;
font-size:12px;white-space:nowrap}td,th{padding:3px 14px 3px 0;border-bottom:1px solid var(--edge);vertical-align:top}
td.n,th.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.scroll{overflow-x:auto}.all{margin:6px 0 0}
.all a{color:var(--last);text-decoration:none;white-space:nowrap}.all td:first-child{overflow-wrap:anywhere}
details{border:1px solid var(--edge);border-radius:8px;margin:10px 0;background:var(--box);scroll-margin-top:70px}
summary{cursor:pointer;padding:8px 14px;font-weight:600;overflow-wrap:anywhere}
.inside{padding:2px 14px 14px}.why{margin:4px 0 10px;padding:8px 12px;border-left:4px solid var(--d4);
background:var(--card);border-radius:0 6px 6px 0}.why p{margin:2px 0}.why.open{border-color:var(--warning);
box-shadow:none;color:inherit;background:var(--card)}
.facts{margin:0 0 12px;display:grid;grid-template-columns:max-content 1fr;gap:1px 16px;font-size:13.5px}
.facts dt{color:var(--soft)}.facts dd{margin:0;overflow-wrap:anywhere}
.both{display:grid;grid-template-columns:minmax(300px,max-content) minmax(0,1fr);gap:18px;align-items:start}
.drawing{overflow:auto;max-height:calc(100vh - 90px);border:1px solid var(--edge);border-radius:8px;
background:var(--page);max-width:46vw}.both>.drawing{position:sticky;top:66px}
.drawing svg{display:block;margin:0 auto}
.layers code{font:12.5px ui-monospace,SFMono-Regular,Menlo,'DejaVu Sans Mono',Consolas,monospace}
.layers td{white-space:nowrap}
.layers tr.first{scroll-margin-top:70px}.facts a{color:var(--last)}
.layers tr.first td{background:var(--d4-soft)}.layers tr.chosen td{background:var(--plain)}
h3{font-size:14.5px;margin:18px 0 4px}.plain{width:auto}.layers{margin-top:10px}
p.soft{color:var(--soft);font-size:13.5px;margin:0}
.notes{margin:4px 0 8px;padding-left:18px;color:var(--soft);font-size:13px}
footer{color:var(--soft);font-size:13px;margin-top:34px;
border-top:1px solid var(--edge);padding-top:10px;max-width:80em}
@media(max-width:1300px){.abs{display:none}}
@media(max-width:980px){.both{grid-template-columns:minmax(0,1fr)}.drawing{max-width:none;max-height:70vh}
.both>.drawing{position:static}main{padding:0 12px 40px}header{padding:8px 12px}.wide{display:none}}
@media print{header .tools{display:none}header{position:static}.drawing{max-height:none}}
"""

_SCRIPT = """
const same=name=>document.querySelectorAll(`[data-step="${CSS.escape(name)}"]`);
let shown=[];
function show(node){for(const one of shown)one.classList.remove('chosen');
shown=node?[...same(node.dataset.step)]:[];for(const one of shown)one.classList.add('chosen')}
const owner=event=>event.target.closest?.('[data-step]');
document.addEventListener('pointerover',event=>show(owner(event)));
document.addEventListener('click',event=>{const node=owner(event);if(!node)return;
for(const one of same(node.dataset.step))if(one!==node)one.scrollIntoView({block:'nearest',inline:'nearest'})});
const all=[...document.querySelectorAll('details.model')];
document.getElementById('fold').addEventListener('click',()=>{const open=all.some(one=>!one.open);
for(const one of all)one.open=open});
function reveal(one){const card=one.querySelector('.begins'),box=one.querySelector('.drawing');
if(card&&box)box.scrollTop+=card.getBoundingClientRect().top-box.getBoundingClientRect().top-box.clientHeight/3}
for(const one of all){if(one.open)reveal(one);one.addEventListener('toggle',()=>{if(one.open)reveal(one)})}
function follow(){const found=document.getElementById(location.hash.slice(1));
if(found?.tagName==='DETAILS')found.open=true}
addEventListener('hashchange',follow);follow();
"""


def render(verified: Sequence[Verified]) -> str:
    """The page on some programs."""
    results = [result for one in verified for result in one.results]
    counts = Counter(result.status for result in results)
    chips = "".join(_chip(status, f"{counts[status]} {WORDS[status]}") for status in Status if counts[status])
    # a page on one thing that differs shows it; one on many is for looking through
    numbers = iter(range(len(results)))
    sections = "".join(_program(one, numbers, len(results)) for one in verified)
    legend = "".join(f"<span><i class=fill-{name}></i>{escape(words)}</span>" for name, words in LEVELS.items())
    light, dark = {**cards.LIGHT, **verify_svg.LIGHT}, {**cards.DARK, **verify_svg.DARK}
    seconds = sum(one.seconds for one in verified)
    return f"""<!DOCTYPE html>
<html lang=en><head><meta charset=utf-8><meta name=viewport content="width=device-width,initial-scale=1">
<title>Verified: {escape(", ".join(one.path for one in verified[:3]))}</title>
<style>{themes(light, dark)}{HEADER_STYLE}{_STYLE}{error_axis.STYLE}{verify_svg.STYLE}</style></head>
<body><header><h1>kmigrate verify</h1>{chips}<span class=soft>{len(verified)} {_plural(len(verified), "program")}, \
{seconds:.0f} s</span><span class=tools><button id=fold type=button>Open or close all</button>
<button id=look type=button>Light or dark</button></span></header>
<main>{_overview(verified)}
<div class=legend><span>Largest error of a layer's outputs, over its largest value:</span>{legend}</div>
{sections}
<footer>The original ran on the real Keras 1.2.2, the upgraded program on tf_keras; both models were given the same
weights and inputs. <i>Identical</i>: all outputs, and those of every layer, agree within 1e-9 × (1 + the largest value)
in float64, 1e-4 × (1 + the largest value) in float32. A dashed line marks where an error counts as a difference.
</footer></main><script>{LOOK_SCRIPT}{_SCRIPT}</script></body></html>
"""


def _plural(count: int, word: str) -> str:
    return word if count == 1 else f"{word}s"


def _chip(status: Status, words: str) -> str:
    return f'<span class="chip {_CLASSES[status]}">{escape(words)}</span>'


def _overview(verified: Sequence[Verified]) -> str:
    """Programs × models, with a link to each."""
    rows, number = [], 0
    for one in verified:
        seconds = _device(one) + f"{one.seconds:.1f}"
        if not one.results:
            rows.append(
                f"<tr><td>{escape(one.path)}<td><td>builds no model<td class=n><td class=wide><td class=n>{seconds}"
            )
        for at, result in enumerate(one.results):
            number += 1
            why = result.diagnosis or result.reason or ""
            first = f"{result.first_diverging_layer}: " if result.first_diverging_layer else ""
            name = escape(result.model or "no model")
            rows.append(
                f"<tr><td>{'' if at else escape(one.path)}<td><a href='#m{number}'>{name}</a>"
                f"<td>{_chip(result.status, WORDS[result.status])}<td class=n>{_relative(result)}"
                f"<td class=wide>{escape(first + why)}<td class=n>{'' if at else seconds}"
            )
    return (
        "<div class=scroll><table class=all><tr><th>program<th>model<th>result<th class=n>relative error"
        f"<th class=wide>first diverging layer, and why<th class=n>seconds{''.join(rows)}</table></div>"
    )


def _relative(result: Result) -> str:
    return "" if result.max_rel_error is None else escape(error_text(result.max_rel_error))


def _device(one: Verified) -> str:
    return "" if one.device == "cpu" else f"on {escape(one.device)}, "


def _program(one: Verified, numbers: Iterator[int], count: int) -> str:
    notes = "".join(f"<li>{escape(note)}" for note in one.notes)
    parts = [f"<h2>{escape(one.path)} <small>{_device(one)}{one.seconds:.1f} s</small></h2>"]
    if notes:
        parts.append(f"<ul class=notes>{notes}</ul>")
    parts += [_model(result, next(numbers) + 1, count) for result in one.results]
    return f"<section>{''.join(parts)}</section>"


def _model(result: Result, number: int, count: int) -> str:
    place = f" <small>line {result.line}</small>" if result.line else ""
    is_open = " open" if count <= 3 or (result.status is Status.DIFFERS and count <= 30) else ""
    body = _why(result) + _both(result, f"s{number}")
    return (
        f'<details class=model id="m{number}"{is_open}><summary>{_chip(result.status, WORDS[result.status])} '
        f"{escape(result.model or 'no model')}{place}</summary><div class=inside>{body}</div></details>"
    )


def _why(result: Result) -> str:
    if result.status is Status.IDENTICAL:
        return ""
    lines = [f"<p>{escape(result.reason or '')}</p>"]
    if result.diagnosis:
        lines.append(f"<p><b>{escape(result.diagnosis)}</b></p>")
    kind = "why open" if result.status is Status.NOT_COMPARED else "why"
    return f'<div class="{kind}">{"".join(lines)}</div>'


def _facts(result: Result, prefix: str) -> str:
    facts = []
    if result.max_abs_error is not None:
        relative = error_text(result.max_rel_error)
        outputs = f"{error_text(result.max_abs_error)}, {relative} of the largest value" if result.max_abs_error else ""
        facts.append(("error of the outputs", escape(outputs) or "none: they are equal"))
    if result.first_diverging_layer:
        row = escape(result.first_diverging_layer)
        if result.first_step is not None:
            place = f", {escape(result.first_step.place)}" if result.first_step.place else ""
            row = f'<a href="#first-{prefix}">{row}</a>{place}'
        facts.append(("first to differ", row))
    grown = _growth(result)
    if grown:
        facts.append(("how it grows", escape(grown)))
    if result.floatx and result.status is not Status.NOT_COMPARED:
        facts.append(("precision", result.floatx))
    items = "".join(f"<dt>{name}<dd>{value}" for name, value in facts)
    return f"<dl class=facts>{items}</dl>" if items else ""


def _growth(result: Result) -> str:
    """From where the error comes to how far."""
    if result.status is not Status.DIFFERS or not result.first_diverging_layer:
        return ""
    name = result.first_diverging_layer.split("/")[0]
    first = next((step for step in result.steps if step.layer == name and step.is_too_far), None)
    finite = [s for s in result.steps if s.max_rel_error is not None and math.isfinite(s.max_rel_error)]
    if first is None or not finite:
        return ""
    largest = max(finite, key=lambda step: step.max_rel_error or 0.0)
    words = f"{error_text(first.max_rel_error)} at {first.layer}"
    if largest is not first:
        words += f", at most {error_text(largest.max_rel_error)} at {largest.layer}"
    return f"{words}, {error_text(result.max_rel_error)} at the outputs"


def _both(result: Result, prefix: str) -> str:
    """The drawing, and beside it what there is to say of the model and of its layers."""
    if not result.steps:
        return _facts(result, prefix)
    drawing = verify_svg.draw(result, prefix)
    svg = svg_element(drawing.width, drawing.height, drawing.body)
    rows = "".join(_rows(result.steps, prefix, result, 0, (result.first_diverging_layer or "").split("/")))
    table = (
        "<div class=scroll><table class=layers><tr><th>layer<th class=wide>made at<th>class<th class=wide>output"
        "<th class='n abs'>absolute"
        f"<th class=n>relative<th class=axis>{error_axis.ticks()}{rows}</table></div>"
    )
    trained = training_html.section(result.training, result.floatx) if result.training else ""
    return f"<div class=both><div class=drawing>{svg}</div><div>{_facts(result, prefix)}{table}{trained}</div></div>"


def _rows(steps: Sequence[Step], prefix: str, result: Result, depth: int, first: Sequence[str]) -> Iterator[str]:
    is_marked = False
    for number, step in enumerate(steps):
        name = f"{prefix}-{number}"
        is_first = bool(first) and step.layer == first[0] and not is_marked
        is_marked = is_marked or is_first
        is_first_row = is_first and len(first) == 1 and result.status is Status.DIFFERS
        mark = f' class=first id="first-{prefix.partition("-")[0]}"' if is_first_row else ""
        deep = f' style="padding-left:{depth * 18}px"' if depth else ""
        if step.cls == INPUT:
            errors = "<td class='n abs'><td class=n><td>"
        else:
            absolute, relative = error_text(step.max_abs_error), error_text(step.max_rel_error)
            drawn = bar(step.max_rel_error, level(step), result.floatx)
            errors = f"<td class='n abs'>{absolute}<td class=n>{relative}<td>{drawn}"
        yield (
            f'<tr{mark} data-step="{name}"><td{deep}>{escape(step.layer)}<td class=wide>{escape(step.place)}'
            f"<td>{escape(class_text(step))}"
            f"<td class=wide><code>{escape(shape_text(step.shape))}</code>{errors}"
        )
        if step.inner:
            yield from _rows(step.inner, name, result, depth + 1, first[1:] if is_first else ())
