"""Generators are counted in batches, not in samples: `samples_per_epoch` is `steps_per_epoch`.

In Keras 1 `fit_generator(gen, samples_per_epoch)`, `nb_val_samples`, and `val_samples` of `evaluate_generator` and
`predict_generator` count samples; Keras 2.0 counts batches. The number left as it is would train batch-size times
longer. Keras 1.2.2 stops at the first batch that reaches the count, so the number of batches is the count over the
batch size, *rounded up*; `-(-n // size)` is that in integers.

Before::

    from keras.models import Sequential
    from keras.preprocessing.image import ImageDataGenerator
    model = Sequential()
    data = ImageDataGenerator()
    train = data.flow_from_directory('train', batch_size=32)
    model.fit_generator(train, 2000, 5)
    model.evaluate_generator(data.flow(x, y, batch_size=size), val_samples=len(x))

After::

    from keras.models import Sequential
    from keras.preprocessing.image import ImageDataGenerator
    model = Sequential()
    data = ImageDataGenerator()
    train = data.flow_from_directory('train', batch_size=32)
    model.fit_generator(train, steps_per_epoch=63, epochs=5)
    model.evaluate_generator(data.flow(x, y, batch_size=size), steps=-(-len(x) // size))

The fix is safe where the batch size is proved: the generator comes from `flow` or `flow_from_directory`, or makes
its arrays with as many rows as its call says. (A count beyond the number of samples, where the last batch of every
round is smaller, differs still.) It is unsafe where a generator of the program's own only seems to yield batches of
that size, or the receiver is not known to be a model. Otherwise the number is left to a person; one given by
position is named `samples_per_epoch`, because Keras 2 refuses that where it would silently take the number for
batches.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from kmigrate.findings import ArgumentOp, CallEdit, Drop, Finding, Keyword, Related, Rewrite, Safety, Severity, Value
from kmigrate.keras_api.model import ByRule, Row, To
from kmigrate.program.batches import BatchSize, batch_size, counts_all_of
from kmigrate.program.program import Bound, KerasCall, Program
from kmigrate.rules.arguments import guessed, is_keras1_call, is_own
from kmigrate.rules.base import Rule

_METHODS = ("fit_generator", "evaluate_generator", "predict_generator")


def check(program: Program) -> Iterator[Finding]:
    """One finding a count of samples."""
    for call in [*program.calls, *guessed(program), *_by_position(program)]:
        if call.symbol.rpartition(".")[2] not in _METHODS:
            continue
        row = program.row(call.symbol)
        if row is None:
            continue
        bound = program.bound(call)
        positional = is_keras1_call(program, call)
        for entry in bound:
            if entry.parameter is None or not isinstance(row.params.get(entry.parameter), ByRule):
                continue
            if entry.argument.star or (entry.argument.keyword is None and not positional):
                continue
            yield from _Count(program, call, row, bound, entry).findings()


def _by_position(program: Program) -> Iterator[KerasCall]:
    """``net.fit_generator(gen, 1000)`` where ``net`` is not known and no keyword tells the version."""
    if program.written_for != 1:
        return
    known = {call.node for call in [*program.calls, *guessed(program)]}
    for node, scope in program.module.calls:
        func = node.func
        if node in known or not isinstance(func, ast.Attribute) or func.attr not in _METHODS or len(node.args) < 2:
            continue
        if program.model_like(func.value, scope) is not False and not is_own(program, func, scope):
            source = program.module.source(func.value)
            yield KerasCall(
                node,
                scope,
                f"keras.engine.training.Model.{func.attr}",
                False,
                f"`{source}` is a Keras model",
                direct=False,
            )


@dataclass(frozen=True, slots=True)
class _Steps:
    """A number of batches: template of the call's placeholders, what it assumes, and evidence."""

    template: str
    assumes: str = ""
    where: ast.expr | None = None


@dataclass(frozen=True, slots=True)
class _Count:
    """One count of samples in one call."""

    program: Program
    call: KerasCall
    row: Row
    bound: list[Bound]
    entry: Bound

    def findings(self) -> Iterator[Finding]:
        """What to say about it."""
        disposition = self.row.params[self.entry.parameter or ""]
        name = disposition.name if isinstance(disposition, ByRule) else None
        if name is None:
            return
        argument, old = self.entry.argument, self.entry.parameter or ""
        assumes = [self.call.assumes] if self.call.assumes else []
        if argument.keyword is None and self.program.written_for is None and not self.call.assumes:
            assumes.append("the file is written for Keras 1")
        generator = self._generator(old)
        if isinstance(argument.value, ast.Constant) and argument.value.value is None:
            yield self._made((*self._named(name),), f"`{old}` is `{name}` in Keras 2", assumes)
            return
        if old == "nb_val_samples" and self._is_data(generator):
            message = (
                "`nb_val_samples` means nothing where the validation data are arrays: Keras 2 has no such argument"
            )
            yield self._made((Drop(argument.index),), message, assumes)
            return
        steps = self._steps(generator)
        if steps is None:
            yield from self._left(old, name, generator, assumes)
            return
        if steps.assumes:
            assumes.append(steps.assumes)
        shown = _shown(steps.template, self.bound)
        message = f"`{old}` counts samples, `{name}` batches: `{name}={shown}`"
        related: tuple[Related, ...] = ()
        if steps.where is not None:
            related = (Related("the batch size", self.program.module.span(steps.where)),)
        if argument.keyword is None and steps.assumes and not self.call.assumes and self.program.written_for == 1:
            yield self._loud(old, [])
        ops = (*self._named(name), Value(argument.index, steps.template))
        yield self._made(ops, message, assumes, related)

    def _made(
        self, ops: tuple[ArgumentOp, ...], message: str, assumes: list[str], related: tuple[Related, ...] = ()
    ) -> Finding:
        module = self.program.module
        said = "; ".join(assumes)
        rewrite = Rewrite(
            message.partition(": ")[2] or message,
            Safety.UNSAFE if assumes else Safety.SAFE,
            calls=(CallEdit(module.span(self.call.node), ops),),
            assumes=said,
        )
        argument = self.entry.argument
        where = module.span(argument.node if argument.node is not None else argument.value)
        return Finding("KM201", message + (f" (if {said})" if said else ""), Severity.ERROR, where, rewrite, related)

    def _left(self, old: str, new: str, generator: ast.expr | None, assumes: list[str]) -> Iterator[Finding]:
        """Nothing proves the batch size: leave the number, under a name that Keras 2 refuses."""
        source = f"`{ast.unparse(generator)}`" if generator is not None else "the generator"
        message = (
            f"`{old}` counts samples and Keras 2 counts batches, but how many samples {source} yields at a time is "
            f"not seen here: give `{new}=` the number of samples over that size, rounded up"
        )
        argument = self.entry.argument
        where = self.program.module.span(argument.node if argument.node is not None else argument.value)
        yield Finding("KM201", message, Severity.ERROR, where)
        if argument.keyword is None:
            yield self._loud(old, assumes)

    def _loud(self, old: str, assumes: list[str]) -> Finding:
        """Name a count that stays, so that the program stops where it would silently do something else."""
        message = f"name `{old}`, so that Keras 2 refuses it and does not take it for a number of batches"
        return self._made(tuple(self._named(old)), message, assumes)

    def _named(self, name: str) -> Iterator[ArgumentOp]:
        """Give the count its keyword, and what follows it by position the keywords of Keras 2."""
        index = self.entry.argument.index
        yield Keyword(index, name)
        if self.entry.argument.keyword is not None:
            return
        for other in self.bound:
            argument = other.argument
            if argument.index <= index or argument.keyword is not None or argument.star or other.parameter is None:
                continue
            disposition = self.row.params.get(other.parameter)
            if isinstance(disposition, ByRule):
                continue
            yield Keyword(argument.index, disposition.name if isinstance(disposition, To) else other.parameter)

    # what is counted

    def _generator(self, old: str) -> ast.expr | None:
        wanted = ("validation_data",) if old == "nb_val_samples" else ("generator",)
        return next((b.argument.value for b in self.bound if b.parameter in wanted and not b.argument.star), None)

    def _is_data(self, generator: ast.expr | None) -> bool:
        if generator is None:
            return False
        display = self.program.display(generator, self.call.scope)
        return display is not None and isinstance(display.node, (ast.Tuple, ast.List))

    def _steps(self, generator: ast.expr | None) -> _Steps | None:
        if generator is None:
            return None
        count, scope = self.entry.argument.value, self.call.scope
        all_of = counts_all_of(self.program, count, generator, scope)
        if all_of is not None:
            return _Steps(f"len({ast.unparse(generator)})", all_of, generator)
        size = batch_size(self.program, generator, scope)
        return _Steps(self._batches(count, size), size.assumes, size.where) if size is not None else None

    def _batches(self, count: ast.expr, size: BatchSize) -> str:
        """``count`` over ``size``, rounded up, as short as it can be said."""
        number = _number(count)
        if number is not None and size.number is not None:
            return str(-(-number // size.number))
        if isinstance(count, ast.BinOp) and isinstance(count.op, ast.Mult):
            for one, other in ((count.left, count.right), (count.right, count.left)):
                if ast.unparse(one) == size.text and _whole(other):
                    return ast.unparse(other).replace("{", "{{").replace("}", "}}")
        if ast.unparse(count) == size.text:
            return "1"
        template = f"-(-{{{self.entry.argument.index}:p}} // {size.text})"
        return template if _whole(count) else f"int({template})"


def _number(node: ast.expr) -> int | None:
    """The value of a whole number that is written out, also as a product."""
    if isinstance(node, ast.Constant):
        return node.value if type(node.value) is int and node.value > 0 else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Add, ast.Sub, ast.FloorDiv)):
        left, right = _number(node.left), _number(node.right)
        if left is None or right is None:
            return None
        if isinstance(node.op, ast.Mult):
            return left * right
        if isinstance(node.op, ast.Add):
            return left + right
        return left - right if isinstance(node.op, ast.Sub) else left // right
    return None


def _whole(node: ast.expr) -> bool:
    """Whether nothing in the expression makes a fraction of whole numbers."""
    return not any(
        isinstance(n, ast.Div) or (isinstance(n, ast.Constant) and isinstance(n.value, float)) for n in ast.walk(node)
    )


def _shown(template: str, bound: list[Bound]) -> str:
    text = template
    for entry in bound:
        source = ast.unparse(entry.argument.value)
        plain = isinstance(entry.argument.value, (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.Constant))
        text = text.replace(f"{{{entry.argument.index}:p}}", source if plain else f"({source})")
    return text.replace("{{", "{").replace("}}", "}")


RULE = Rule("KM201", "samples-to-steps", __doc__, check)
