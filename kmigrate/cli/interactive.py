"""``kmigrate upgrade --interactive``: file after file, each written as soon as all of it is answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import click

from kmigrate.cli import run
from kmigrate.cli.asking import Answer, FileAsker
from kmigrate.cli.terminal import Terminal
from kmigrate.findings import Finding
from kmigrate.report import text as text_report
from kmigrate.sources import write

#: Puts what a file imports in place before the file itself is written.
Prepare = Callable[[Sequence[run.Outcome]], None]


@dataclass
class Sitting:
    """One sitting of a person over the files of a run: what came of each file so far, and what was answered."""

    job: run.Job
    paths: Sequence[str]
    prepare: Prepare
    #: questions go to standard error: standard output is for a program
    err: bool = False
    outcomes: list[run.Outcome] = field(default_factory=list)
    #: files that could not be written, and why
    refused: dict[str, Finding] = field(default_factory=dict)
    _answers: dict[int, list[Answer]] = field(default_factory=dict)
    _lost: dict[int, Counter[str]] = field(default_factory=dict)

    @property
    def unasked(self) -> int:
        """How many files were not come to."""
        return len(self.paths) - len(self.outcomes)

    @property
    def lost(self) -> Counter[str]:
        """Refused changes that another run will not offer, for nothing in the new text says what it was; by code."""
        return sum((self._lost.get(at, Counter()) for at in range(len(self.outcomes))), Counter())

    def hold(self) -> None:
        """Ask about each file, and write it. Raises click.Abort, after that, if the person was cut off."""
        worker = run.Worker(self.job)
        write.remove_left_behind(self.paths)
        with Terminal() as person:
            while self.unasked and not person.is_over:
                at = len(self.outcomes)
                answers = self._answers.setdefault(at, [])
                asker = FileAsker(self.paths[at], self.job.options, person, answers, self._rules(at), err=self.err)
                outcome = worker.file(self.paths[at], asker)
                if asker.wants_to == "u":
                    self._take_back(at)
                    continue
                self._lost[at] = asker.lost
                self._write(outcome)
                if asker.wants_to == "q":
                    break
        if person.is_over:
            written = sum(outcome.is_changed for outcome in self.outcomes) - len(self.refused)
            files = text_report.count(written, "file")
            raise click.Abort(f"what was accepted is written, in {files}; all else is as it was")

    def _rules(self, at: int) -> list[Answer]:
        """Answers for all changes of a rule that were given in the files before this one."""
        return [answer for before in range(at) for answer in self._answers.get(before, ()) if answer.key == "a"]

    def _write(self, outcome: run.Outcome) -> None:
        self.outcomes.append(outcome)
        if not outcome.is_changed:
            return
        self.job.tree.load(outcome.path)  # and keep it: the files that follow are about the tree as it was
        self.prepare(self.outcomes)
        refusal = write.replace(outcome.path, outcome.old, outcome.new)
        if refusal:
            self.refused[outcome.path] = refusal
            self._say(f"{outcome.path} was not written: {refusal.message}")
        else:
            changes = text_report.count(len(outcome.applied), "change")
            self._say(f"{outcome.path}: {changes} written.")

    def _take_back(self, at: int) -> None:
        """Forget the last answer. Where that is one about a file before, the files since then are as they were."""
        answered = [before for before in range(at + 1) if self._answers.get(before)]
        if not answered:
            self._say("There is nothing to undo.")
            return
        while len(self.outcomes) > answered[-1]:
            outcome = self.outcomes[-1]
            if outcome.is_changed and not self.refused.pop(outcome.path, None):
                refusal = write.replace(outcome.path, outcome.new, outcome.old)
                if refusal:
                    self._say(f"{outcome.path} cannot be restored: {refusal.message}")
                    return
                self._say(f"{outcome.path} is as it was.")
            self.outcomes.pop()
        self._answers[answered[-1]].pop()

    def _say(self, line: str) -> None:
        try:
            click.echo(line, err=self.err)
        except OSError:  # the terminal has gone; what is accepted is written all the same
            return
