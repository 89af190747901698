"""Arguments of a Keras call have other names, places or values on Keras 2.

Keras 2.0 renamed most parameters (`border_mode` is `padding`, `nb_epoch` is `epochs`, `W_regularizer` is
`kernel_regularizer`), packed some into one (`nb_row, nb_col` is `kernel_size`) and moved others, so that arguments by
position mean something else: `Convolution2D(8, 5, 5)` left as it is still runs, with *strides* of 5. This rule
rewrites the call, its callee's name included, as the table of the API says.

Before::

    from keras.layers import Convolution2D, Dense
    x = Convolution2D(64, 3, 3, border_mode='same', init='he_normal')(x)
    y = Dense(10, 'uniform', W_regularizer=r)(x)

After::

    from keras.layers import Conv2D, Dense
    x = Conv2D(64, (3, 3), padding='same', kernel_initializer='he_normal')(x)
    y = Dense(10, kernel_initializer='random_uniform', kernel_regularizer=r)(x)

The fix is safe where the callee is known to be Keras's. Where it is not (`net.fit(…, nb_epoch=5)` on a `net` from
elsewhere) but the keyword can only be Keras 1's, it is unsafe and says what it takes for granted.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from dataclasses import dataclass, field

from kmigrate import keras_api
from kmigrate.config import Target
from kmigrate.findings import (
    ArgumentOp,
    CallEdit,
    Drop,
    Edit,
    Finding,
    Import,
    Keyword,
    Rewrite,
    Safety,
    Severity,
    Value,
)
from kmigrate.keras_api.model import ByRule, Disposition, Dropped, How, Packed, Person, Row, To, ValueMap
from kmigrate.program.program import Argument, Bound, KerasCall, Program, target_names
from kmigrate.program.scopes import Scope
from kmigrate.program.values import OwnFunction
from kmigrate.rules.base import Rule
from kmigrate.rules.keyword_dicts import MODEL_METHODS, key_edit, keyword_dict
from kmigrate.rules.renaming import rename_edits


@dataclass(slots=True)
class Mapping:
    """What one call's arguments become: operations, words about them, and what is left to a person."""

    ops: list[ArgumentOp] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    problems: list[tuple[Argument, str]] = field(default_factory=list)
    assumes: list[str] = field(default_factory=list)


def is_default(argument: Argument, default: str | None) -> bool:
    """Whether the argument is written as the default that Keras 1 had anyway (0 and 0.0 are the same number)."""
    if default is None:
        return False
    text = source_text(argument.value)
    return text == default or {text, default} == {"0", "0.0"}


def is_keras1_call(program: Program, call: KerasCall) -> bool:
    """Whether positional arguments are in Keras 1's order: not where the call, or the whole file, is Keras 2's."""
    versions = program.call_version(call)
    if 2 in versions:
        return False
    return 1 in versions or program.written_for != 2


def map_arguments(program: Program, call: KerasCall, row: Row) -> Mapping:
    """Operations that turn the arguments of a Keras 1 call into those of the target."""
    return _Mapper(program, call, row).run()


def source_text(node: ast.expr) -> str:
    """The source of an expression as ``ast.unparse`` writes it, which is slow for what is mostly a literal."""
    return repr(node.value) if isinstance(node, ast.Constant) else ast.unparse(node)


@functools.cache
def _defaults(symbol: str) -> dict[str, str | None]:
    """The defaults of a symbol's parameters, and of those that it hands on to its bases through ``**kwargs``."""
    defaults: dict[str, str | None] = {}
    for owner in reversed(keras_api.mro(symbol)):
        defaults.update(keras_api.params(owner))
    return defaults


@functools.cache
def _packed_parameters(symbol: str, packed: str, target: Target) -> dict[int, str]:
    """The parameters of Keras 1 that the target has as one, ``packed``: the place of each in it, and its name."""
    row = keras_api.row(symbol, target)
    found = {name: row.params.get(name) for name in _defaults(symbol)} if row is not None else {}
    return {d.index: name for name, d in found.items() if isinstance(d, Packed) and d.name == packed}


def target_order(symbol: str, row: Row) -> tuple[str, ...]:
    """The parameters of the target that may be given by position, in order."""
    if row.order is not None:
        return row.order
    names: list[str] = []
    for name, _ in keras_api.params(symbol):
        disposition = row.params.get(name)
        if isinstance(disposition, Dropped) or name.startswith("*"):
            continue
        new = getattr(disposition, "name", None) or name
        if new not in names:
            names.append(new)
    return tuple(names)


class _Mapper:
    def __init__(self, program: Program, call: KerasCall, row: Row) -> None:
        self.program = program
        self.call = call
        self.row = row
        self.result = Mapping()
        self.bound = program.bound(call)
        self.keywords = {entry.argument.keyword for entry in self.bound}
        self.defaults = _defaults(call.symbol)
        self.positional = is_keras1_call(program, call)
        self.order = target_order(call.symbol, row)
        self.packs: dict[str, list[Bound]] = {}
        for entry in self.bound:
            disposition = self._disposition(entry)
            if isinstance(disposition, Packed):
                self.packs.setdefault(disposition.name, []).append(entry)

    def _disposition(self, entry: Bound) -> Disposition | None:
        return self.row.params.get(entry.parameter) if entry.parameter is not None else None

    def run(self) -> Mapping:
        result = self.result
        place = self.call.given
        in_order = not self.call.given
        for entry in self.bound:
            argument = entry.argument
            if argument.star == "**":
                self._keywords(argument)
                continue
            if argument.star == "*":
                in_order = self._starred(argument) and in_order
                continue
            if argument.keyword is None and argument.index < self.call.skip:
                continue
            if entry.parameter is None:
                continue
            if argument.keyword is None and not self.positional:
                continue
            disposition = self._disposition(entry)
            new = self._new_name(entry, disposition)
            if self._is_doubled(entry, disposition):
                in_order = False
                if argument.keyword is None:
                    result.ops.append(Keyword(argument.index, entry.parameter))
                continue
            if isinstance(disposition, Packed):
                if not self._packed(entry, disposition):
                    in_order = False
                    if argument.keyword is not None or disposition.index > 0:
                        new = entry.parameter  # Keras 2 refuses it; under the new name half a pair would pass for all
                elif new is None:
                    continue
            elif isinstance(disposition, Dropped):
                if self._dropped(entry, disposition):
                    continue
                in_order = False
            elif isinstance(disposition, Person):
                if not is_default(argument, self.defaults.get(entry.parameter)):
                    result.problems.append((argument, disposition.message))
            elif isinstance(disposition, ByRule):
                in_order = in_order and argument.keyword is None and disposition.name is not None
                place += 1
                continue
            elif isinstance(disposition, To) and disposition.value is not None:
                self._value(entry, disposition.value)
            name = new or entry.parameter
            if argument.keyword is None:
                if in_order and place < len(self.order) and self.order[place] == name:
                    place += 1
                else:
                    in_order = False
                    result.ops.append(Keyword(argument.index, name))
                    self._by_position()
                    if name == entry.parameter:
                        result.said.append(f"`{name}` by keyword")
                    elif not isinstance(disposition, Packed):
                        result.said.append(f"{entry.parameter} → {name}")
            elif name != argument.keyword:
                result.ops.append(Keyword(argument.index, name))
                if not isinstance(disposition, Packed):
                    result.said.append(f"{argument.keyword} → {name}")
        return result

    def _new_name(self, entry: Bound, disposition: Disposition | None) -> str | None:
        if isinstance(disposition, To):
            return disposition.name
        if isinstance(disposition, Packed):
            first = self.packs[disposition.name][0]
            return disposition.name if first is entry else None
        return None

    def _is_doubled(self, entry: Bound, disposition: Disposition | None) -> bool:
        """Whether the call also gives the parameter under its new name, which then has to stay the only one."""
        if not isinstance(disposition, (To, Packed)):
            return False
        name = disposition.name
        if name != entry.parameter and name in self.keywords and entry.argument.keyword != name:
            self.result.problems.append((entry.argument, f"`{name}` is given too: keep one of the two"))
            return True
        return False

    def _by_position(self) -> None:
        """Arguments by position mean another thing in each version: say which is assumed, if nothing tells."""
        if self.program.written_for is None and not self.program.call_version(self.call):
            assumption = "the file is written for Keras 1"
            if assumption not in self.result.assumes:
                self.result.assumes.append(assumption)

    # one argument

    def _packed(self, entry: Bound, disposition: Packed) -> bool:
        """Make one argument of those that belong together; False if some of them are given elsewhere."""
        group = self.packs[disposition.name]
        names = _packed_parameters(self.call.symbol, disposition.name, self.program.options.target)
        elements = dict.fromkeys(range(disposition.count), "")
        elements.update({index: self.defaults[name] or "" for index, name in names.items()})
        for member in group:
            other = self._disposition(member)
            assert isinstance(other, Packed)
            elements[other.index] = f"{{{member.argument.index}}}"
        missing = [names.get(i, "?") for i, text in elements.items() if not text]
        if missing and group[0] is not entry:
            return False
        if missing:
            self.result.problems.append(
                (
                    entry.argument,
                    f"{disposition.name} needs {' and '.join(missing)} too, which this call gives elsewhere",
                )
            )
            return False
        if group[0] is not entry:
            self.result.ops.append(Drop(entry.argument.index))
            return True
        if any(member.argument.keyword is None for member in group):
            self._by_position()
        packed = ", ".join(elements.values())
        template = f"({packed},)" if disposition.count == 1 else f"({packed})"
        self.result.ops.append(Value(entry.argument.index, template))
        self.result.said.append(f"{', '.join(names[i] for i in sorted(names))} → {disposition.name}")
        return True

    def _dropped(self, entry: Bound, disposition: Dropped) -> bool:
        value = source_text(entry.argument.value)
        constant = self.program.values.constant(entry.argument.value, self.call.scope)
        if constant is not None:
            value = repr(constant.value)
        if disposition.when is None or value in disposition.when:
            self.result.ops.append(Drop(entry.argument.index))
            self.result.said.append(f"{entry.parameter} dropped")
            return True
        self.result.problems.append((entry.argument, disposition.message))
        return False

    def _value(self, entry: Bound, mapping: ValueMap) -> None:
        argument = entry.argument
        text = source_text(argument.value)
        constant = self.program.values.constant(argument.value, self.call.scope) if mapping.refused else None
        if constant is not None and repr(constant.value) in mapping.refused:
            self.result.problems.append((argument, mapping.refused[repr(constant.value)]))
            return
        if self._is_new(entry, text):
            return
        literal = isinstance(argument.value, ast.Constant) or text in mapping.literals
        new = mapping.literals.get(text)
        if self._leaves_no_trace(entry, mapping, new if new is not None else "" if literal else None):
            self.result.problems.append(
                (
                    argument,
                    f"{mapping.message or f'`{entry.parameter}` has another meaning in Keras 2'}: change it by hand",
                )
            )
        elif new is not None:
            self.result.ops.append(Value(argument.index, new))
            self.result.said.append(f"{text} → {new}")
        elif literal:
            if mapping.message and text not in mapping.literals.values():
                self.result.problems.append((argument, mapping.message))
        elif mapping.flow is not None:
            return
        elif mapping.template is not None:
            index = argument.index
            self.result.ops.append(Value(index, mapping.template.replace("{}", f"{{{index}:p}}")))
            if not mapping.safe:
                self.result.assumes.append(mapping.message)
        elif mapping.message:
            self.result.problems.append((argument, mapping.message))

    def _is_new(self, entry: Bound, text: str) -> bool:
        """Whether the value of a parameter of the same name is Keras 2's already: the call is, or a pin wrote it."""
        disposition = self._disposition(entry)
        if not isinstance(disposition, To) or disposition.name != entry.parameter:
            return False
        versions = self.program.call_version(self.call)
        if versions:
            return 1 not in versions
        return any((pin.name, pin.value) == (disposition.name, text) for pin in self.row.pins)

    def _leaves_no_trace(self, entry: Bound, mapping: ValueMap, new: str | None) -> bool:
        """Whether mapping the value would be done again on the next run, since nothing in the new call tells.

        ``new`` is the mapped literal, "" for a literal that stays, None for an expression.
        """
        disposition = self._disposition(entry)
        assert isinstance(disposition, To)
        if disposition.name != entry.parameter or 1 in self.program.call_version(self.call):
            return False
        if self.row.how in (How.COMPAT, How.RENAMED):
            return False
        if new is None:
            return mapping.flow is None and mapping.template is not None
        return bool(new) and mapping.literals.get(new, new) != new

    # *args and **kwargs

    def _starred(self, argument: Argument) -> bool:
        """``*size`` after the parameters that come before a packed one; True if positions after it still hold."""
        if self.call.keywords_only or not self.positional:
            return True
        names = [n for n, _ in keras_api.params(self.call.symbol)]
        at = argument.index - self.call.skip + self.call.given
        rest = [self.row.params.get(name) for name in names[at:]]
        if not rest or not any(d is not None for d in rest):
            return True
        first = rest[0]
        display = self.program.display(argument.value, self.call.scope)
        elements = display.node.elts if display and isinstance(display.node, (ast.Tuple, ast.List)) else None
        last = argument.index == len(self.bound) - 1 or self.bound[argument.index + 1].argument.keyword is not None
        if isinstance(first, Packed) and first.index == 0 and last:
            if elements is not None and len(elements) != first.count:
                self.result.problems.append(
                    (argument, f"`*{ast.unparse(argument.value)}` has {len(elements)} elements")
                )
                return False
            self.result.ops.append(Value(argument.index, "{" + str(argument.index) + "}"))
            self.result.ops.append(Keyword(argument.index, first.name))
            self.result.said.append(f"`*{ast.unparse(argument.value)}` → {first.name}")
            if elements is None:
                source = ast.unparse(argument.value)
                self.result.assumes.append(f"`{source}` has {first.count} elements")
            return False
        self.result.problems.append(
            (argument, f"`*{ast.unparse(argument.value)}` fills Keras 1 parameters whose order changed: name them")
        )
        return False

    def _keywords(self, argument: Argument) -> None:
        """``**options``: the keys of the dict that it is are renamed, where every use of it is this one."""
        if isinstance(argument.value, ast.Name) and self._is_own_kwargs(argument.value):
            return
        known = keyword_dict(self.program, argument.value, self.call.scope)
        if known is None:
            self.result.problems.append(
                (argument, f"what `**{ast.unparse(argument.value)}` holds is not known: rename its keys by hand")
            )
            return
        before = len(self.result.edits)
        for key, name, value in known.entries:
            disposition = self.row.params.get(name) if name not in self.call.own_parameters else None
            if isinstance(disposition, To):
                self._rename_key(key, name, disposition, value)
            elif disposition is not None:
                self.result.problems.append((argument, f"its key {name!r} has no counterpart by name alone"))
        if known.doubt and len(self.result.edits) > before:
            self.result.assumes.append(known.doubt)

    def _rename_key(self, key: ast.AST, name: str, disposition: To, value: ast.expr) -> None:
        module = self.program.module
        if disposition.name != name:
            self.result.edits.append(key_edit(module, key, disposition.name))
            self.result.said.append(f"{name!r} → {disposition.name!r}")
        text = source_text(value)
        mapped = disposition.value.literals.get(text) if disposition.value else None
        if mapped is not None:
            self.result.edits.append(Edit(module.span(value), mapped))

    def _is_own_kwargs(self, node: ast.Name) -> bool:
        scope = self.call.scope
        function = scope.node
        return (
            isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
            and function.args.kwarg is not None
            and function.args.kwarg.arg == node.id
        )


def check(program: Program) -> Iterator[Finding]:
    """Findings for calls whose arguments (or name) change."""
    return (finding for finding in argument_findings(program) if finding.code == "KM103")


def argument_findings(program: Program) -> list[Finding]:
    """What there is to say about the arguments of all calls: KM103, and KM104 for what is left to a person."""
    known = program.memo.get("arguments")
    if known is None:
        known = program.memo["arguments"] = list(_all_findings(program))
    return known


def _all_findings(program: Program) -> Iterator[Finding]:
    for call in [*program.calls, *guessed(program)]:
        row = program.row(call.symbol)
        if row is None:
            continue
        use = program.use_of.get(call.node.func)
        edits: tuple[Edit, ...] = ()
        imports: tuple[Import, ...] = ()
        if use is not None and row.how is not How.RULE:
            edits, imports = rename_edits(program, use)
        mapped = map_arguments(program, call, row) if row.how is not How.RULE else Mapping()
        yield from _findings(program, call, mapped, edits, imports)


def _findings(
    program: Program,
    call: KerasCall,
    mapped: Mapping,
    edits: tuple[Edit, ...],
    imports: tuple[Import, ...],
) -> Iterator[Finding]:
    module = program.module
    span = module.span(call.node)
    name = call.symbol.rpartition(".")[2]
    for argument, message in mapped.problems:
        where = module.span(argument.node if argument.node is not None else argument.value)
        yield Finding("KM104", f"`{name}`: {message}", Severity.ERROR, where)
    if not (mapped.ops or mapped.edits or edits):
        return
    said = list(mapped.said)
    if edits:
        said.insert(0, f"`{module.source(call.node.func)}` → `{edits[0].text}`")
    assumes = [a for a in [call.assumes, *mapped.assumes] if a]
    calls = (CallEdit(span, tuple(mapped.ops)),) if mapped.ops else ()
    rewrite = Rewrite(
        "; ".join(said) or "write the call as Keras 2 has it",
        Safety.UNSAFE if assumes else Safety.SAFE,
        edits=(*edits, *mapped.edits),
        calls=calls,
        imports=imports,
        assumes="; ".join(assumes),
    )
    message = f"`{name}`: {'; '.join(said)}" + (f" (if {' and '.join(assumes)})" if assumes else "")
    yield Finding("KM103", message, Severity.ERROR, span, rewrite)


# --- receivers that are not known ------------------------------------------------------------------------------------


def guessed(program: Program) -> Iterator[KerasCall]:
    """Calls of methods of models on something unknown, with a keyword that only Keras 1 has."""
    if not program.touches_keras:
        return
    known = program.call_of
    for node, scope in program.module.calls:
        func = node.func
        if node in known or not isinstance(func, ast.Attribute) or func.attr not in MODEL_METHODS:
            continue
        if program.model_like(func.value, scope) is False or is_own(program, func, scope):
            continue
        symbol = f"keras.engine.training.Model.{func.attr}"
        row = program.row(symbol)
        if row is None:
            continue
        old = {name for name in row.params if name not in target_names(row)}
        old -= {"input", "output", "x", "y"}
        if _keys(program, node, scope) & old:
            source = program.module.source(func.value)
            yield KerasCall(node, scope, symbol, False, f"`{source}` is a Keras model", direct=False)


def is_own(program: Program, func: ast.expr, scope: Scope) -> bool:
    """Whether a callee is certainly a function of the user's that hands nothing on through ``**kwargs``."""
    values = program.values.of(func, scope)
    return bool(values) and all(isinstance(v, OwnFunction) and v.node.args.kwarg is None for v in values)


def _keys(program: Program, node: ast.Call, scope: Scope) -> set[str]:
    """Names of the keywords of a call, those in dicts that are written out included."""
    keys = {keyword.arg for keyword in node.keywords if keyword.arg is not None}
    for keyword in node.keywords:
        if keyword.arg is None:
            known = keyword_dict(program, keyword.value, scope)
            keys.update(name for _, name, _ in (known.entries if known else ()))
    return keys


RULE = Rule("KM103", "renamed-arguments", __doc__, check)
