"""Python 2 source brought to Python 3, with as little changed as that takes. Pure: text in, text out.

fissix (the maintained lib2to3) does the work, with the fixers that change no more than they must; it is imported when
the first Python 2 file is met. What a fixer would do to a name that the file defines itself is left out, and so is what
would only change the style (``u''`` is Python 3 as well, a tuple in a call needs no blank).
"""

from __future__ import annotations

import ast
import difflib
import functools
import itertools
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kmigrate.findings import Edit, LineIndex, Span

#: Fixers for what Python 3 refuses to parse. They run on every file that it refuses.
_SYNTAX_FIXERS = ("except", "exec", "ne", "numliterals", "paren", "print", "raise", "repr", "throw", "tuple_params")

#: Fixers for what parses and means something else, or nothing, with the names they take for Python's own: a fixer is
#: left out where the file binds one of them. Not taken: ``unicode`` (removes every u), ``types`` (``StringType`` would
#: be ``bytes``), ``next`` (renames methods that others call), ``import`` (asks the file system), and those of style
#: (``idioms``, ``ws_comma``, ``set_literal``, ``asserts``, ``future``).
_NAME_FIXERS: dict[str, tuple[str, ...]] = {
    "apply": ("apply",),
    "dict": (),
    "execfile": ("execfile",),
    "filter": ("filter",),
    "funcattrs": (),
    "getcwdu": (),
    "has_key": (),
    "imports": (),
    "input": ("input", "raw_input"),
    "intern": ("intern",),
    "itertools": ("map", "filter", "zip"),
    "itertools_imports": (),
    "map": ("map",),
    "metaclass": (),
    "methodattrs": (),
    "nonzero": (),
    "operator": (),
    "raise": (),
    "reduce": ("reduce",),
    "reload": ("reload",),
    "renames": (),
    "sys_exc": (),
    "urllib": (),
    "xrange": ("xrange", "range"),
    "zip": ("zip",),
}

#: Built-in names that are another in Python 3, one for one (Python 3.0, "What's new").
_RENAMED = {
    "StandardError": "Exception",
    "basestring": "str",
    "long": "int",
    "raw_input": "input",
    "unichr": "chr",
    "unicode": "str",
}

#: What Python 3 no longer has, so that a file that uses one runs on Python 2 only: built-in names, methods with their
#: number of arguments, modules, and any word of these.
GONE_NAMES = frozenset({*_RENAMED, "apply", "execfile", "intern", "reduce", "reload", "xrange"})
GONE_METHODS = {"has_key": 1, "iteritems": 0, "iterkeys": 0, "itervalues": 0}
GONE_MODULES = frozenset(
    {"ConfigParser", "HTMLParser", "Queue", "StringIO", "Tkinter", "cPickle", "cStringIO", "copy_reg", "cookielib"}
    | {"httplib", "urllib2", "urlparse"}
)
_GONE = re.compile(r"\b(?:" + "|".join(sorted({*GONE_NAMES, *GONE_METHODS, *GONE_MODULES})) + r")\b")

#: Signs that a file runs on both: what it says about versions is not second-guessed.
_RUNS_ON_BOTH = re.compile(r"\b(?:six|past|builtins|PY2|PY3|version_info|sys\.version|python_version)\b")

#: Libraries whose star imports bring none of the names above.
_STAR_WITHOUT_NAMES = frozenset({"keras", "math", "matplotlib", "numpy", "pylab", "scipy", "tensorflow", "theano"})

_LINE_END = re.compile(r"\r\n|\r|\n")
_WORD = re.compile(r"\w+|\s+|.", re.DOTALL)
_EMPTY_RENAME = re.compile(r"\b(import |, )(\w+) as \2\b")
_RAW_UNICODE = re.compile(r"[uU]([rR])")
_ESCAPE = re.compile(r"\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8}")


@dataclass(frozen=True, slots=True)
class Converted:
    """Python 3 text, and the edits that lead to it from the text that was given."""

    text: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """A place that shows that a file is for Python 2: the name, and where it stands.

    ``doubt`` is the module, if there is one, whose star import may have brought the name.
    """

    name: str
    span: Span
    doubt: str | None = None


def to_python3(text: str) -> Converted | None:
    """Python 3 for a text that Python 3 refuses and Python 2 takes; None for any other text."""
    if _parsed(text) is not None:
        return None
    plain = _plain(text)
    new = _without_raw_unicode(_refactored(plain, _SYNTAX_FIXERS))
    new = None if new is None else _with_spaces(new)
    if new is None or new == plain or (tree := _parsed(new)) is None:
        return None
    modern = _modern(new, tree)
    return _converted(text, plain, modern if modern is not None else new)


def modernised(text: str) -> Converted | None:
    """The same for a text that Python 3 parses but whose names are Python 2's (``xrange``, ``d.iteritems()``)."""
    plain = _plain(text)
    tree = _parsed(plain)
    if tree is None or not _GONE.search(plain):
        return None
    new = _modern(plain, tree)
    return _converted(text, plain, new) if new is not None and new != plain else None


def traces(text: str, tree: ast.Module) -> list[Trace]:
    """Where a text that parses uses what only Python 2 has; nothing if it shows that it is written for both."""
    if not _GONE.search(text) or _RUNS_ON_BOTH.search(text):
        return []
    nodes = list(ast.walk(tree))
    bound = _bound(nodes)
    guarded = _guarded(nodes)
    own = {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
    star = _star(nodes)
    index = LineIndex(text)
    found: list[Trace] = []
    for node in nodes:
        if node in guarded or (isinstance(node, ast.Call) and own & GONE_METHODS.keys()):
            continue
        for name, behind in _gone(node, bound):
            if behind is None:
                assert isinstance(node, (ast.expr, ast.stmt))
                start = text.find(name, index.offset(node.lineno, node.col_offset))
            else:
                assert behind.end_lineno is not None and behind.end_col_offset is not None
                start = text.find(name, index.offset(behind.end_lineno, behind.end_col_offset))
            found.append(Trace(name, Span(start, start + len(name)), star if isinstance(node, ast.Name) else None))
    return sorted(found, key=lambda trace: trace.span)


def _gone(node: ast.AST, bound: frozenset[str]) -> Iterator[tuple[str, ast.expr | None]]:
    """The names of Python 2 alone that ``node`` itself is, each with the expression that it stands behind, if any."""
    if isinstance(node, ast.Name):
        if node.id in GONE_NAMES and node.id not in bound:
            yield node.id, None
    elif isinstance(node, ast.Call):
        func = node.func
        if isinstance(func, ast.Attribute) and not node.keywords and GONE_METHODS.get(func.attr) == len(node.args):
            yield func.attr, func.value
    elif isinstance(node, ast.Import):
        yield from ((alias.name, None) for alias in node.names if alias.name in GONE_MODULES)
    elif isinstance(node, ast.ImportFrom) and node.module in GONE_MODULES and not node.level:
        yield node.module, None


def _bound(nodes: Sequence[ast.AST]) -> frozenset[str]:
    """Every name that the file binds anywhere, but for attributes and methods: a method called map hides nothing."""
    names: set[str] = set()
    methods: set[int] = set()
    for node in nodes:  # a class comes before what is in it
        if isinstance(node, ast.Name):
            if not isinstance(node.ctx, ast.Load):
                names.add(node.id)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            if id(node) not in methods:
                names.add(node.name)
            if isinstance(node, ast.ClassDef):
                methods.update(id(item) for item in node.body)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            names.add(node.name)
    return frozenset(names)


def _star(nodes: Sequence[ast.AST]) -> str | None:
    """The first module imported with a star that may define Python 2's names, as a project's own can."""
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            module = "." * node.level + (node.module or "")
            if module.partition(".")[0] not in _STAR_WITHOUT_NAMES:
                return module
    return None


def _guarded(nodes: Sequence[ast.AST]) -> set[ast.AST]:
    """What stands in a ``try`` that catches a missing module or name: the file deals with both versions there."""
    found: set[ast.AST] = set()
    for node in nodes:
        if isinstance(node, ast.Try) and any(_catches_absence(handler) for handler in node.handlers):
            found.update(ast.walk(node))
    return found


def _catches_absence(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    names = {node.id for node in ast.walk(handler.type) if isinstance(node, ast.Name)}
    absence = {"ImportError", "ModuleNotFoundError", "NameError", "AttributeError", "Exception"}
    return bool(names & absence)


def _parsed(text: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _plain(text: str) -> str:
    """``text`` with LF line ends, as fissix knows them."""
    return _LINE_END.sub("\n", text) if "\r" in text else text


def _refactored(text: str, fixers: Sequence[str]) -> str | None:
    """``text`` after ``fixers``, None if it is no Python 2 or fissix does not get through."""
    for print_function in (False, True):
        tool = _tool(tuple(fixers), print_function)
        ends = text.endswith("\n")
        try:
            tree = tool.refactor_string(text if ends else text + "\n", "<string>")
            if tree is None:
                continue
            new = str(tree)
        except Exception:  # noqa: BLE001  -- its parser and its fixers raise what they please about odd text
            continue
        return new if ends else new[:-1]
    return None


@functools.lru_cache(maxsize=16)
def _tool(fixers: tuple[str, ...], print_function: bool) -> Any:
    import logging

    from fissix.refactor import RefactoringTool

    logging.getLogger("RefactoringTool").disabled = True

    class Tool(RefactoringTool):  # type: ignore[misc]
        """Raises what goes wrong instead of logging it."""

        def log_error(self, msg: str, *_args: Any, **_keywords: Any) -> None:
            raise ValueError(msg)

        def log_message(self, _msg: str, *_args: Any) -> None:
            pass

        log_debug = log_message

        def refactor_tree(self, tree: Any, name: str) -> Any:
            if "tuple_params" in fixers:
                _unpack_lambdas(tree)
            return super().refactor_tree(tree, name)

    tool = Tool([f"fissix.fixes.fix_{name}" for name in fixers], {"print_function": print_function})
    for fixer in itertools.chain(tool.pre_order, tool.post_order):
        if type(fixer).__name__ == "FixTupleParams":
            fixer.new_name = functools.partial(fixer.new_name, "packed")
        elif type(fixer).__name__ == "FixPrint":
            fixer.transform = functools.partial(_print, fixer.transform)
    return tool


def _print(transform: Callable[[Any, Any], Any], node: Any, results: Any) -> Any:
    """The fix of ``print`` by fissix, but ``print (x)`` with an expression in parentheses is Python 3 as it is."""
    children = node.children
    if len(children) == 2 and str(children[0]).strip() == "print":
        parts = children[1].children
        if str(children[1]).strip() == "()":
            from fissix.fixer_util import Call, Name

            return Call(Name("print"), [Name("()")], prefix=node.prefix)
        if len(parts) == 3 and str(parts[0]).strip() == "(" and not _is_sequence(parts[1]):
            return None
    return transform(node, results)


def _unpack_lambdas(tree: Any) -> None:
    """Give tuples among the parameters of a ``lambda`` one name each: ``lambda (x, y), z: x`` takes ``x_y``, ``z``.

    fissix does this for a tuple that is the only parameter, and then also renames attributes of the same name.
    """
    from fissix.fixer_util import Name
    from fissix.fixes.fix_tuple_params import find_params, map_to_index, tuple_name
    from fissix.pgen2 import token
    from fissix.pygram import python_symbols
    from fissix.pytree import Node

    for node in list(tree.post_order()):
        if node.type not in (python_symbols.lambdef, python_symbols.old_lambdef):
            continue
        given = node.children[1]
        taken = {leaf.value for leaf in node.leaves() if leaf.type == token.NAME}
        for vfpdef in [given] if given.type == python_symbols.vfpdef else list(given.children):
            if vfpdef.type != python_symbols.vfpdef:
                continue
            params = find_params(vfpdef)
            if isinstance(params, str):  # lambda (x): x
                vfpdef.replace(Name(params, prefix=vfpdef.prefix))
                continue
            places = map_to_index(params)
            name = tuple_name(params)
            while name in taken:
                name += "_"
            taken.add(name)
            vfpdef.replace(Name(name, prefix=vfpdef.prefix))
            for leaf in list(node.children[-1].leaves()):
                if leaf.type == token.NAME and leaf.value in places and not _is_label(leaf):
                    item = Name(name, prefix=leaf.prefix)
                    leaf.replace(Node(python_symbols.power, [item, *(place.clone() for place in places[leaf.value])]))


def _is_label(leaf: Any) -> bool:
    """Whether a name is that of an attribute or of a keyword argument, so no variable."""
    before, after = leaf.prev_sibling, leaf.next_sibling
    is_attribute = before is not None and str(before).strip() == "."
    return is_attribute or (after is not None and str(after).strip() == "=")


def _is_sequence(node: Any) -> bool:
    """Whether what stands in parentheses makes them more than parentheses: a tuple, a generator, ``yield``."""
    from fissix.pygram import python_symbols

    return node.type in (python_symbols.testlist_gexp, python_symbols.yield_expr)


def _without_raw_unicode(text: str | None) -> str | None:
    r"""``ur'…'`` as ``r'…'``, or with its backslashes doubled where it holds ``\uXXXX``, which Python 2 expands."""
    if text is None or not _RAW_UNICODE.search(text):
        return text
    from io import StringIO

    from fissix.pgen2 import token, tokenize

    starts = LineIndex(text).starts
    edits: list[Edit] = []
    try:
        for kind, value, (line, column), _, _ in tokenize.generate_tokens(StringIO(text).readline):
            if kind == token.STRING and _RAW_UNICODE.match(value):
                start = starts[line - 1] + column
                edits.append(Edit(Span(start, start + len(value)), _cooked(value)))
    except Exception:  # noqa: BLE001  -- as above
        return None
    return _spliced(text, edits)


def _cooked(literal: str) -> str:
    if not _ESCAPE.search(literal):
        return literal[1:]
    at = 0
    parts: list[str] = []
    body = literal[2:]
    for match in _ESCAPE.finditer(body):
        parts += [body[at : match.start()].replace("\\", "\\\\"), match.group()]
        at = match.end()
    return literal[0] + "".join([*parts, body[at:].replace("\\", "\\\\")])


def _with_spaces(text: str) -> str | None:
    """``text`` with spaces for the tabs of indentation, to multiples of 8 as Python 2 reads them.

    Only in the top-level statements where Python 3 finds tabs and spaces mixed.
    """
    for _ in range(text.count("\n") + 2):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                ast.parse(text)
            return text
        except IndentationError as error:
            line = error.lineno or 1
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        new = _expanded(text, line)
        if new is None or new == text:
            return None
        text = new
    return None


def _expanded(text: str, line: int) -> str | None:
    lines = text.split("\n")
    inside = _string_lines(text)
    if inside is None:
        return None

    def opens(at: int) -> bool:
        return at not in inside and bool(lines[at]) and lines[at][0] not in " \t\f#)]}"

    first = last = min(line - 1, len(lines) - 1)
    while first > 0 and not opens(first):
        first -= 1
    last += 1
    while last < len(lines) and not opens(last):
        last += 1
    for at in range(first, last):
        body = lines[at].lstrip(" \t")
        indent = lines[at][: len(lines[at]) - len(body)]
        if at not in inside and body and "\t" in indent:
            lines[at] = indent.expandtabs(8) + body
    return "\n".join(lines)


def _string_lines(text: str) -> set[int] | None:
    """The lines, from 0, that begin inside a string."""
    from io import StringIO

    from fissix.pgen2 import token, tokenize

    found: set[int] = set()
    try:
        for kind, _, (start, _), (end, _), _ in tokenize.generate_tokens(StringIO(text).readline):
            if kind == token.STRING:
                found.update(range(start, end))
    except Exception:  # noqa: BLE001  -- as above
        return None
    return found


def _modern(text: str, tree: ast.Module) -> str | None:
    """``text`` with Python 3's names, and with lists where Python 2 made lists."""
    bound = _bound(list(ast.walk(tree)))
    new = _refactored(text, _fixers(tree, bound))
    if new is None:
        return None
    new = _without_empty_renames(text, new)
    after = _parsed(new)
    if after is None:
        return None
    index = LineIndex(new)
    edits = [*_renames(after, bound, index), *(() if "next" in bound else _next_edits(new, after, index))]
    return _spliced(new, edits)


def _fixers(tree: ast.Module, bound: frozenset[str]) -> list[str]:
    """The fixers that change nothing which the file defines itself."""
    left_out = {name for name, names in _NAME_FIXERS.items() if bound.intersection(names)}
    nodes = list(ast.walk(tree))
    if any(name in GONE_MODULES for node in _guarded(nodes) for name, _ in _gone(node, bound)):
        left_out |= {"imports", "urllib"}
    methods = {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
    stored = {node.attr for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)}
    if methods & GONE_METHODS.keys():
        left_out |= {"dict", "has_key"}
    if "__bool__" in methods:
        left_out.add("nonzero")
    if any(name.startswith("func_") for name in methods | stored):
        left_out.add("funcattrs")
    if any(name.startswith("im_") for name in methods | stored):
        left_out.add("methodattrs")
    return [name for name in _NAME_FIXERS if name not in left_out]


def _without_empty_renames(old: str, new: str) -> str:
    """``import cPickle as pickle`` becomes ``import pickle``, where fissix says ``import pickle as pickle``."""
    before = set(old.split("\n"))
    lines = [line if line in before else _EMPTY_RENAME.sub(r"\1\2", line) for line in new.split("\n")]
    return "\n".join(lines)


def _renames(tree: ast.Module, bound: frozenset[str], index: LineIndex) -> Iterator[Edit]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in _RENAMED and not bound & {node.id, _RENAMED[node.id]}:
            start = index.offset(node.lineno, node.col_offset)
            yield Edit(Span(start, start + len(node.id)), _RENAMED[node.id])


def _next_edits(text: str, tree: ast.Module, index: LineIndex) -> Iterator[Edit]:
    """``x.next()`` as ``next(x)``, and ``__next__ = next`` behind a method ``next``, which stays for those who call it.

    ``self.next()`` stays too: in a class for both versions ``__next__`` calls it.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            methods = {item.name: item for item in node.body if isinstance(item, ast.FunctionDef)}
            method = methods.get("next")
            if method is not None and "__next__" not in methods and len(method.args.args) == 1:
                assert method.end_lineno is not None
                line = index.starts[method.lineno - 1]
                end = index.starts[method.end_lineno] - 1 if method.end_lineno < len(index.starts) else len(text)
                indent = text[line : index.offset(method.lineno, method.col_offset)]
                if not indent.strip():
                    yield Edit(Span(end, end), f"\n\n{indent}__next__ = next")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "next":
            of = node.func.value
            if node.args or node.keywords or (isinstance(of, ast.Name) and of.id == "self"):
                continue
            assert node.func.end_lineno is not None and node.func.end_col_offset is not None
            assert node.end_lineno is not None and node.end_col_offset is not None
            start = index.offset(node.lineno, node.col_offset)
            dot = text.rindex(".", start, index.offset(node.func.end_lineno, node.func.end_col_offset))
            end = index.offset(node.end_lineno, node.end_col_offset)
            if "#" not in text[dot:end]:
                yield Edit(Span(start, start), "next(")
                yield Edit(Span(dot, end), ")")


def _spliced(text: str, edits: Iterable[Edit]) -> str:
    for edit in sorted(edits, key=lambda edit: edit.span, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def _converted(text: str, plain: str, new: str) -> Converted:
    """The smallest edits from ``text`` to ``new``, whose line ends are LF and become those of ``text``."""
    ends = _LINE_END.findall(text)
    usual = max(dict.fromkeys(ends), key=ends.count, default="\n")
    places: list[int] | None = None
    if len(text) != len(plain):
        places = []
        at = 0
        for char in plain:
            places.append(at)
            at += 2 if char == "\n" and text.startswith("\r\n", at) else 1
        places.append(at)
    edits: list[Edit] = []
    for start, end, replacement in _differences(plain, new):
        span = Span(places[start], places[end]) if places is not None else Span(start, end)
        edits.append(Edit(span, replacement.replace("\n", usual)))
    return Converted(_spliced(text, edits), tuple(edits))


def _differences(old: str, new: str) -> Iterator[tuple[int, int, str]]:
    """Where ``old`` differs from ``new``: start and end in ``old``, and the new text. Line by line first."""
    old_lines, new_lines = (re.findall(r"[^\n]*\n|[^\n]+", text) for text in (old, new))
    starts = [0, *itertools.accumulate(map(len, old_lines))]
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old_lines, new_lines, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        pairs = [(a, b, c, d)] if b - a != d - c else [(a + k, a + k + 1, c + k, c + k + 1) for k in range(b - a)]
        for first, last, first_new, last_new in pairs:
            here, there = "".join(old_lines[first:last]), "".join(new_lines[first_new:last_new])
            yield from ((starts[first] + s, starts[first] + e, text) for s, e, text in _word_differences(here, there))


def _word_differences(old: str, new: str) -> Iterator[tuple[int, int, str]]:
    old_words, new_words = _WORD.findall(old), _WORD.findall(new)
    starts = [0, *itertools.accumulate(map(len, old_words))]
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old_words, new_words, autojunk=False).get_opcodes():
        if kind != "equal":
            yield starts[a], starts[b], "".join(new_words[c:d])
