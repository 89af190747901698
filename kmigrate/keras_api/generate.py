"""Writes ``keras1.py``, the facts of Keras 1.2.2, from its source distribution.

``python -m kmigrate.keras_api.generate Keras-1.2.2.tar.gz > kmigrate/keras_api/keras1.py``

The source is parsed, never imported. Facts only: which public names each module has, what each is (function, class,
method, property, constant), its parameters in order with the source text of their defaults, and the bases of each
class. What became of them is decided by hand in the other modules of this package.
"""

from __future__ import annotations

import ast
import sys
import tarfile

_HEADER = '''"""Facts of Keras 1.2.2, made from its sdist by ``kmigrate.keras_api.generate``; do not edit.

``SYMBOLS`` maps the full name of every public definition to ``(kind, parameters)``, where a parameter is ``(name,
default)``: the default as source text, ``None`` for a required one, and a name with ``*`` or ``**`` for variadic ones.
``self`` and ``cls`` are left out; a class has the parameters of its constructor, inherited ones included.
``EXPORTS`` maps every other public path under which a definition can be imported to its full name.
``BASES`` maps a class to its Keras 1 bases; a private base is left out, and its own bases stand in its place.
``MODULES`` are all modules.
"""

# ruff: noqa: E501
# fmt: off
'''

#: Names that a module has because Python gave them to it; importing them from Keras is not part of its interface.
_BACKEND = "keras.backend.tensorflow_backend"


def _read(path: str) -> dict[str, ast.Module]:
    modules: dict[str, ast.Module] = {}
    with tarfile.open(path) as archive:
        for member in archive.getmembers():
            parts = member.name.split("/")[1:]
            if not member.name.endswith(".py") or not parts or parts[0] != "keras":
                continue
            handle = archive.extractfile(member)
            assert handle is not None
            if parts[-1] == "__init__.py":
                parts = parts[:-1]
            else:
                parts[-1] = parts[-1][:-3]
            modules[".".join(parts)] = ast.parse(handle.read().decode("utf-8"))
    return modules


def _is_private(full: str) -> bool:
    return full.rpartition(".")[2].startswith("_")


def _params(function: ast.FunctionDef, *, method: bool) -> list[tuple[str, str | None]]:
    arguments = function.args
    names = [a.arg for a in arguments.args]
    defaults: list[str | None] = [None] * (len(names) - len(arguments.defaults))
    defaults += [ast.unparse(d) for d in arguments.defaults]
    params = list(zip(names, defaults, strict=True))
    static = any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in function.decorator_list)
    if method and not static:
        params = params[1:]
    if arguments.vararg:
        params.append(("*" + arguments.vararg.arg, None))
    if arguments.kwarg:
        params.append(("**" + arguments.kwarg.arg, None))
    return params


class _Facts:
    def __init__(self, modules: dict[str, ast.Module]) -> None:
        self.modules = modules
        self.symbols: dict[str, tuple[str, list[tuple[str, str | None]]]] = {}
        self.bases: dict[str, list[str]] = {}
        #: module -> public name -> full name of what it is (a symbol or a module)
        self.names: dict[str, dict[str, str]] = {m: {} for m in modules}
        self._inits: dict[str, list[tuple[str, str | None]]] = {}
        for module in modules:
            self._define(module)
        changed = True
        while changed:
            before = sum(map(len, self.names.values()))
            for module in modules:
                self._import(module)
            changed = sum(map(len, self.names.values())) != before
        for module in modules:
            self._resolve_bases(module)
        for cls in self.bases:
            if not _is_private(cls):
                self.symbols[cls] = ("class", self._init(cls))

    def _statements(self, module: str) -> list[ast.stmt]:
        out: list[ast.stmt] = []
        todo = list(self.modules[module].body)
        while todo:
            statement = todo.pop(0)
            if isinstance(statement, ast.If):
                todo = statement.body + statement.orelse + todo
            elif isinstance(statement, ast.Try):
                todo = statement.body + [s for h in statement.handlers for s in h.body] + statement.orelse + todo
            else:
                out.append(statement)
        return out

    def _define(self, module: str) -> None:
        for node in self._statements(module):
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                full = f"{module}.{node.name}"
                self.symbols[full] = ("function", _params(node, method=False))
                self.names[module][node.name] = full
            elif isinstance(node, ast.ClassDef):
                full = f"{module}.{node.name}"
                self.bases[full] = []
                self.names[module][node.name] = full
                for item in node.body:
                    if isinstance(item, ast.FunctionDef):
                        self._method(full, item)
            elif isinstance(node, ast.Assign):
                for target in node.targets:
                    if isinstance(target, ast.Name) and not target.id.startswith("_"):
                        value = node.value
                        if isinstance(value, ast.Name) and value.id in self.names[module]:
                            self.names[module][target.id] = self.names[module][value.id]
                        else:
                            full = f"{module}.{target.id}"
                            self.symbols[full] = ("constant", [])
                            self.names[module][target.id] = full

    def _method(self, cls: str, node: ast.FunctionDef) -> None:
        if node.name == "__init__":
            self._inits[cls] = _params(node, method=True)
        if node.name.startswith("_") and node.name not in ("__init__", "__call__"):
            return
        if node.name == "__init__":
            return
        if _is_private(cls):
            return
        decorators = [ast.unparse(d) for d in node.decorator_list]
        if any(d == "property" or d.endswith(".setter") for d in decorators):
            self.symbols[f"{cls}.{node.name}"] = ("property", [])
        else:
            self.symbols[f"{cls}.{node.name}"] = ("method", _params(node, method=True))

    def _import(self, module: str) -> None:
        package = module if self._is_package(module) else module.rpartition(".")[0]
        for node in self._statements(module):
            if isinstance(node, ast.ImportFrom):
                base = node.module or ""
                if node.level:
                    parts = package.split(".")
                    parts = parts[: len(parts) - node.level + 1]
                    base = ".".join([*parts, base] if base else parts)
                if not base.startswith("keras"):
                    continue
                for alias in node.names:
                    if alias.name == "*":
                        if base in self.names:
                            for name, full in self.names[base].items():
                                if not name.startswith("_"):
                                    self.names[module].setdefault(name, full)
                    elif f"{base}.{alias.name}" in self.modules:
                        self.names[module].setdefault(alias.asname or alias.name, f"{base}.{alias.name}")
                    elif alias.name in self.names.get(base, {}):
                        name = alias.asname or alias.name
                        if not name.startswith("_"):
                            self.names[module].setdefault(name, self.names[base][alias.name])
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Attribute):
                value = ast.unparse(node.value)
                head, _, attr = value.rpartition(".")
                source = self.names[module].get(head)
                if source in self.names and attr in self.names[source]:
                    for target in node.targets:
                        if isinstance(target, ast.Name):
                            old = f"{module}.{target.id}"
                            self.symbols.pop(old, None)
                            self.names[module][target.id] = self.names[source][attr]

    def _is_package(self, module: str) -> bool:
        return any(m.startswith(module + ".") for m in self.modules)

    def _resolve_bases(self, module: str) -> None:
        for node in self._statements(module):
            if isinstance(node, ast.ClassDef):
                for base in node.bases:
                    text = ast.unparse(base)
                    head, _, attr = text.rpartition(".")
                    names = self.names[module]
                    full = names.get(text) or self.names.get(names.get(head, ""), {}).get(attr)
                    if full:
                        self.bases[f"{module}.{node.name}"].append(full)

    def public_bases(self, cls: str) -> list[str]:
        """The bases of a class, a private one replaced by its own."""
        out: list[str] = []
        for base in self.bases.get(cls, []):
            out += self.public_bases(base) if _is_private(base) else [base]
        return out

    def _init(self, cls: str) -> list[tuple[str, str | None]]:
        if cls in self._inits:
            return self._inits[cls]
        for base in self.bases.get(cls, []):
            return self._init(base)
        return []


def main(path: str) -> None:
    """Print the module of facts for the source distribution at ``path``."""
    facts = _Facts(_read(path))
    symbols = {k: v for k, v in facts.symbols.items() if not k.startswith("keras.backend.theano_backend.")}
    for name, value in facts.symbols.items():
        if name.startswith("keras.backend.theano_backend."):
            twin = _BACKEND + name[len("keras.backend.theano_backend") :]
            if twin not in symbols and value[0] != "constant":
                symbols[name] = value
    out = [_HEADER, "SYMBOLS: dict[str, tuple[str, tuple[tuple[str, str | None], ...]]] = {"]
    for name in sorted(symbols):
        kind, params = symbols[name]
        out.append(f"    {name!r}: ({kind!r}, {tuple(params)!r}),")
    out.append("}\n\nEXPORTS: dict[str, str] = {")
    for module in sorted(facts.modules):
        for name, full in sorted(facts.names[module].items()):
            path_ = f"{module}.{name}"
            if full.startswith("keras.backend.theano_backend."):
                twin = _BACKEND + full[len("keras.backend.theano_backend") :]
                full = twin if twin in symbols else full
            if path_ != full and not _is_private(path_) and (full in symbols or full in facts.modules):
                out.append(f"    {path_!r}: {full!r},")
    out.append("}\n\nBASES: dict[str, tuple[str, ...]] = {")
    public = (cls for cls in sorted(facts.bases) if not _is_private(cls))
    out.extend(f"    {cls!r}: {tuple(facts.public_bases(cls))!r}," for cls in public)
    out.append("}\n\nMODULES: frozenset[str] = frozenset({")
    out.extend(f"    {module!r}," for module in sorted(facts.modules))
    out.append("})")
    print("\n".join(out))


if __name__ == "__main__":
    main(sys.argv[1])
