"""Models as a page of HTML that needs no other file: the drawings, and beside them what there is to say of a layer.

It is readable without scripts; with them, pointing at a layer shows all about it, and a click keeps it there.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape

from kmigrate.findings import Severity
from kmigrate.report import shapes_svg
from kmigrate.report.cards import DARK, LIGHT, svg_element
from kmigrate.report.page import HEADER_STYLE, LOOK_SCRIPT, themes
from kmigrate.report.shapes_summary import Step, Summary
from kmigrate.report.shapes_text import closing, layout_text, problem_text, shape_text

_STYLE = """
main{display:grid;grid-template-columns:minmax(0,1fr) 380px;gap:24px;padding:0 24px 40px}
aside{position:sticky;top:62px;align-self:start;max-height:calc(100vh - 78px);overflow:auto;margin-top:18px;
padding:14px 16px;border:1px solid var(--edge);border-radius:8px;background:var(--box)}
aside h3{margin:0 0 6px;font-size:16px;overflow-wrap:anywhere}aside dl{margin:0;display:grid;
grid-template-columns:auto 1fr;gap:2px 12px;font-size:13px}aside dt{color:var(--soft)}aside dd{margin:0;
overflow-wrap:anywhere}aside pre{margin:10px 0 0;padding:8px;white-space:pre-wrap;overflow-wrap:anywhere;
background:var(--card);border:1px solid var(--edge);border-radius:6px;font-size:12.5px}
aside .error{color:var(--error)}aside .warning{color:var(--warning)}
.legend{overflow-x:auto}.legend svg{display:block;margin:0 0 -12px -24px}section{margin-top:0}
h2{font-size:16px;margin:22px 0 4px}
.facts{margin:0 0 8px;padding-left:18px;color:var(--soft);font-size:13.5px}.facts .error{color:var(--error)}
.facts .warning{color:var(--warning)}
.drawing{overflow-x:auto;border:1px solid var(--edge);border-radius:8px;margin:12px 0}
.drawing svg{display:block;margin:0 auto}.fit .drawing svg{max-width:100%;height:auto}
.km [data-step]{cursor:pointer}.km [data-step]:focus{outline:none}.km .chosen>.card{stroke-width:3;stroke:var(--last)}
@media(max-width:900px){main{grid-template-columns:minmax(0,1fr)}aside{position:static;max-height:none;grid-row:1}}
"""
_SCRIPT = """
const steps=JSON.parse(document.getElementById('steps').textContent),panel=document.getElementById('panel');
let kept=null;
function show(node){const step=steps[node.dataset.step];if(!step)return;panel.replaceChildren();
const add=(parent,tag,text,cls)=>{const e=document.createElement(tag);e.textContent=text;if(cls)e.className=cls;
parent.append(e);return e};add(panel,'h3',step.title);const list=add(panel,'dl','');
for(const[name,value]of step.facts){add(list,'dt',name);add(list,'dd',value)}
for(const[cls,text]of step.problems)add(panel,'p',text,cls);if(step.source)add(panel,'pre',step.source)}
function owner(event){return event.target.closest?.('[data-step]')}
document.addEventListener('pointerover',event=>{const node=owner(event);if(node&&!kept)show(node)});
document.addEventListener('focusin',event=>{const node=owner(event);if(node&&!kept)show(node)});
document.addEventListener('click',event=>{const node=owner(event);if(!node)return;
kept?.classList.remove('chosen');kept=kept===node?null:node;kept?.classList.add('chosen');show(node)});
document.getElementById('fit').addEventListener('click',()=>document.body.classList.toggle('fit'));
for(const title of document.querySelectorAll('.km title'))title.remove();
const wrong=document.querySelector('.km .fails,.km .warns');if(wrong)show(wrong);
"""


def render(summaries: Sequence[Summary]) -> str:
    """The page on the models of some sources."""
    links, sections, steps = [], [], {}
    number = 0
    for summary in summaries:
        if not summary.models and not summary.others and len(summaries) > 1:
            continue
        drawn = shapes_svg.drawings(summary)
        parts = [f"<h2>{escape(summary.path)}</h2>", _facts(summary)]
        for drawing in drawn:
            number += 1
            prefix = f"d{number}-"
            body = drawing.body.replace('data-step="', f'data-step="{prefix}')
            steps.update({prefix + name: _step(step) for name, step in drawing.steps.items()})
            svg = svg_element(drawing.width, drawing.height, body)
            wrong = " class=wrong" if any(step.problems for step in drawing.steps.values()) else ""
            links.append(f'<a href="#d{number}"{wrong}>{escape(drawing.model.name)}</a>')
            parts.append(f'<div class=drawing id="d{number}">{svg}</div>')
        sections.append(f"<section>{''.join(parts)}</section>")
    data = json.dumps(steps, ensure_ascii=False).replace("<", "\\u003c")
    legend = svg_element(shapes_svg.LEGEND_WIDTH, 24, shapes_svg.legend())
    return f"""<!DOCTYPE html>
<html lang=en><head><meta charset=utf-8><meta name=viewport content="width=device-width,initial-scale=1">
<title>Shapes of {escape(", ".join(summary.path for summary in summaries[:3]))}</title>
<style>{themes(LIGHT, DARK)}{HEADER_STYLE}{_STYLE}{shapes_svg.STYLE}</style></head>
<body><header><b>kmigrate shapes</b>{"".join(links) if len(links) < 40 else f"{len(links)} models"}
<span class=tools><button id=fit type=button>Fit to width</button>
<button id=look type=button>Light or dark</button></span></header>
<main><div><div class=legend>{legend}</div>{"".join(sections) or "<p>No model is built.</p>"}</div>
<aside id=panel>Point at a layer to see all about it; click to keep it.</aside></main>
<script type="application/json" id=steps>{data}</script><script>{LOOK_SCRIPT}{_SCRIPT}</script></body></html>
"""


def _facts(summary: Summary) -> str:
    items = [f"<li>{escape(line.strip())}" for line in closing(summary)] if summary.models else []
    items += [
        f"<li class={'error' if p.severity is Severity.ERROR else 'warning'}>{escape(problem_text(p, summary.path))}"
        for p in summary.others
    ]
    return f"<ul class=facts>{''.join(items)}</ul>"


def _step(step: Step) -> dict[str, object]:
    """What the page says of a layer."""
    where = f"{step.where.path}:" + ("" if step.where.cell is None else f"cell {step.where.cell}:")
    facts = [("class", step.cls or "from elsewhere"), ("where", f"{where}{step.where.line}")]
    if step.details:
        facts.append(("with", step.details))
    facts += [("takes", f"{shape_text(value)} {layout_text(value)}") for value in step.takes]
    if step.is_sound:
        facts += [("gives", f"{shape_text(value)} {layout_text(value)}") for value in step.gives]
    else:
        facts.append(("gives", "nothing: Keras refuses it" if step.fails else "nothing: a layer before it fails"))
    if step.params is not None and step.is_sound:
        facts.append(("parameters", f"{step.params:,}"))
    problems = [
        ("error" if p.severity is Severity.ERROR else "warning", problem_text(p, step.where.path))
        for p in step.problems
    ]
    return {"title": step.name, "facts": facts, "problems": problems, "source": step.where.text}
