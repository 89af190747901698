"""Changes as a page of HTML that needs no other file: diffs with what was found beside them, filters and keys.

It is readable without scripts, which only add filters, keys and the choice between side by side and inline.
"""

from __future__ import annotations

import inspect
import itertools
import keyword
import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape

from kmigrate.report import review_page
from kmigrate.report.records import RelatedPlace
from kmigrate.report.review import FileReview, Hunk, Line, Note, lines, marks
from kmigrate.report.shapes_summary import Step
from kmigrate.report.shapes_text import layout_text, shape_text
from kmigrate.report.text import count

_Spans = Sequence[tuple[int, int, str]]

#: Comments, strings, words and numbers of Python, in one go over the whole text, so that long strings are whole.
_TOKEN = re.compile(
    r"(?P<c>#[^\r\n]*)"
    r"|(?P<s>[rRbBuUfF]{0,2}(?:'''(?:\\.|[^\\])*?'''|\"\"\"(?:\\.|[^\\])*?\"\"\""
    r"|'(?:\\.|[^\\'\r\n])*'|\"(?:\\.|[^\\\"\r\n])*\"))"
    r"|(?P<d>\b\d[\w.]*)|(?P<k>\b[A-Za-z_]\w*)",
    re.DOTALL,
)
_KEYWORDS = frozenset((*keyword.kwlist, "print", "exec"))

#: Characters that a browser would not show, or that turn the direction of the text around them.
_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")

#: Kinds of findings: what the page calls them, the class of style, and what is said where the diff has no change.
_KINDS = {
    "safe": ("safe", "safe", "not in this diff"),
    "unsafe": ("unsafe", "unsafe", "not in this diff: with --unsafe"),
    "by hand": ("by hand", "hand", "for you to do"),
    "remark": ("remark", "remark", ""),
}
_CODE_IN_TEXT = re.compile(r"(`+)([^`]+)\1")
#: So many rows of one hunk have layers beside them.
_MOST_LAYERS = 30


def render(files: Iterable[FileReview], documentation: Mapping[str, str]) -> str:
    """The page. ``documentation`` has the text of each rule by its code."""
    files = list(files)
    notes = [note for file in files for note in file.all_notes]
    codes = Counter(note.record.code for note in notes)
    titles = {code: _title(documentation.get(code, "")) for code in codes}
    shown = [(number, file) for number, file in enumerate(files, 1) if file.sections or file.notes]
    folder = _folder([file.path for _, file in shown])
    links = "".join(_link(number, file, folder) for number, file in shown)
    rules = "".join(_rule(code, documentation[code]) for code in sorted(codes) if code in documentation)
    empty = "Nothing fits the filter." if shown else "Nothing to upgrade."
    keys = "".join(f"<dt>{_keys(key)}</dt><dd>{escape(text)}</dd>" for key, text in review_page.KEYS.items())
    return f"""<!DOCTYPE html>
<html lang=en><head><meta charset=utf-8><meta name=viewport content="width=device-width,initial-scale=1">
<title>Review: {count(len(shown), "file")}</title><style>{review_page.STYLE}</style></head>
<body><header><h1>kmigrate review</h1><span class=sum>{_sum(files, notes)}</span>
<span class=tools><span class=where id=where></span><button id=sides type=button>Inline</button>
<button id=theme type=button>Light or dark</button><button id=keys type=button title="Keys">?</button></span></header>
<div class=body><nav><input id=words type=search placeholder="Filter: rule, word, path  (f)" aria-label="Filter">
<h2>Safety</h2><div class=chips>{"".join(_chips("safety", Counter(note.kind for note in notes), _kind_titles()))}</div>
<h2>Rules</h2><div class=chips>{"".join(_chips("rule", codes, titles))}</div>
<p><button class=chip id=clear type=button>All (r)</button></p>
<h2>Files</h2><ul class=files>{links}</ul></nav>
<main>{"".join(_file(number, file, titles) for number, file in shown)}
<p class=empty id=nothing{" hidden" if shown else ""}>{empty}</p>
<section id=rules><h2>Rules</h2>{rules}</section></main></div>
<dialog id=help><h2>Keys</h2><dl>{keys}</dl><form method=dialog><p><button class=chip>Close</button></p></form></dialog>
<script>{review_page.SCRIPT}</script></body></html>
"""


def _sum(files: Sequence[FileReview], notes: Sequence[Note]) -> str:
    changed = sum(any(hunk.is_changed for hunk in file.hunks) for file in files)
    done = Counter(note.kind for note in notes if note.is_done)
    parts = ", ".join(f"{done[kind]} {kind}" for kind in ("safe", "unsafe") if done[kind])
    made = count(done.total(), "change") + (f" ({parts})" if parts else "")
    left = sum(note.record.is_left and not note.is_done for note in notes)
    return f"{count(changed, 'file')} with {made}, {count(left, 'place')} left"


def _keys(key: str) -> str:
    return " ".join(f"<kbd>{escape(one)}</kbd>" for one in key.split())


def _kind_titles() -> dict[str, str]:
    return {
        "safe": "proved to mean the same",
        "unsafe": "right under an assumption that the message names",
        "by hand": "only a person can decide",
        "remark": "nothing has to be done",
    }


def _chips(name: str, counts: Mapping[str, int], titles: Mapping[str, str]) -> Iterator[str]:
    order = [kind for kind in _KINDS if kind in counts] if name == "safety" else sorted(counts)
    for value in order:
        title = f' title="{_text(titles[value])}"' if titles.get(value) else ""
        yield (
            f'<button class=chip type=button data-{name}="{escape(value)}" aria-pressed=false{title}>'
            f"<b>{escape(value)}</b><i>{counts[value]}</i></button>"
        )


def _folder(paths: Sequence[str]) -> str:
    """The folder that all paths begin with, its last slash included."""
    folders = {posixpath.dirname(path) for path in paths}
    return posixpath.commonpath(folders) + "/" if folders and len({path[:1] == "/" for path in paths}) == 1 else "/"


def _link(number: int, file: FileReview, folder: str) -> str:
    notes = len(list(file.all_notes))
    name = _text(file.path.removeprefix(folder))
    return f'<li id=to-file{number}><a href="#file{number}"><span>{name}</span><i>{notes}</i></a></li>'


def _file(number: int, file: FileReview, titles: Mapping[str, str]) -> str:
    notes = list(file.all_notes)
    done = sum(note.is_done for note in notes)
    left = sum(note.record.is_left and not note.is_done for note in notes)
    facts = ", ".join([count(done, "change"), *([f"{count(left, 'place')} left"] if left else [])])
    parts = [f"<h2><span class=path>{_text(file.path)}</span><small>{facts}</small></h2>"]
    if file.notes:
        parts.append(_part("<div class=hunk></div>", file.notes, (), titles))
    for section in file.sections:
        colors = [_colors(text) if section.is_python else {} for text in (section.old, section.new)]
        name = "" if section.cell is None else f"<p class=cellname>cell {section.cell}</p>"
        hunks = "".join(_part(_hunk(hunk, *colors), hunk.notes, hunk.layers, titles) for hunk in section.hunks)
        parts.append(f"<div>{name}{hunks}</div>")
    return f'<section class=file id=file{number} data-path="{_text(file.path)}">{"".join(parts)}</section>'


def _part(diff: str, notes: Sequence[Note], layers: Sequence[Step], titles: Mapping[str, str]) -> str:
    beside = "".join(_note(note, titles) for note in notes)
    if not beside:
        beside = "<p class=quiet>Follows from the other changes of this file: imports, and lines that they need.</p>"
    return f"<article class=part>{diff}<div class=notes>{beside}{_layers(layers)}</div></article>"


def _note(note: Note, titles: Mapping[str, str]) -> str:
    record = note.record
    name, style, undone = _KINDS[note.kind]
    state = "" if note.is_done else f" <span class=at>{undone}</span>"
    rests = "".join(
        f"<p class=rests>{_text(_where(place, record.path))}: {_prose(place.message)}</p>" for place in record.related
    )
    would = "".join(_would(old, new) for old, new in note.would)
    would = f"<div class=would>{would}</div>" if would else ""
    code = escape(record.code)
    about = (
        f'<details class=about data-code={code}><summary title="{_text(titles[record.code])}">the rule</summary>'
        f'<div class=rule-text><a href="#{code}">{code}</a></div></details>'
        if titles.get(record.code)
        else ""
    )
    return (
        f'<div class="note {style}" data-code={code} data-kind="{escape(note.kind)}"><header><b>{code}</b>'
        f"<span class=kind>{name}</span><span class=at>line {record.start.line}</span>{state}</header>"
        f"<p>{_prose(record.message)}</p>{rests}{would}{about}</div>"
    )


def _where(place: RelatedPlace, here: str) -> str:
    words = f"line {place.start.line}" if place.cell is None else f"cell {place.cell}, line {place.start.line}"
    return words if place.path == here else f"{place.path}, {words}"


def _would(old: str, new: str) -> str:
    before, after = marks(old, new)
    pairs = (("del", Line(0, old, before)), ("add", Line(0, new, after)))
    return "".join(f"<div class={kind}>{_marked(line, ())}</div>" for kind, line in pairs if line.text)


def _layers(steps: Sequence[Step]) -> str:
    if not steps:
        return ""
    shown = []
    before = ""
    for step in steps[:_MOST_LAYERS]:
        shapes = []
        for value in step.gives:
            axes = layout_text(value).removesuffix("?").strip()
            shapes.append(_text(f"{shape_text(value)} {'' if axes == before else axes}".rstrip()))
            before = axes  # the names of the axes, once for the layers that they hold for
        shown.append(f"<span>{step.where.line} {_text(step.cls)}</span><div>{'<br>'.join(shapes)}</div>")
    more = f"<span>and {len(steps) - _MOST_LAYERS} more</span>" if len(steps) > _MOST_LAYERS else ""
    return f"<div class=layers><b>Output shapes of the layers here</b>{''.join(shown)}{more}</div>"


# --- lines ----------------------------------------------------------------------------------------------------------


def _hunk(hunk: Hunk, old_colors: Mapping[int, _Spans], new_colors: Mapping[int, _Spans]) -> str:
    """The rows of a hunk: of lines that change all old ones first, then all new ones, as an inline diff has them."""
    found: list[str] = []
    waiting: list[str] = []
    for number, row in enumerate(hunk.rows, 1):
        if not row.is_changed and row.old and row.new:
            found += [*waiting]
            waiting.clear()
            both = f"{row.old.number:>5} {row.new.number:>5}"
            text = _marked(row.old, old_colors.get(row.old.number, ()))
            found.append(_cell(number, "o same", row.old.number, both, text))
            found.append(_cell(number, "n same", row.new.number, "", text))
            continue
        if row.old:
            text = _marked(row.old, old_colors.get(row.old.number, ()))
            found.append(_cell(number, "o del", row.old.number, f"{row.old.number:>5} {'':>5}", text))
        else:
            found.append(f'<div class="v o" style="--r:{number}"></div>')
        if row.new:
            text = _marked(row.new, new_colors.get(row.new.number, ()))
            waiting.append(_cell(number, "n add", row.new.number, f"{'':>5} {row.new.number:>5}", text))
        else:
            waiting.append(f'<div class="v n" style="--r:{number}"></div>')
    return f"<div class=hunk>{''.join([*found, *waiting])}</div>"


def _cell(row: int, style: str, number: int, both: str, text: str) -> str:
    numbers = f' data-b="{both}"' if both else ""
    return f'<div class="l {style}" style="--r:{row}" data-n={number}{numbers}><code>{text}</code></div>'


def _marked(line: Line, colors: _Spans) -> str:
    """The text of a line with its colours, and marks around what differs."""
    text = line.text
    edges = {0, len(text), *(edge for start, end, _ in colors for edge in (start, end))}
    edges.update(edge for mark in line.marks for edge in mark)
    cuts = sorted(edge for edge in edges if 0 <= edge <= len(text))
    starts = {start for start, _ in line.marks}
    ends = {end for _, end in line.marks}
    classes = {start: (end, name) for start, end, name in colors}
    parts: list[str] = []
    inside: tuple[int, str] = (0, "")
    for start, end in itertools.pairwise(cuts):
        if start in ends:
            parts.append("</mark>")
        if start in starts:
            parts.append("<mark>")
        if start in classes:
            inside = classes[start]
        piece = _text(text[start:end])
        parts.append(f"<span class={inside[1]}>{piece}</span>" if start < inside[0] else piece)
    if len(text) in ends and text:
        parts.append("</mark>")
    return "".join(parts)


def _colors(text: str) -> dict[int, list[tuple[int, int, str]]]:
    """For each line of a Python text, counted from 1, what is a comment, a string, a number or a keyword."""
    text = text.removeprefix("\ufeff")
    found: dict[int, list[tuple[int, int, str]]] = {}
    number, line_start, at = 1, 0, 0
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup or ""
        if kind == "k" and token.group() not in _KEYWORDS:
            continue
        for end in re.finditer(r"\r\n|\r|\n", text[at : token.start()]):
            number, line_start = number + 1, at + end.end()
        at = token.start()
        column = at - line_start
        for offset, part in enumerate(lines(token.group())):
            found.setdefault(number + offset, []).append((column, column + len(part), kind))
            column = 0
    return found


# --- text -----------------------------------------------------------------------------------------------------------


def _text(text: str) -> str:
    """``text`` for HTML, with what a browser would hide or obey spelled out."""
    return "".join(_odd(part) if _ODD.fullmatch(part) else escape(part) for part in _pieces(text))


def _pieces(text: str) -> Iterator[str]:
    at = 0
    for match in _ODD.finditer(text):
        yield text[at : match.start()]
        yield match.group()
        at = match.end()
    yield text[at:]


def _odd(character: str) -> str:
    return f"U+{ord(character):04X}"


def _prose(text: str) -> str:
    """A message, with what stands in backquotes as code."""
    return _CODE_IN_TEXT.sub(r"<code>\2</code>", _text(text))


def _title(documentation: str) -> str:
    return inspect.cleandoc(documentation).partition("\n")[0]


def _rule(code: str, documentation: str) -> str:
    """The documentation of a rule: paragraphs, and indented blocks as they are."""
    title, _, body = inspect.cleandoc(documentation).partition("\n")
    parts = []
    for block in re.split(r"\n\s*\n(?=\S)|(?<=::)\n\s*\n", body.strip("\n")):
        if block.startswith("    "):
            parts.append(f"<pre>{_text(inspect.cleandoc(block))}</pre>")
        elif block.strip():
            parts.append(f"<p>{_prose(re.sub(r'::$', ':', block.strip()))}</p>")
    return f"<article class=rule id={escape(code)}><h3>{escape(code)}: {_prose(title)}</h3>{''.join(parts)}</article>"
