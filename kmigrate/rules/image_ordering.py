"""Image orderings have other names: 'th' is 'channels_first' and 'tf' is 'channels_last'.

Keras 2.0 renamed `K.image_dim_ordering()` to `K.image_data_format()`, `K.set_image_dim_ordering` to
`K.set_image_data_format`, and the values with them. A comparison with `'th'` that is left behind is never true
again, without an error: the branch for the other ordering silently runs. So everything that an ordering flows
through (variables, parameters and the calls that give them, attributes, items of dicts, also in other files of the
run) is rewritten as one. Names of the user's own variables, parameters and attributes stay.

Before::

    from keras import backend as K
    def channel_axis(dim_ordering='default'):
        if dim_ordering == 'default':
            dim_ordering = K.image_dim_ordering()
        assert dim_ordering in {'tf', 'th'}
        return 1 if dim_ordering == 'th' else -1
    axis = channel_axis('tf')

After::

    from keras import backend as K
    def channel_axis(dim_ordering=None):
        if dim_ordering is None:
            dim_ordering = K.image_data_format()
        assert dim_ordering in {'channels_last', 'channels_first'}
        return 1 if dim_ordering == 'channels_first' else -1
    axis = channel_axis('channels_last')

The fix is safe where every value that the ordering meets is seen. Where some come from, or go to, where nothing is
known (the command line, a configuration file, a function that is not part of the run, the name of a file), it is
unsafe and says what it takes for granted. An ordering that is given to a function which is not part of the run is
left to a person.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from kmigrate.findings import Edit, Finding, Import, Rewrite, Safety, Severity, Span
from kmigrate.program.carriers import Group, groups
from kmigrate.program.ordering_facts import SETTER, WORDS, Place, takes_either
from kmigrate.program.program import Program
from kmigrate.program.values import OwnClass, OwnFunction, Partial
from kmigrate.rules.base import Rule
from kmigrate.rules.renaming import write_as

_LITERAL = re.compile(r"([rRuUbB]*)(['\"])(\w+)\2\Z")
_RENAMED = {"image_dim_ordering": "image_data_format", "set_image_dim_ordering": "set_image_data_format"}


def check(program: Program) -> Iterator[Finding]:
    """One finding a group of places that must change together, and one a word that leaves the run."""
    found = groups(program)
    for group in found:
        finding = _finding(program, group)
        if finding is not None:
            yield finding
    if found or program.touches_keras:
        rewritten = {place.span for group in found for place in group.places.values()}
        yield from _given_away(program, rewritten)


def _finding(program: Program, group: Group) -> Finding | None:
    edits: dict[Span, Edit] = {}
    imports: list[Import] = []
    said: dict[str, None] = {}
    for key, place in sorted(group.places.items(), key=lambda item: item[1].span):
        if key[0] == "literal":
            edit = _word(program, place)
            said[f"{ast.unparse(place.node)} → {WORDS[str(getattr(place.node, 'value', ''))]!r}"] = None
        elif key[0] == "use":
            edit = _function(program, place, imports)
            for keyword in _ordering_keywords(program, place):
                edits[keyword.span] = keyword
            old = ast.unparse(place.node).rpartition(".")[2]
            said[f"`{old}` → `{_RENAMED.get(old, 'image_data_format')}`"] = None
        else:
            edit = Edit(Span(place.span.end - len("dim_ordering"), place.span.end), "data_format")
            said["`.dim_ordering` → `.data_format`"] = None
        if edit is not None:
            edits[edit.span] = edit
    if not edits:
        return None
    doubts = list(group.doubts)
    if not any(key[0] == "use" for key in group.places) and program.written_for == 2:
        doubts.append("these words are left over from Keras 1")
    assumes = "; ".join(doubts[:3]) + (f"; and {len(doubts) - 3} more of the kind" if len(doubts) > 3 else "")
    words = ", ".join(said)
    rewrite = Rewrite(
        f"rewrite the image ordering in {len(edits)} place{'s' if len(edits) > 1 else ''}: {words}",
        Safety.UNSAFE if assumes else Safety.SAFE,
        edits=tuple(edits.values()),
        imports=tuple(imports),
        assumes=assumes,
    )
    message = f"image orderings have other names in Keras 2: {words}" + (f" (if {assumes})" if assumes else "")
    return Finding("KM203", message, Severity.ERROR, min(edits), rewrite)


def _word(program: Program, place: Place) -> Edit | None:
    """The literal in the words of Keras 2; ``'default'`` is None there, which wants ``is`` for ``==``."""
    node, module = place.node, program.module
    assert isinstance(node, ast.Constant) and isinstance(node.value, str)
    word = WORDS[node.value]
    if word is not None:
        match = _LITERAL.match(module.source(node))
        text = f"{match.group(1)}{match.group(2)}{word}{match.group(2)}" if match else repr(word)
        return Edit(place.span, text)
    above = module.parents.get(node)
    if isinstance(above, ast.Compare) and above.comparators == [node] and isinstance(above.ops[0], (ast.Eq, ast.NotEq)):
        start = module.span(above.left).end
        between = module.text[start : place.span.start]
        if between.strip() in ("==", "!="):
            new = between.replace("==", "is").replace("!=", "is not")
            padded = f"{'' if new[:1].isspace() else ' '}{new}{'' if new[-1:].isspace() else ' '}"
            return Edit(Span(start, place.span.end), f"{padded}None")
    return Edit(place.span, "None")


def _function(program: Program, place: Place, imports: list[Import]) -> Edit | None:
    """The name of Keras's function, where it is written out (a local alias of it needs no change of its own)."""
    use = program.use_of.get(place.node)
    if use is None:
        return None
    name = "set_image_data_format" if use.symbol == SETTER else "image_data_format"
    new = write_as(program, use, "keras.backend", name)
    if new.text is None:
        imports.extend(new.imports)
        return None
    imports.extend(new.imports)
    return Edit(place.span, new.text)


def _ordering_keywords(program: Program, place: Place) -> list[Edit]:
    above = program.module.parents.get(place.node)
    if not isinstance(above, ast.Call) or above.func is not place.node:
        return []
    span = program.module.keyword_span
    return [Edit(span(keyword), "data_format") for keyword in above.keywords if keyword.arg == "dim_ordering"]


def _given_away(program: Program, rewritten: set[Span]) -> Iterator[Finding]:
    """``f(…, dim_ordering='th')`` of a function that is neither Keras's nor in the run."""
    module = program.module
    for call, scope in module.calls:
        for keyword in call.keywords:
            if keyword.arg not in ("dim_ordering", "image_dim_ordering") or not isinstance(keyword.value, ast.Constant):
                continue
            if keyword.value.value not in ("th", "tf") or call in program.call_of:
                continue
            if module.span(keyword.value) in rewritten or takes_either(program, call.func, scope):
                continue
            values = program.values.of(call.func, scope)
            if values and all(isinstance(value, (OwnFunction, OwnClass, Partial)) for value in values):
                continue
            word = WORDS[keyword.value.value]
            name = ast.unparse(call.func)
            message = (
                f"`{name}` is not part of this run: where it takes the names of Keras 2 now, "
                f"`{keyword.arg}={ast.unparse(keyword.value)}` has to be {word!r}, or another branch silently runs"
            )
            yield Finding("KM203", message, Severity.WARNING, module.span(keyword))


RULE = Rule("KM203", "image-ordering", __doc__, check)
