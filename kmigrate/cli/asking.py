"""Asking about the changes of one file: what is shown, what is answered, and the text that comes of it."""

from __future__ import annotations

import dataclasses
import difflib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import click

from kmigrate import engine
from kmigrate.cli import run, terminal
from kmigrate.codemod.rewrite import Plan, splice
from kmigrate.config import Options
from kmigrate.findings import Finding, LineIndex, Safety
from kmigrate.program.project import Project
from kmigrate.program.scopes import read_module
from kmigrate.report import diff as diff_report
from kmigrate.report.review import marks
from kmigrate.sources import config_files
from kmigrate.sources.commands import Commands
from kmigrate.sources.magics import parse_error
from kmigrate.sources.notebook import Notebook
from kmigrate.sources.pages import Page
from kmigrate.sources.pieces import Pieces

#: Key, word that may be written for it, and what it does.
KEYS = (
    ("y", "yes", "make this change"),
    ("n", "no", "leave this as it is"),
    ("a", "all", "make this change and all others of its rule, here and in the files that follow"),
    ("f", "file", "make this change and the rest of those in this file"),
    ("d", "done", "leave this and the rest of this file as they are"),
    ("e", "edit", "edit what this change writes, in $VISUAL or $EDITOR"),
    ("u", "undo", "take the last answer back, also where its file is written already"),
    ("q", "quit", "stop here: keep what was answered with yes, leave the rest as it is"),
    ("?", "help", "say what the keys do, and what the rule is about"),
)
_ONLY_SAFE = "a and f take unsafe changes along only when they are given at an unsafe one (or with --unsafe)."
_KEY_OF = {word: key for key, word, _ in KEYS} | {key: key for key, _, _ in KEYS}
_QUESTION = f"Make this change? [{','.join(key for key, _, _ in KEYS)}] "

#: Changes that overlap wait for the next round; so many rounds are made without a word from the person.
_MAX_ROUNDS = 6
#: A change: code, message and the source that it is about.
_About = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person answered to one question: the key, and after ``e`` the text of the whole file that came of it."""

    about: _About
    key: str
    is_unsafe: bool
    text: str = ""

    def holds_for(self, finding: Finding, options: Options) -> bool:
        """Whether an answer that goes for more than one change takes this one along."""
        return finding.safety is Safety.SAFE or self.is_unsafe or options.unsafe


@dataclass(frozen=True, slots=True)
class _Change:
    """One change: the text with all that was taken before it, the text with it, and where in the former it stands."""

    finding: Finding
    before: str
    after: str
    place: int
    number: str


@dataclass(frozen=True, slots=True)
class _Shown:
    """One change as it is put to a person."""

    finding: Finding
    place: str
    number: str
    #: what the change writes, piece by piece: the name of the piece (of a cell; empty for a file), before, after
    pieces: tuple[tuple[str, bytes, bytes], ...]

    def lines(self) -> Iterator[str]:
        """The change, for a terminal with colors."""
        rewrite = self.finding.rewrite
        assert rewrite is not None
        color = 32 if rewrite.safety is Safety.SAFE else 33
        safety = f"\x1b[{color}m[{rewrite.safety.value}]\x1b[0m"
        yield f"\n\x1b[1m{self.place}\x1b[0m{'  ' if self.number else ''}{self.number}"
        yield f"\x1b[1m{self.finding.code}\x1b[0m {safety} {self.finding.message}"
        if rewrite.assumes and rewrite.assumes not in self.finding.message:
            yield f"This assumes: {rewrite.assumes}"
        for name, before, after in self.pieces:
            if name:
                yield f"\x1b[1m{name}\x1b[0m"
            diff = diff_report.unified(before, after, "")
            yield from list(diff_report.colored(diff, "utf-8", marks))[2:]  # without the lines that name the file


class FileAsker:
    """Asks about one file. ``answers`` were given before, and are taken as given; new ones are put behind them.

    Undoing is asking again with one answer less: nothing else is kept. ``rules`` are answers that were given for all
    changes of a rule in the files before.
    """

    def __init__(
        self,
        path: str,
        options: Options,
        person: terminal.Terminal,
        answers: list[Answer],
        rules: Iterable[Answer] = (),
        *,
        err: bool = False,
    ) -> None:
        self.path = path
        self.options = options
        self.person = person
        self.answers = answers
        self.wants_to = ""  # "u": take the last answer back; "q": stop
        #: refused changes that another run will not offer, for nothing in the new text says what it was; by code
        self.lost: Counter[str] = Counter()
        self._err = err
        self._rules = list(rules)
        self._given = 0  # answers that were taken so far
        self._asked = 0
        self._rest: Answer | None = None  # what goes for the rest of the file
        self._file: run.Source | None = None

    # --- what the engine's caller calls ---------------------------------------------------------------------------

    def upgrade_of(self, file: run.Source) -> run.Upgrade:
        """What upgrades this file, with a person in it."""
        self._file = file
        return self._upgrade

    def takes_command(self, commands: Commands, finding: Finding) -> bool:
        """Whether the person wants the change of a shell line of a notebook."""
        book = commands.notebook
        new_book, _ = commands.upgraded(self.options, lambda other: other == finding)

        def shown() -> _Shown:
            changed = new_book.changed_cells(book.text)
            place = self._place(finding, commands.index(book.text))
            return _Shown(finding, place, "shell line", _cells(changed))

        about = (finding.code, finding.message, commands.text[finding.span.start : finding.span.end])
        answer = self._answer(finding, about, shown)
        return answer is not None and answer.key != "e"

    def _upgrade(self, source: str, options: Options, *, path: str, project: Project) -> engine.Result:
        """``engine.upgrade_source`` with a person in it."""
        text = source
        study = engine.study(text, options, path=path, project=project)
        study.release()
        first = findings = study.findings
        origin = study.origin
        applied: list[Finding] = []
        declined: Counter[_About] = Counter()
        rounds = 0
        while rounds < _MAX_ROUNDS and not self.wants_to:
            asked = self._given
            new, accepted = self._round(text, engine.comes_first(findings, text), project, declined)
            if new == text:
                break
            text = new
            applied += accepted
            rounds = 0 if self._given > asked else rounds + 1
            origin = dataclasses.replace(origin, was_python2=any(finding.code == "KM010" for finding in applied))
            findings = engine.check_source(text, options, path=path, project=project, origin=origin)
        if text != source and self.wants_to != "u":
            self._look_for_lost(text, findings, project)
        return engine.Result(first, text, tuple(applied), findings, origin)

    def _look_for_lost(self, text: str, findings: Iterable[Finding], project: Project) -> None:
        again = engine.check_source(text, self.options, path=self.path, project=project)
        offered = Counter((finding.code, finding.message) for finding in again if finding.rewrite)
        refused = Counter((finding.code, finding.message) for finding in findings if finding.rewrite)
        for (code, _), number in (refused - offered).items():
            self.lost[code] += number

    # --- one round of questions -----------------------------------------------------------------------------------

    def _round(
        self, text: str, findings: Sequence[Finding], project: Project, declined: Counter[_About]
    ) -> tuple[str, list[Finding]]:
        """The text after the changes that the person takes, of those not declined before, and what was taken.

        A change that the person edits ends the round: all else is found anew in what was written.
        """
        before = declined.copy()
        accepted: list[Finding] = []
        waiting = [finding for finding in findings if finding.rewrite is not None]
        total = self._asked + len(waiting) - sum(before.values())
        index = self._index(text)

        def applied(*more: Finding) -> str:
            found = [*accepted, *more]
            return splice(text, engine.fix_edits(text, found, self.options, path=self.path, project=project))

        for finding in waiting:
            if self.wants_to:
                break
            about = (finding.code, finding.message, text[finding.span.start : finding.span.end])
            if before[about]:
                before[about] -= 1
                continue
            if self._standing(finding):
                accepted.append(finding)
                self._asked += 1
                continue
            edits = engine.fix_edits(text, accepted, self.options, path=self.path, project=project)
            current, new = splice(text, edits), applied(finding)
            if new == current:
                continue  # it overlaps one that was taken, and is found again once that is made
            self._asked += 1
            place = finding.span.start + sum(
                len(edit.text) - (edit.span.end - edit.span.start)
                for edit in edits
                if edit.span.end <= finding.span.start
            )
            change = _Change(finding, current, new, place, f"{self._asked} of {total}" if total > 1 else "")
            answer = self._answer(finding, about, partial(self._shown, change, index), partial(self._edited, change))
            if answer is None:
                if not self.wants_to:
                    declined[about] += 1
            elif answer.key == "e":
                return answer.text, [*_made(text, self.path, accepted), finding]
            else:
                accepted.append(finding)
        return (applied(), _made(text, self.path, accepted)) if accepted else (text, [])

    def _standing(self, finding: Finding) -> bool:
        """Whether an answer that was given before goes for this change, too."""
        answers = [answer for answer in self._rules if answer.about[0] == finding.code]
        if self._rest is not None and self._rest.key == "f":
            answers.append(self._rest)
        return any(answer.holds_for(finding, self.options) for answer in answers)

    def _answer(
        self,
        finding: Finding,
        about: _About,
        shown: Callable[[], _Shown],
        edited: Callable[[], str | None] | None = None,
    ) -> Answer | None:
        """The answer that takes this change, None if it is not taken."""
        if self.wants_to or (self._rest is not None and self._rest.key == "d"):
            return None
        unsafe = finding.safety is Safety.UNSAFE
        if self._standing(finding):
            return Answer(about, "y", unsafe)
        answer = self._answered_before(about)
        if answer is None:
            try:
                answer = self._asked_for(about, unsafe, shown, edited)
            except terminal.Stop:
                self.wants_to = "q"
                return None
            if answer.key in ("u", "q"):
                self.wants_to = answer.key
                return None
            self.answers.append(answer)
        self._given += 1
        if answer.key == "a":
            self._rules.append(answer)
        elif answer.key in ("f", "d"):
            self._rest = answer
        return None if answer.key in ("n", "d") else answer

    def _answered_before(self, about: _About) -> Answer | None:
        if self._given == len(self.answers):
            return None
        answer = self.answers[self._given]
        if answer.about == about:
            return answer
        del self.answers[self._given :]  # the file is another one than it was: these answers are not about it
        return None

    def _asked_for(
        self, about: _About, unsafe: bool, shown: Callable[[], _Shown], edited: Callable[[], str | None] | None
    ) -> Answer:
        for line in shown().lines():
            self._say(line)
        while True:
            said = self.person.ask(_QUESTION, err=self._err)
            key = _KEY_OF.get(said.lower() if len(said) > 1 else said, "")
            if key == "e":
                text = self._from_the_editor(edited)
                if text is not None:
                    return Answer(about, key, unsafe, text)
            elif key and key != "?":
                return Answer(about, key, unsafe)
            elif said:
                self._help(about[0])

    def _from_the_editor(self, edited: Callable[[], str | None] | None) -> str | None:
        if edited is None:
            self._say("A shell line cannot be edited here: answer n, and edit the notebook.")
            return None
        try:
            return edited()
        except click.ClickException as error:
            self._say(error.message)
            return None

    def _help(self, code: str) -> None:
        from kmigrate.cli.explain import documentation

        for key, word, does in KEYS:
            self._say(f"  {key}  {word:<5} {does}")
        self._say(_ONLY_SAFE)
        about = documentation().get(code, "").strip().partition("\n")[0]
        self._say(f"{code}: {about} `kmigrate explain {code}` says more.")

    def _say(self, line: str) -> None:
        try:
            click.echo(line, err=self._err)
        except OSError as error:  # the terminal has gone
            raise terminal.Stop from error

    # --- what is shown, and what is edited ------------------------------------------------------------------------

    def _index(self, text: str) -> LineIndex:
        return self._file.index(text) if isinstance(self._file, Pieces) else LineIndex(text)

    def _place(self, finding: Finding, index: LineIndex) -> str:
        cell = index.cell(finding.span.start)
        line = index.position(finding.span.start).line
        return f"{self.path}:{'' if cell is None else f'cell {cell}:'}{line}"

    def _shown(self, change: _Change, index: LineIndex) -> _Shown:
        place = self._place(change.finding, index)
        file = self._file
        pieces: tuple[tuple[str, bytes, bytes], ...]
        if isinstance(file, Notebook):
            pieces = _cells(file.changed_cells(change.after, change.before))
        elif isinstance(file, Page):
            pieces = (("", file.encode(change.before), file.encode(change.after)),)
        else:
            pieces = (("", change.before.encode(), change.after.encode()),)
        return _Shown(change.finding, place, change.number, pieces)

    def _edited(self, change: _Change) -> str | None:
        """The text of the file with what the person writes in place of the lines that the change writes.

        Of a change in several places (an import, and what uses it) that one is edited which is next to the finding.
        None, and why is said, if nothing comes of it.
        """
        old, new = (text.splitlines(keepends=True) for text in (change.before, change.after))
        line = change.before.count("\n", 0, change.place)
        places = [
            at for at in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if at[0] != "equal"
        ]
        *_, start, end = min(places, key=lambda at: max(at[1] - line, line - (at[2] - 1), 0))
        lines = "".join(new[start:end])
        newline = "\r\n" if "\r\n" in lines else "\n"
        written = lines.replace("\r\n", "\n")
        text = terminal.edited(written, self.person)
        if text is None or text == written:
            self._say("Nothing was edited.")
            return None
        if lines and not lines.endswith("\n"):
            text = text.removesuffix("\n")
        elif text and not text.endswith("\n"):
            text += "\n"
        result = "".join((*new[:start], text.replace("\n", newline), *new[end:]))
        problem = self._problem(result)
        if problem:
            self._say(f"That cannot stand there ({problem}).")
            return None
        return result

    def _problem(self, text: str) -> str:
        """Why a text is none for this file; empty if it is."""
        if config_files.kind(self.path) is not None:
            return ""
        error = parse_error(text)
        if error is not None:
            return error.msg if isinstance(error, SyntaxError) else str(error)
        if isinstance(self._file, Pieces):
            try:
                self._file.sources(text)
            except ValueError as lost:
                return str(lost)
        return ""


def _made(text: str, path: str, accepted: Sequence[Finding]) -> list[Finding]:
    """Those of ``accepted`` that can be made together; the others overlap one of them, and come again."""
    try:
        plan = Plan(read_module(text, path))
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # Python 2, or a configuration file
        return list(accepted)
    return [finding for finding in accepted if finding.rewrite is not None and plan.add(finding.rewrite)]


def _cells(changed: Iterable[tuple[int, str, str]]) -> tuple[tuple[str, bytes, bytes], ...]:
    return tuple((f"cell {number}", _lines(old), _lines(new)) for number, old, new in changed)


def _lines(source: str) -> bytes:
    """A cell as a diff shows it: with an end to its last line."""
    return (source.removesuffix("\n") + "\n").encode("utf-8", "surrogatepass")
