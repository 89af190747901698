"""Running a program: a script or the cells of a notebook, and functions of it that build models."""

import ast
import builtins
import inspect
import os
import re
import sys
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

from kmigrate.verify.child.capture import loops
from kmigrate.verify.child.capture.recording import Recorder

#: What stands in a notebook's text for its magics, and where its cells begin (kmigrate/sources: magics.py, pieces.py).
_PLACEHOLDER = re.compile(r"\bkmigrate_+\d+_")
_CELL = re.compile(r"^#kmigrate_+cell_\d+_", re.MULTILINE)

#: Names of functions that build models.
_BUILDS = re.compile(
    r"model|net\b|network|build|create|make|define|compile|vgg|inception|alex|encoder|decoder|discriminator|generator"
    r"|critic|actor|cnn|lstm|rnn|mlp|dense",
    re.IGNORECASE,
)
#: Names of parameters without a default -> plausible values, tried one after the other. The first that fits counts.
_GUESSES: Tuple[Tuple[Any, Tuple[Any, ...]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), values)
    for pattern, values in (
        (r"class|labels?$|categor|n_?out|output_(dim|size)", (10,)),
        (r"shape|dims$", ("images", (12, 8), (16,))),
        (r"rows|height|^h$|_h$", (64, 224)),
        (r"cols|columns|width|^w$|_w$", (64, 224)),
        (r"(img|image|input)_?size", (64, (64, 64))),
        (r"channel", (3,)),
        (r"vocab|max_?features|words|input_dim", (50,)),
        (r"len|timesteps|steps", (12,)),
        (r"drop|rate$|^p$|alpha|decay|^lr$|weight_|reg$|l2|l1", (0.25,)),
        (r"path|file|weights", (None,)),
        (r"activation", ("relu",)),
        (r"optimizer", ("sgd",)),
        (r"loss", ("mse",)),
        (r"kernel|pool|stride", (3,)),
        (r"size|dim|units|hidden|filter|features|nodes|neurons|depth|layers|^(n|nb|num)_|^[kn]$", (8,)),
    )
)
_ATTEMPTS = 3


def run(
    script: str,
    folder: str,
    call: Optional[str],
    recorder: Recorder,
    say: Callable[[str], None],
) -> None:
    """Run ``script``, a file in ``folder``; evaluate ``call`` in its names, or look for functions if it built nothing.

    Raises what ends the program; where several cells of a notebook fail, what the first of them raises, after the last.
    """
    with open(script, "rb") as stream:
        text = stream.read().decode("utf-8")
    tree = loops.cut(_without_future(ast.parse(text, script)))
    for name in set(_PLACEHOLDER.findall(text)):
        setattr(builtins, name, [])  # the output of a command is a list of lines
    sys.path.insert(0, os.path.dirname(script))
    sys.path.append(folder)  # a script in a folder below may be started from the top
    os.chdir(os.path.dirname(script))
    names = _names(script, recorder, is_main=call is None)
    sys.argv[:] = [script]
    error = _executed(_cells(text, tree), script, names)
    if isinstance(error, (IndexError, KeyError, SystemExit)) and not recorder.records:
        wanted, variables = _arguments(tree), _variables(tree)
        if wanted or variables:
            if wanted:
                say("made up: {} arguments on the command line".format(wanted))
            if variables:
                say("made up: the environment variables {}".format(", ".join(variables)))
                os.environ.update(dict.fromkeys(variables, "1"))
            names = _names(script, recorder, is_main=call is None)
            sys.argv[:] = [script] + ["1"] * wanted
            error = _executed(_cells(text, tree), script, names)
    if call is not None and error is None:
        eval(compile(call, "<--call>", "eval"), names)
    elif call is None and not recorder.records:
        failed = _build(names, recorder, say)
        if not recorder.records:
            # the original's first error is why it built nothing; what the upgraded program cannot do is another matter
            error = (error or failed) if recorder.side.is_reference else (failed or error)
    if error is not None:
        raise error


def _names(script: str, recorder: Recorder, is_main: bool) -> Dict[str, Any]:
    main = type(sys)("__main__")
    sys.modules["__main__"] = main
    names = vars(main)
    names.update(__name__="__main__" if is_main else "__kmigrate__", __file__=script, __builtins__=__builtins__)
    names[loops.NAME] = loops.turns(lambda: len(recorder.records))
    return names


def _without_future(tree: ast.Module) -> ast.Module:
    """Cells may begin with what only a module may begin with, and Python 3 has it all; ``%run`` has a name in front."""
    tree.body = [node for node in tree.body if not (isinstance(node, ast.ImportFrom) and node.module == "__future__")]
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            node.module = re.sub(_PLACEHOLDER.pattern + r"\.", "", node.module)
    return tree


def _cells(text: str, tree: ast.Module) -> List[ast.Module]:
    """The program in the pieces that are run by themselves: the cells of a notebook, or all of it."""
    starts = [text.count("\n", 0, match.start()) + 1 for match in _CELL.finditer(text)]
    if not starts:
        return [tree]
    cells = [ast.parse("") for _ in range(len(starts) + 1)]
    for node in tree.body:
        line = min([node.lineno] + [one.lineno for one in getattr(node, "decorator_list", [])])
        cells[sum(start <= line for start in starts)].body.append(node)
    return cells


def _executed(cells: List[ast.Module], script: str, names: Dict[str, Any]) -> Optional[BaseException]:
    """Run them all; what the first that fails raises. A person goes on after a cell that fails."""
    first: Optional[BaseException] = None
    for cell in cells:
        try:
            exec(compile(cell, script, "exec"), names)
        except (Exception, SystemExit) as error:  # noqa: BLE001  -- it is raised again
            first = first or error
    return first


def _arguments(tree: ast.Module) -> int:
    """How many arguments a program takes from ``sys.argv``, as far as it says."""
    wanted = 0
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and _is_argv(node.value):
            at = getattr(node.slice, "value", node.slice)  # Python 3.8 and before wrap it
            at = getattr(at, "value", at)
            wanted = max(wanted, at if isinstance(at, int) else 0)
        if isinstance(node, ast.Compare) and isinstance(node.left, ast.Call) and any(map(_is_argv, node.left.args)):
            size = getattr(node.comparators[0], "value", getattr(node.comparators[0], "n", None))
            if isinstance(size, int):
                wanted = max(wanted, size if isinstance(node.ops[0], (ast.Eq, ast.LtE, ast.Gt)) else size - 1)
    return wanted


def _variables(tree: ast.Module) -> List[str]:
    """The environment variables that a program cannot do without, ``os.environ['NAME']``, and that are not set."""
    found: Dict[str, None] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute) and node.value.attr == "environ":
            name = getattr(node.slice, "value", node.slice)  # Python 3.8 and before wrap it
            name = getattr(name, "s", name)
            if isinstance(name, str) and isinstance(node.ctx, ast.Load) and name not in os.environ:
                found[name] = None
    return list(found)


def _is_argv(node: ast.AST) -> bool:
    return (isinstance(node, ast.Attribute) and node.attr == "argv") or (
        isinstance(node, ast.Name) and node.id == "argv"
    )


def _build(names: Dict[str, Any], recorder: Recorder, say: Callable[[str], None]) -> Optional[BaseException]:
    """Call the functions of a program that built nothing, those that look as if they built a model.

    First those that need no argument; if none of them builds one, the others with plausible ones. What the first that
    fails raises is the result, of the original only where it needed none.
    """
    functions = [
        (name, function, _needed(function))
        for name, function in list(names.items())
        if inspect.isfunction(function) and function.__module__ == "__main__" and _BUILDS.search(name)
    ]
    failed: Optional[BaseException] = None
    for name, function, needed in functions:
        if not needed:
            raised = _attempt(name, function, [{}], recorder, say)
            failed = failed or raised
    if recorder.records:
        return None
    for name, function, needed in functions:
        if needed:
            attempts = list(_guesses(needed, recorder.side.is_channels_first()))[:_ATTEMPTS]
            raised = _attempt(name, function, attempts, recorder, say)
            if not recorder.side.is_reference:  # made up arguments are no fault of the original
                failed = failed or raised
    return failed


def _needed(function: Any) -> List[str]:
    """Parameters without a default, and the number of classes where None is its default."""
    parameters = inspect.signature(function).parameters.values()
    return [
        p.name
        for p in parameters
        if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
        and (p.default is p.empty or (p.default is None and _GUESSES[0][0].search(p.name)))
    ]


def _guesses(needed: List[str], is_channels_first: bool) -> Iterator[Dict[str, Any]]:
    """Arguments for these parameters; nothing where one of them is not known, a tensor for example."""
    found: List[Tuple[str, Tuple[Any, ...]]] = []
    for name in needed:
        values = next((values for pattern, values in _GUESSES if pattern.search(name)), None)
        if values is None:
            return
        found.append((name, values))
    images = (3, 64, 64) if is_channels_first else (64, 64, 3)
    for at in range(max(len(values) for _, values in found)):
        chosen = {name: values[min(at, len(values) - 1)] for name, values in found}
        yield {name: images if value == "images" else value for name, value in chosen.items()}


def _attempt(
    name: str, function: Any, attempts: List[Dict[str, Any]], recorder: Recorder, say: Callable[[str], None]
) -> Optional[BaseException]:
    """Call it with the first arguments that do. What the last attempt raises if all fail: it was not asked for."""
    words, failed = "", None
    for arguments in attempts:
        before = len(recorder.records)
        written = ", ".join("{}={!r}".format(*item) for item in arguments.items())
        try:
            function(**arguments)
        except (Exception, SystemExit) as error:  # noqa: BLE001  -- whatever it is
            failed = error
            del recorder.records[before:]  # they may be half built
            words = "{}({}) was called and fails: {}".format(name, written, " ".join(str(error).split())[:200])
            continue
        if len(recorder.records) > before and arguments:
            say("called with made up arguments: {}({})".format(name, written))
        return None
    if words:
        say(words)
    return failed
