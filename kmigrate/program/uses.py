"""Which expressions of a file name something of Keras: by its own imports, or through modules of the user's own."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import cast

from kmigrate import keras_api
from kmigrate.program.project import Project
from kmigrate.program.scopes import Binding, ImportAlias, Module, Scope
from kmigrate.program.values import Inference, OwnModule, Ref, Value, keras_path

#: Modules of the user's that hand a name on from each other, at most.
_MAX_HANDS = 10


@dataclass(frozen=True, slots=True)
class Handed:
    """What a module of the user's own hands on: ``node`` is how the file names it (``K``, ``L.K``, ``L.merge``).

    ``path`` is the dotted path of it with ``keras`` in front. ``by_name``: the module binds the name itself, so that it
    stays when the module is upgraded; otherwise a star import of Keras brings it there.
    """

    node: ast.Name | ast.Attribute
    path: str
    by_name: bool


@dataclass(slots=True, eq=False)
class Use:
    """An expression that names a Keras symbol or module: ``node`` is the longest dotted name that does.

    ``path`` starts with ``keras`` whatever package it was imported from; ``alias`` is the import that its first name
    came through; ``symbol`` the full Keras 1 name, None for a module or a name that Keras 1.2.2 does not have.
    ``handed`` is set where the import is of a module of the user's own, which has it from Keras.
    """

    node: ast.Name | ast.Attribute
    scope: Scope
    alias: ImportAlias
    path: str
    symbol: str | None
    handed: Handed | None = None


def uses(module: Module, project: Project, values: Inference) -> list[Use]:
    """Every expression of the file that names something of Keras, in source order."""
    return list(_Uses(module, project, values).found())


class _Uses:
    def __init__(self, module: Module, project: Project, values: Inference) -> None:
        self.module, self.project, self.values = module, project, values
        self.stars = [alias for alias in module.scope.stars if keras_path(alias.path) is not None]
        self.own_stars = [a for a in module.scope.stars if keras_path(a.path) is None and self._own(a.path)]
        #: names that no statement of the file binds -> what a star import of the user's own brings
        self.by_own_star: dict[str, tuple[ImportAlias, Ref | OwnModule] | None] = {}

    def found(self) -> list[Use]:
        roots: set[str] = set()
        own_roots: set[str] = set()
        for alias in self.module.imports:
            if keras_path(alias.path) is not None or alias.path.partition(".")[0] in ("tensorflow", "tf_keras"):
                roots.add(alias.name)
            elif alias.name != "*" and (self._own(alias.path) or self._own(alias.path.rpartition(".")[0])):
                own_roots.add(alias.name)
        result: list[Use] = []
        for node, scope in self.module.names:
            use: Use | None = None
            if node.id in roots:
                use = self._imported(node, scope)
            if use is None and node.id in own_roots:
                use = self._through_own(node, scope)
            if use is None and (self.stars or self.own_stars) and scope.lookup(node.id) is None:
                use = self._by_star(node, scope)
            if use is not None:
                result.append(use)
        return result

    # the file's own imports of Keras

    def _imported(self, node: ast.Name, scope: Scope) -> Use | None:
        aliases = self._aliases(node, scope)
        if not aliases:
            return None
        alias = self._nearest(node, scope, aliases) if len(aliases) > 1 else aliases[0]
        return self._chain(node, scope, alias, alias.path)

    def _aliases(self, node: ast.Name, scope: Scope) -> list[ImportAlias]:
        """The imports that bind a name; none where something else does, too."""
        looked_up = scope.lookup(node.id)
        if looked_up is None or not all(isinstance(b, ImportAlias) for b in looked_up[1]):
            return []
        return cast("list[ImportAlias]", looked_up[1])

    def _nearest(self, node: ast.Name, scope: Scope, aliases: list[ImportAlias]) -> ImportAlias:
        """The import that a use belongs to where a name is imported again, as in cells of notebooks: the last above.

        Only among statements of the file's own level; where one is under ``try`` or ``if``, the first stands for all.
        A function runs later, so that what it uses is only known where all of them import the same.
        """
        first = aliases[0]
        tree, parents = self.module.tree, self.module.parents
        if any(parents.get(alias.statement) is not tree for alias in aliases):
            return first
        if scope is not self.module.scope and any(alias.path != first.path for alias in aliases):
            return first
        return next((alias for alias in reversed(aliases) if alias.statement.lineno <= node.lineno), first)

    def _by_star(self, node: ast.Name, scope: Scope) -> Use | None:
        for alias in reversed(self.stars):
            keras = keras_path(f"{alias.path}.{node.id}")
            if keras is not None and (keras_api.canonical(keras) or keras_api.is_module(keras)):
                return self._chain(node, scope, alias, f"{alias.path}.{node.id}")
        if node.id not in self.by_own_star:
            self.by_own_star[node.id] = self._of_own_star(node, scope)
        brought = self.by_own_star[node.id]
        return self._handed(node, scope, *brought) if brought is not None else None

    def _chain(
        self, node: ast.Name | ast.Attribute, scope: Scope, alias: ImportAlias, path: str, handed: Handed | None = None
    ) -> Use | None:
        """The use that begins with ``node``, which names ``path``, and goes on over its attributes."""
        expr = node
        while True:
            keras = keras_path(path)
            symbol = keras_api.canonical(keras) if keras is not None else None
            if keras is not None and symbol is not None:
                return Use(expr, scope, alias, keras, symbol, handed)
            above = self._attribute_of(expr)
            if above is None:
                break
            if keras is not None and not keras_api.is_module(keras):
                break
            path = f"{path}.{above.attr}"
            expr = above
        keras = keras_path(path)
        return Use(expr, scope, alias, keras, None, handed) if keras is not None else None

    def _attribute_of(self, expr: ast.expr) -> ast.Attribute | None:
        above = self.module.parents.get(expr)
        is_read = isinstance(above, ast.Attribute) and above.value is expr and isinstance(above.ctx, ast.Load)
        return cast(ast.Attribute, above) if is_read else None

    # through modules of the user's own

    def _own(self, path: str) -> Module | None:
        """The user's module that ``path`` is, if it can have anything of Keras."""
        return self.project.module(path, self.module.path) if path.strip(".") else None

    def _through_own(self, node: ast.Name, scope: Scope) -> Use | None:
        aliases = self._aliases(node, scope)
        value = self.values.only(node, scope) if aliases else None
        if not isinstance(value, (Ref, OwnModule)):
            return None
        alias = self._nearest(node, scope, aliases) if len(aliases) > 1 else aliases[0]
        return self._handed(node, scope, alias, value)

    def _of_own_star(self, node: ast.Name, scope: Scope) -> tuple[ImportAlias, Ref | OwnModule] | None:
        value = self.values.only(node, scope) if self.own_stars else None
        if not isinstance(value, (Ref, OwnModule)) or (isinstance(value, Ref) and keras_path(value.path) is None):
            return None
        for alias in reversed(self.own_stars):
            own = self._own(alias.path)
            if own is not None and value in self.values.attribute(OwnModule(own), node.id):
                return alias, value
        return None

    def _handed(self, node: ast.Name, scope: Scope, alias: ImportAlias, value: Value | None) -> Use | None:
        """The use of what a module of the user's own hands on, over the user's modules: ``L.K.zeros``."""
        expr: ast.Name | ast.Attribute = node
        while isinstance(value, OwnModule):
            above = self._attribute_of(expr)
            if above is None:
                return None
            expr = above
            value = self.values.only(expr, scope)
        if not isinstance(value, Ref) or keras_path(value.path) is None:
            return None
        if isinstance(expr, ast.Name):
            by_name = alias.name == "*" and self._binds(alias.path, expr.id, self.module)
            by_name = by_name or (alias.name != "*" and self._names(alias, self.module))
        else:
            owner = self.values.only(expr.value, scope)
            assert isinstance(owner, OwnModule)
            by_name = self._bound_in(owner.module, expr.attr)
        path = cast(str, keras_path(value.path))
        return self._chain(expr, scope, alias, value.path, Handed(expr, path, by_name))

    def _names(self, alias: ImportAlias, importer: Module, hands: int = 0) -> bool:
        """Whether the module that ``alias`` imports a name from binds that name."""
        head, _, last = alias.path.rpartition(".")
        return self._binds(head, last, importer, hands)

    def _binds(self, path: str, name: str, importer: Module, hands: int = 0) -> bool:
        own = self.project.module(path, importer.path) if path.strip(".") else None
        return own is not None and self._bound_in(own, name, hands)

    def _bound_in(self, own: Module, name: str, hands: int = 0) -> bool:
        """Whether ``name`` is bound in a module of the user's by a statement, and not by a star import of Keras."""
        if hands > _MAX_HANDS:
            return False
        bindings: list[Binding] = own.scope.bindings.get(name, [])
        if bindings:
            return all(
                not isinstance(b, ImportAlias) or keras_path(b.path) is not None or self._names(b, own, hands + 1)
                for b in bindings
            )
        return any(self._binds(star.path, name, own, hands + 1) for star in own.scope.stars)
