"""Text in, findings and new text out. Pure: no I/O, no printing, no globals; picklable, so any executor can map it."""

from __future__ import annotations

import bisect
import contextlib
import dataclasses
import difflib
import gc
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kmigrate import keras_api
from kmigrate.codemod.imports import import_edits
from kmigrate.codemod.rewrite import Plan, smallest, splice
from kmigrate.config import Options
from kmigrate.findings import Edit, Finding, LineIndex, Rewrite, Safety, Severity, Span
from kmigrate.program.program import Origin, Program
from kmigrate.program.project import Project
from kmigrate.program.scopes import Module, read_module
from kmigrate.program.values import keras_path
from kmigrate.rules import rules
from kmigrate.rules.side_effects import guarded
from kmigrate.sources import config_files, python2

if TYPE_CHECKING:
    from kmigrate.program.shapes.analysis import Report

_IGNORE = re.compile(r"#\s*kmigrate:\s*ignore(?:\[([^\]]*)\])?", re.IGNORECASE)

#: One pass makes every rewrite that overlaps no other; rewrites that had to wait are found again in the next.
_MAX_PASSES = 6


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one source: all findings (in source order), the text after the chosen rewrites, and which they were.

    ``findings`` are those of the text as it was given. ``applied`` are the findings whose rewrite was carried out;
    ``remaining`` are the others, at their places in the *new* text, so that their positions are those a person will
    see. ``origin`` is what ``check_source`` has to know to find them there again.
    """

    findings: tuple[Finding, ...]
    text: str
    applied: tuple[Finding, ...]
    remaining: tuple[Finding, ...]
    origin: Origin = field(default_factory=Origin)


@dataclass(frozen=True, slots=True)
class _Look:
    """One reading of a text: the module (None if it does not parse), what was found, and what later ones need."""

    module: Module | None
    findings: tuple[Finding, ...]
    origin: Origin
    #: whether another file of the run takes a name from this one
    is_imported: Callable[[str], bool] = lambda _: False
    program: Program | None = None


def check_source(
    source: str,
    options: Options = Options(),
    *,
    path: str = "<string>",
    project: Project | None = None,
    origin: Origin = Origin(),
) -> tuple[Finding, ...]:
    """The findings of one Python source, in source order. A source that does not parse has one finding, KM003.

    A source in Python 2 has KM010 first, and then those of the Python 3 text that KM010 makes of it, at their places in
    the source; their rewrites are for the Python 3 text. ``origin`` says what the source was before it was rewritten.
    """
    with _collector_paused():  # until what was read is let go of
        studied = study(source, options, path=path, project=project, origin=origin)
        studied.release()
        return studied.findings


@dataclass(frozen=True, slots=True)
class Study:
    """One source as it was read: its findings, what later readings of it need, and the program, to ask it more.

    ``program`` is None where the source does not parse, and of a configuration file. Of a source in Python 2 it is that
    of the text in Python 3; ``place`` leads from an offset in it to the one in the source, as ``there`` leads back.
    """

    findings: tuple[Finding, ...]
    origin: Origin
    program: Program | None = None
    place: Callable[[int], int] = lambda offset: offset
    there: Callable[[int], int] = lambda offset: offset

    def release(self) -> None:
        """Let go of the program, so that its memory is free at once; it is of no use after."""
        if self.program is not None:
            self.program.release()


def study(
    source: str,
    options: Options = Options(),
    *,
    path: str = "<string>",
    project: Project | None = None,
    origin: Origin = Origin(),
) -> Study:
    """Read one source as ``check_source`` does, and keep what was read."""
    kind = config_files.kind(path)
    if kind is not None:
        return Study(_check_config(kind, source, options), origin)
    with _collector_paused():
        look = _read(source, options, path, project, origin)
        if look.module is not None:
            return Study(look.findings, look.origin, look.program)
        bridge = _bridge(source, options, look.findings)
        if bridge is None:
            return Study(look.findings, look.origin)
        later = _read(bridge.text, options, path, project, dataclasses.replace(origin, was_python2=True))
        findings = (bridge.finding, *_moved(bridge.text, later.findings, bridge.back))
        back = _Mover(bridge.text, bridge.back)
        on = _Mover(source, bridge.finding.rewrite.edits if bridge.finding.rewrite else ())
        return Study(findings, later.origin, later.program, back.start, on.start)


@dataclass(frozen=True, slots=True)
class Followed:
    """What following a source came to: its models and layers, and what the rules on shapes (KM3xx) say.

    ``module`` is the text that was followed: of a source in Python 2, that in Python 3. ``place`` leads from an offset
    in it to the one in the source. The findings are at their places in the source.
    """

    module: Module
    report: Report
    findings: tuple[Finding, ...]
    place: Callable[[int], int]


def follow_source(
    source: str, options: Options = Options(), *, path: str = "<string>", project: Project | None = None
) -> Followed | Finding:
    """Follow the models that one Python source builds; the finding that says why, where it does not parse.

    Of the rules only those on shapes run, and of them those that ``options`` select.
    """
    options = dataclasses.replace(options, select=options.select or ("KM3",))
    with _collector_paused():
        look = _read(source, options, path, project, Origin())
        place: Callable[[int], int] = lambda offset: offset  # noqa: E731
        if look.module is None:
            bridge = _bridge(source, dataclasses.replace(options, select=()), look.findings)
            if bridge is None:
                return look.findings[0]
            look = _read(bridge.text, options, path, project, Origin(was_python2=True))
            place = _Mover(bridge.text, bridge.back).start
            look = dataclasses.replace(look, findings=_moved(bridge.text, look.findings, bridge.back))
        if look.program is None or look.module is None:
            return look.findings[0]
        return Followed(look.module, look.program.shapes, look.findings, place)


@dataclass(frozen=True, slots=True)
class _Bridge:
    """The way from a Python 2 source to Python 3: the finding whose rewrite does it, the new text, and the way back."""

    finding: Finding
    text: str
    back: tuple[Edit, ...]


def _bridge(source: str, options: Options, findings: Sequence[Finding]) -> _Bridge | None:
    """How to bring a source that did not parse to Python 3, None if it is not Python 2 or that is not wanted."""
    if not (options.python2 and options.selects("KM010")) or [f.code for f in findings] != ["KM003"]:
        return None
    if findings[0].span == Span(0, 0) and "nested too deeply" in findings[0].message:
        return None
    converted = python2.to_python3(source)
    if converted is None:
        return None
    back: list[Edit] = []
    shift = 0
    for edit in sorted(converted.edits, key=lambda edit: edit.span):
        start = edit.span.start + shift
        back.append(Edit(Span(start, start + len(edit.text)), source[edit.span.start : edit.span.end]))
        shift += len(edit.text) - (edit.span.end - edit.span.start)
    index = LineIndex(source)
    lines = len({index.position(edit.span.start).line for edit in converted.edits})
    reason = findings[0].message.partition("(")[2].partition("):")[0]
    changes = f"{lines} lines change" if lines > 1 else "1 line changes"
    message = f"this is Python 2 ({reason}): {changes} on the way to Python 3"
    rewrite = Rewrite("bring the file to Python 3", edits=converted.edits)
    return _Bridge(Finding("KM010", message, Severity.ERROR, findings[0].span, rewrite), converted.text, tuple(back))


def comes_first(findings: Sequence[Finding], source: str) -> tuple[Finding, ...]:
    """Those of ``findings`` whose rewrites are for ``source`` as it is: in Python 2, only the way to Python 3."""
    if findings and findings[0].code == "KM010" and not _parses(source):
        return (findings[0],)
    return tuple(findings)


def _parses(source: str) -> bool:
    try:
        read_module(source, "<string>")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


@contextlib.contextmanager
def _collector_paused() -> Iterator[None]:
    """Python's garbage collector looks at a growing tree again and again and finds nothing: a third of the time."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _read(source: str, options: Options, path: str, project: Project | None, origin: Origin) -> _Look:
    project = project or Project()
    try:
        module = read_module(source, path, project.package(path))
    except (SyntaxError, ValueError) as error:
        return _Look(None, (_unparsable(source, error),), origin)
    except (RecursionError, MemoryError):  # Python's parser runs out of its own stack with a MemoryError
        message = "nested too deeply to be read: simplify the longest expression, or upgrade this file by hand"
        return _Look(None, (Finding("KM003", message, Severity.ERROR, Span(0, 0)),), origin)
    program = Program(module, options, project, origin)
    found: list[Finding] = []
    failures: dict[str, list[str]] = {}
    for rule in rules():
        if options.selects(rule.code):
            try:
                found.extend(list(rule.check(program)))
            except Exception as error:  # noqa: BLE001  -- a mistake in one rule must not cost the others' findings
                failures.setdefault(_mistake(error), []).append(rule.code)
    wanted = (f for f in found if options.selects(f.code) and (options.hints or f.severity is not Severity.HINT))
    found = list(guarded(program, wanted))
    found = _without_ignored(module.text, module.lines, found)
    found += [_failed(codes, said) for said, codes in failures.items()]
    found.sort(key=lambda f: (f.span.start, f.span.end, f.code, f.message))
    if not failures:
        origin = Origin(origin.was_python2, True, program.written_for)
    program.values.release()
    return _Look(module, tuple(dict.fromkeys(found)), origin, program.is_imported, program)


def _check_config(kind: str, text: str, options: Options) -> tuple[Finding, ...]:
    """The findings of a configuration file. Comments silence them as they do in Python."""
    return tuple(_without_ignored(text, LineIndex(text), list(config_files.check_config(kind, text, options))))


def _upgraded_config(kind: str, source: str, options: Options, accept: Callable[[Finding], bool]) -> Result:
    text = source
    first = findings = _check_config(kind, text, options)
    applied: list[Finding] = []
    for _ in range(_MAX_PASSES):
        edits, done = _config_edits(text, [finding for finding in findings if accept(finding)])
        if not edits:
            break
        text = splice(text, edits)
        applied += done
        findings = _check_config(kind, text, options)
    return Result(first, text, tuple(applied), findings)


def _config_edits(text: str, findings: Iterable[Finding]) -> tuple[list[Edit], list[Finding]]:
    """The plain edits of ``findings`` that do not overlap, and the findings that they settle."""
    edits: list[Edit] = []
    done: list[Finding] = []
    for finding in findings:
        new = finding.rewrite.edits if finding.rewrite else ()
        if new and not any(a.span.start < b.span.end and b.span.start < a.span.end for a in new for b in edits):
            edits += new
            done.append(finding)
    return smallest(text, edits), done


def _mistake(error: Exception) -> str:
    """What went wrong inside kmigrate, and where, in words that a report can quote."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = ""
    if trace is not None:
        file = trace.tb_frame.f_code.co_filename.replace("\\", "/").rpartition("/")[2]
        place = f", {file} line {trace.tb_lineno}"
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}{place}"


def _failed(codes: Sequence[str], said: str) -> Finding:
    rule = f"rule {codes[0]}" if len(codes) == 1 else f"rules {', '.join(codes)}"
    message = f"{rule} failed on this file: {said}; please report this with the file: look for it by hand"
    return Finding("KM009", message, Severity.ERROR, Span(0, 0))


def _unparsable(source: str, error: SyntaxError | ValueError) -> Finding:
    index = LineIndex(source)
    line = min(getattr(error, "lineno", None) or 1, len(index.starts))
    start = index.starts[line - 1] + max((getattr(error, "offset", None) or 1) - 1, 0)
    start = min(start, len(source))
    words = error.msg if isinstance(error, SyntaxError) else str(error)
    message = f"this is not Python 3 ({words}, line {line}): correct it, or bring it from Python 2 to Python 3 first"
    return Finding("KM003", message, Severity.ERROR, Span(start, start))


def _without_ignored(text: str, index: LineIndex, findings: list[Finding]) -> list[Finding]:
    """``findings`` without those that a ``# kmigrate: ignore[…]`` on their first or last line silences."""
    if "kmigrate" not in text:
        return findings
    ignored: dict[int, tuple[str, ...]] = {}
    for match in _IGNORE.finditer(text):
        line = bisect.bisect_right(index.starts, match.start())
        codes = match.group(1)
        ignored[line] = (
            tuple(c.strip().upper() for c in codes.split(",") if c.strip()) if codes is not None else ("KM",)
        )

    def silenced(finding: Finding) -> bool:
        lines = {index.position(finding.span.start).line, index.position(finding.span.end).line}
        return any(finding.code.startswith(codes) for line in lines if (codes := ignored.get(line)))

    return [finding for finding in findings if not silenced(finding)]


def default_accept(options: Options) -> Callable[[Finding], bool]:
    """Takes safe rewrites, and unsafe ones where the options say so."""

    def accept(finding: Finding) -> bool:
        return finding.safety is Safety.SAFE or (options.unsafe and finding.safety is Safety.UNSAFE)

    return accept


def upgrade_source(
    source: str,
    options: Options = Options(),
    *,
    path: str = "<string>",
    project: Project | None = None,
    accept: Callable[[Finding], bool] | None = None,
) -> Result:
    """Carry out the rewrites of one Python source that ``accept`` takes (default: safe ones, and unsafe if asked for).

    Rewrites that overlap are made one pass after the other, until a pass changes nothing more.
    """
    kind = config_files.kind(path)
    if kind is not None:
        return _upgraded_config(kind, source, options, accept or default_accept(options))
    with _collector_paused():
        accept = accept or default_accept(options)
        result = _upgraded(source, options, path, project, accept, Origin())
        bridge = _bridge(source, options, result.findings)
        if bridge is None:
            return result
        inner = _upgraded(bridge.text, options, path, project, accept, Origin(was_python2=True))
        findings = (bridge.finding, *_moved(bridge.text, inner.findings, bridge.back))
        if not accept(bridge.finding):
            return Result(findings, source, (), findings)
        return dataclasses.replace(inner, findings=findings, applied=(bridge.finding, *inner.applied))


def _upgraded(
    source: str,
    options: Options,
    path: str,
    project: Project | None,
    accept: Callable[[Finding], bool],
    origin: Origin,
) -> Result:
    text = source
    first: tuple[Finding, ...] | None = None
    applied: list[Finding] = []
    remaining: tuple[Finding, ...] = ()
    for _ in range(_MAX_PASSES):
        look = _read(text, options, path, project, origin)
        module, findings = look.module, look.findings
        first = findings if first is None else first
        was_python2 = origin.was_python2 or any(
            finding.code == "KM010" and finding.severity is Severity.ERROR for finding in findings
        )  # its names go in this pass
        origin = dataclasses.replace(look.origin, was_python2=was_python2)
        wanted = [f for f in findings if f.rewrite is not None and accept(f)]
        findings = remaining = _with_unsaid(findings, remaining)
        if module is None or not wanted:
            break
        edits, done = _edits(module, wanted, options, look.is_imported)
        reveals = _may_reveal(module)
        if look.program is not None:
            look.program.release()
        if not edits:
            break
        new = splice(text, edits)
        taken = {id(finding) for finding in done}
        remaining = _moved(text, [f for f in findings if id(f) not in taken], edits)
        applied.extend(done)
        text = new
        if len(done) == len(wanted) and not reveals:
            break
    return Result(first or (), text, tuple(applied), remaining, origin)


def _may_reveal(module: Module) -> bool:
    """Whether imports that are corrected may show more to correct, so that another pass has to look.

    A name from a module of Keras that there is not means nothing until its import is corrected; of a name that is
    imported twice, only one import is known to be unused.
    """
    seen: set[str] = set()
    for alias in module.imports:
        path = keras_path(alias.path)
        if path is None:
            continue
        if alias.name in seen or not (keras_api.canonical(path) or keras_api.is_module(path)):
            return True
        if alias.name != "*":
            seen.add(alias.name)
    return False


def _with_unsaid(findings: tuple[Finding, ...], before: Iterable[Finding]) -> tuple[Finding, ...]:
    """``findings``, and those of the pass ``before`` for a person that they lack: a new name hides its past."""
    said = Counter((f.code, f.message) for f in findings)
    unsaid: list[Finding] = []
    for finding in before:
        key = finding.code, finding.message
        if said[key]:
            said[key] -= 1
        elif finding.rewrite is None:
            unsaid.append(finding)
    return tuple(sorted([*findings, *unsaid], key=lambda f: (f.span.start, f.span.end))) if unsaid else findings


def _edits(
    module: Module, findings: Sequence[Finding], options: Options, is_imported: Callable[[str], bool]
) -> tuple[list[Edit], list[Finding]]:
    """The edits that carry out ``findings`` together, imports included, and those that went in without a conflict."""
    try:
        return _planned(module, findings, options, is_imported)
    except Exception:
        if len(findings) == 1:
            return [], []
        # One of them cannot be carried out: the others can.
        sound = [finding for finding in findings if _edits(module, [finding], options, is_imported)[1]]
        if len(sound) == len(findings):
            raise
        return _edits(module, sound, options, is_imported)


def _planned(
    module: Module, findings: Sequence[Finding], options: Options, is_imported: Callable[[str], bool]
) -> tuple[list[Edit], list[Finding]]:
    plan = Plan(module)
    done = [f for f in findings if f.rewrite is not None and plan.add(f.rewrite)]
    edits = plan.result()
    needed = [entry for rewrite in plan.rewrites for entry in rewrite.imports]
    gone = [offset for rewrite in plan.rewrites for offset in rewrite.unimports]
    replaced = plan.replaced()
    edits += import_edits(module, needed, gone, replaced, options.namespace, is_imported)
    return smallest(module.text, edits), done


def _moved(text: str, findings: Iterable[Finding], edits: Sequence[Edit]) -> tuple[Finding, ...]:
    """``findings`` with their spans where the text now stands after ``edits``."""
    new = _Mover(text, edits)

    def moved(finding: Finding) -> Finding:
        start, end = new.start(finding.span.start), new.end(finding.span.end)
        return dataclasses.replace(finding, span=Span(start, max(start, end)))

    return tuple(moved(finding) for finding in findings)


class _Mover:
    """Where the offsets of ``text`` are after ``edits``."""

    def __init__(self, text: str, edits: Sequence[Edit]) -> None:
        self._text = text
        self._edits = sorted(edits, key=lambda e: e.span)
        self._starts = [edit.span.start for edit in self._edits]
        self._shifts = [0]
        for edit in self._edits:
            self._shifts.append(self._shifts[-1] + len(edit.text) - (edit.span.end - edit.span.start))
        self._maps: dict[int, list[int]] = {}

    # what is inserted right before a stretch or right behind it is no part of it

    def start(self, offset: int) -> int:
        """The new place of where a stretch starts."""
        return self._new(offset, bisect.bisect_right(self._starts, offset))

    def end(self, offset: int) -> int:
        """The new place of where a stretch ends."""
        return self._new(offset, bisect.bisect_left(self._starts, offset))

    def _new(self, offset: int, at: int) -> int:
        if at and offset < self._edits[at - 1].span.end:
            edit = self._edits[at - 1]
            if at not in self._maps:
                self._maps[at] = _places(self._text[edit.span.start : edit.span.end], edit.text)
            return edit.span.start + self._shifts[at - 1] + self._maps[at][offset - edit.span.start]
        return offset + self._shifts[at]


def _places(old: str, new: str) -> list[int]:
    """For each offset in ``old``, where the same word stands in ``new``, or would."""
    old_words, new_words = (re.findall(r"\w+|\s+|.", text, re.DOTALL) for text in (old, new))
    places: list[int] = []
    at = 0
    matcher = difflib.SequenceMatcher(None, old_words, new_words, autojunk=False)
    for kind, one, other, first, last in matcher.get_opcodes():
        length = sum(map(len, old_words[one:other]))
        room = sum(map(len, new_words[first:last]))
        places.extend(at + (offset if kind == "equal" else min(offset, room)) for offset in range(length))
        at += room
    return places


def apply(
    source: str,
    findings: Iterable[Finding],
    options: Options = Options(),
    *,
    path: str = "<string>",
    project: Project | None = None,
) -> str:
    """The text after the rewrites of ``findings``, which must be those of ``source``; overlapping ones are left out."""
    return splice(source, fix_edits(source, findings, options, path=path, project=project))


def fix_edits(
    source: str,
    findings: Iterable[Finding],
    options: Options = Options(),
    *,
    path: str = "<string>",
    project: Project | None = None,
) -> list[Edit]:
    """The smallest edits that carry out the rewrites of ``findings`` on ``source``, imports included.

    Names that other files of ``project`` take from this one stay bound.
    """
    project = project or Project()
    if config_files.kind(path) is not None:
        return _config_edits(source, findings)[0]
    chosen = [finding for finding in findings if finding.rewrite is not None]
    try:
        module = read_module(source, path, project.package(path))
    except (SyntaxError, ValueError):  # Python 2: the way to Python 3 is plain edits, all else comes after it
        whole = next((f.rewrite for f in chosen if f.code == "KM010" and f.rewrite), None)
        return smallest(source, whole.edits) if whole else []
    return _edits(module, chosen, options, Program(module, options, project).is_imported)[0]
