"""Builds the scopes of a file: what each import, assignment, definition and parameter binds."""

from __future__ import annotations

import ast
from collections.abc import Callable

from tests.oracle import reality, values
from tests.oracle.values import Class, Function, OwnInstance, Program, Real, Scope, Value

#: Packages that are Keras, and what they are called here.
ROOTS = ("tensorflow.keras", "tf_keras", "keras")
#: Modules that hold what Keras 2 no longer has.
COMPAT = ("kmigrate.compat", "keras1_compat")

Complain = Callable[[ast.AST, str, str], None]


def keras_path(module: str) -> tuple[str, str] | None:
    """``(root, path below it)`` of a dotted Keras module, or None."""
    for root in ROOTS:
        if module == root:
            return root, ""
        if module.startswith(root + "."):
            return root, module[len(root) + 1 :]
    return None


class Builder(ast.NodeVisitor):
    """Fills scopes; complains about imports that Keras 2 does not have."""

    def __init__(self, program: Program, namespace: str, complain: Complain) -> None:
        self.program = program
        self.namespace = namespace
        self.complain = complain
        self.scope = Scope("module")
        self.uses_keras = False

    # imports

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            bound = alias.asname or alias.name.partition(".")[0]
            self.scope.bind(bound, self._imported(alias, alias.name, whole=alias.asname is not None))

    def _imported(self, node: ast.AST, module: str, whole: bool) -> Value:
        if module == "functools":
            return values.FUNCTOOLS
        if module.startswith("tensorflow.contrib"):
            if ".keras" in module:
                self.complain(node, "import", f"{module} does not exist")
            return values.UNKNOWN
        path = keras_path(module)
        if path is None:
            return values.TENSORFLOW if module == "tensorflow" else values.UNKNOWN
        self.uses_keras = True
        self._check_root(node, path[0])
        found = reality.imported(path[1])
        if found is reality.MISSING:
            self.complain(node, "import", f"there is no module {module}")
            return values.GONE if whole else self._root(path[0])
        return Real(found) if whole else self._root(path[0])

    @staticmethod
    def _root(root: str) -> Value:
        return values.TENSORFLOW if root == "tensorflow.keras" else Real(reality.keras)

    def _check_root(self, node: ast.AST, root: str) -> None:
        if root == "keras" and self.namespace != "keras":
            self.complain(node, "import", f"imports keras, which is not {self.namespace}")

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = node.module or ""
        if node.level:
            self._bind_all(node, values.UNKNOWN)
            return
        if module == "functools":
            for alias in node.names:
                self.scope.bind(
                    alias.asname or alias.name, values.PARTIAL if alias.name == "partial" else values.UNKNOWN
                )
            return
        if module == "tensorflow":
            for alias in node.names:
                known = values.TENSORFLOW_NAMES.get(alias.name, values.UNKNOWN)
                self.scope.bind(alias.asname or alias.name, known)
            return
        if module.startswith("tensorflow.contrib"):
            if ".keras" in module or any(alias.name == "keras" for alias in node.names):
                self.complain(node, "import", f"{module} does not exist")
            self._bind_all(node, values.UNKNOWN)
            return
        if module in COMPAT:
            self._from_compat(node)
            return
        path = keras_path(module)
        if path is None:
            self._bind_all(node, values.UNKNOWN)
            return
        self.uses_keras = True
        self._check_root(node, path[0])
        owner = reality.imported(path[1])
        if owner is reality.MISSING:
            self.complain(node, "import", f"there is no module {module}")
            for alias in node.names:
                # what is made of it is judged too, where a module above has the name
                found = self._above(path[1], alias.name)
                self.scope.bind(alias.asname or alias.name, values.GONE if found is reality.MISSING else Real(found))
            return
        for alias in node.names:
            if alias.name == "*":
                for name, found in reality.public_names(owner).items():
                    self.scope.bind(name, Real(found))
                continue
            found = reality.member(owner, alias.name)
            if found is reality.MISSING:
                self.complain(alias, "import", f"{module} has no {alias.name}")
            self.scope.bind(alias.asname or alias.name, values.GONE if found is reality.MISSING else Real(found))

    @staticmethod
    def _above(path: str, name: str) -> object:
        while path:
            path = path.rpartition(".")[0]
            owner = reality.imported(path)
            if owner is not reality.MISSING:
                return reality.member(owner, name)
        return reality.MISSING

    def _from_compat(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            if alias.name != "*" and node.module == "kmigrate.compat" and alias.name not in values.compat_names():
                self.complain(alias, "import", f"kmigrate.compat has no {alias.name}")
        self._bind_all(node, values.UNKNOWN)

    def _bind_all(self, node: ast.ImportFrom, value: Value) -> None:
        for alias in node.names:
            if alias.name != "*":
                self.scope.bind(alias.asname or alias.name, value)

    # assignments

    def _assign(self, target: ast.expr, value: ast.expr | None) -> None:
        if isinstance(target, ast.Name):
            self.scope.bind(target.id, (value, self.scope) if value is not None else values.UNKNOWN)
        elif isinstance(target, (ast.Tuple, ast.List)):
            parts: list[ast.expr | None] = [None] * len(target.elts)
            if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts):
                parts = list(value.elts)
            for element, part in zip(target.elts, parts, strict=True):
                self._assign(element, part)
        elif isinstance(target, ast.Starred):
            self._assign(target.value, None)
        elif isinstance(target, ast.Attribute):
            owner = self._self_class(target.value)
            if owner is None:
                self.program.stored.add(target.attr)
            else:
                owner.attrs.setdefault(target.attr, []).append((value, self.scope))

    def _self_class(self, node: ast.expr) -> Class | None:
        scope: Scope | None = self.scope
        while scope is not None:
            if scope.owner is not None:
                return scope.owner if isinstance(node, ast.Name) and node.id == scope.self_name else None
            scope = scope.parent
        return None

    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            self._assign(target, node.value)
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._assign(node.target, node.value)
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Attribute):
            self._assign(node.target, None)
        self.generic_visit(node)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self._assign(node.target, node.value)
        self.generic_visit(node)

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self._assign(node.target, None)
        self.generic_visit(node)

    visit_AsyncFor = visit_For

    def visit_comprehension(self, node: ast.comprehension) -> None:
        self._assign(node.target, None)
        self.generic_visit(node)

    def visit_withitem(self, node: ast.withitem) -> None:
        if node.optional_vars is not None:
            self._assign(node.optional_vars, None)
        self.generic_visit(node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self.scope.bind(node.name, values.UNKNOWN)
        self.generic_visit(node)

    def visit_Global(self, node: ast.Global | ast.Nonlocal) -> None:
        self.scope.outer_names.update(node.names)

    visit_Nonlocal = visit_Global

    def visit_Return(self, node: ast.Return) -> None:
        if node.value is not None:
            self.scope.returns.append(node.value)
        self.generic_visit(node)

    # definitions

    def _enter(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, owner: Class | None) -> None:
        outer = self.scope
        arguments = node.args
        for each in [*arguments.defaults, *(d for d in arguments.kw_defaults if d is not None)]:
            self.visit(each)
        inner = Scope("function", outer, owner)
        plain = [*arguments.posonlyargs, *arguments.args]
        defaults: list[ast.expr | None] = [None] * (len(plain) - len(arguments.defaults))
        defaults += arguments.defaults
        for arg, default in zip(plain, defaults, strict=True):
            inner.bind(arg.arg, values.UNKNOWN)
            if default is not None:
                inner.bind(arg.arg, (default, outer))
        for arg in [*arguments.kwonlyargs, *(a for a in (arguments.vararg, arguments.kwarg) if a is not None)]:
            inner.bind(arg.arg, values.UNKNOWN)
        if owner is not None and plain and not self._is_static(node):
            inner.self_name = plain[0].arg
            inner.bindings[plain[0].arg] = [values.UNKNOWN if self._is_class_method(node) else OwnInstance(owner)]
        self.program.bodies[node] = inner
        self.scope = inner
        for statement in node.body if isinstance(node.body, list) else [node.body]:
            self.visit(statement)
        self.scope = outer

    @staticmethod
    def _decorators(node: ast.AST) -> set[str]:
        return {d.id for d in getattr(node, "decorator_list", ()) if isinstance(d, ast.Name)}

    def _is_static(self, node: ast.AST) -> bool:
        return "staticmethod" in self._decorators(node)

    def _is_class_method(self, node: ast.AST) -> bool:
        return "classmethod" in self._decorators(node)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for decorator in node.decorator_list:
            self.visit(decorator)
        owner = self.scope.owner if self.scope.kind == "class" else None
        function = Function(node, self.scope, bound=owner is not None and not self._is_static(node))
        value: Value = values.UNKNOWN if node.decorator_list else function
        self.scope.bind(node.name, value)
        if owner is not None:
            if node.decorator_list:
                owner.attrs.setdefault(node.name, []).append((None, self.scope))
            else:
                owner.methods[node.name] = function
        self._enter(node, owner)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._enter(node, None)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for part in [*node.decorator_list, *node.bases, *(k.value for k in node.keywords)]:
            self.visit(part)
        outer = self.scope
        cls = Class(node, outer)
        self.program.classes[node] = cls
        outer.bind(node.name, cls)
        self.scope = self.program.bodies[node] = Scope("class", outer, cls)
        for statement in node.body:
            self.visit(statement)
        for name, bound in self.scope.bindings.items():
            if name not in cls.methods:
                for each in bound:
                    cls.attrs.setdefault(name, []).append(each if isinstance(each, tuple) else (None, outer))
        self.scope = outer
