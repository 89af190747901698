"""Copied modules run on tf_keras and hold what is needed, no more."""

from __future__ import annotations

import ast
import builtins
import symtable
import sys
import types
from collections import Counter
from importlib import resources
from typing import Any

import numpy as np
import pytest
import tf_keras

from kmigrate import compat
from kmigrate.codemod.vendor import vendored_source

NAMES = sorted(name for names in compat.MODULES.values() for name in names)


def _run(source: str) -> dict[str, Any]:
    module = types.ModuleType("vendored")
    exec(compile(source, "vendored.py", "exec"), module.__dict__)
    return module.__dict__


def _tables(table: symtable.SymbolTable) -> list[symtable.SymbolTable]:
    return [table, *(inner for child in table.get_children() for inner in _tables(child))]


@pytest.mark.parametrize("name", NAMES)
def test_each_name_alone_runs_and_is_complete(name: str) -> None:
    source = vendored_source([name], "tf_keras")
    assert "kmigrate" not in {
        alias.name.split(".")[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    assert "from kmigrate" not in source
    names = _run(source)
    assert callable(names[name])
    assert names["__all__"] == [name]
    # Python's own symbol table is the judge: every name looked up globally is there.
    for table in _tables(symtable.symtable(source, "vendored.py", "exec")):
        for symbol in table.get_symbols():
            if symbol.is_global() and symbol.is_referenced():
                assert symbol.get_name() in names or hasattr(builtins, symbol.get_name()), symbol


@pytest.mark.parametrize("name", NAMES)
def test_each_name_alone_brings_only_what_it_needs(name: str) -> None:
    tree = ast.parse(vendored_source([name], "tf_keras"))
    uses = Counter(node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load))
    for statement in tree.body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
                continue
            defined = [alias.asname or alias.name for alias in statement.names]
        elif isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            defined = [statement.name]
        elif isinstance(statement, ast.AnnAssign):
            assert isinstance(statement.target, ast.Name)
            defined = [statement.target.id]
        else:
            continue
        for brought in defined:
            assert brought == name or uses[brought], f"{brought} is not used"


def test_all_names_together_define_each_thing_once() -> None:
    source = vendored_source(NAMES, "tf_keras")
    names = _run(source)
    assert all(callable(names[name]) for name in NAMES)
    defined = Counter(node.name for node in ast.parse(source).body if isinstance(node, (ast.FunctionDef, ast.ClassDef)))
    assert [name for name, count in defined.items() if count > 1] == []


def test_a_copy_computes_the_same() -> None:
    copied = _run(vendored_source(["MaxoutDense"], "tf_keras"))["MaxoutDense"](3, nb_feature=2, input_dim=4)
    original = compat.MaxoutDense(3, nb_feature=2, input_dim=4)
    batch = np.random.randn(5, 4).astype("float32")
    copied(batch)
    original(batch)
    copied.set_weights(original.get_weights())
    np.testing.assert_array_equal(copied(batch), original(batch))


def test_comments_and_docstrings_stay() -> None:
    source = vendored_source(["KerasClassifier"], "keras")
    assert "#: The parameters of fit, predict and evaluate that an estimator takes" in source
    assert "The accuracy." in source
    assert "KerasRegressor" not in source


def test_order_and_repetition_of_names_do_not_matter() -> None:
    assert vendored_source(["recall", "precision", "recall"], "keras") == vendored_source(
        ("precision", "recall"), "keras"
    )


@pytest.mark.parametrize(
    ("namespace", "statement"),
    [
        ("keras", "import keras"),
        ("tf_keras", "import tf_keras as keras"),
        ("tensorflow.keras", "from tensorflow import keras"),
    ],
)
def test_namespace(namespace: str, statement: str) -> None:
    assert statement in vendored_source(["hinge"], namespace).splitlines()
    assert "keras" not in [
        line.split()[1] for line in vendored_source(["flip_axis"], namespace).splitlines() if line.startswith("import ")
    ]


def test_unknown_names_and_namespaces_are_refused() -> None:
    with pytest.raises(ValueError, match=r"kmigrate\.compat has no Dense, Nothing"):
        vendored_source(["Nothing", "hinge", "Dense"], "keras")
    with pytest.raises(ValueError, match="unknown namespace 'keras3'"):
        vendored_source(["hinge"], "keras3")


def test_the_package_keeps_to_what_cutting_needs() -> None:
    """Only definitions and imports at the top level, backward imports, unique names."""
    homes: dict[str, str] = {}
    order = list(compat.MODULES)
    for module in order:
        tree = ast.parse(resources.files(compat).joinpath(f"{module}.py").read_text(encoding="utf-8"))
        for statement in tree.body[1:]:
            if isinstance(statement, ast.ImportFrom) and (statement.module or "").startswith("kmigrate"):
                owner = (statement.module or "").removeprefix("kmigrate.compat.")
                assert owner == "_keras" or order.index(owner) < order.index(module)
            elif isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
                assert homes.setdefault(statement.name, module) == module, f"{statement.name} is defined twice"
            elif isinstance(statement, ast.AnnAssign):
                assert isinstance(statement.target, ast.Name)
                if statement.target.id != "K":
                    assert homes.setdefault(statement.target.id, module) == module
            else:
                assert isinstance(statement, (ast.Import, ast.ImportFrom, ast.Assign)), ast.unparse(statement)
        for name in compat.MODULES[module]:
            assert homes[name] == module
    files = {path.name.removesuffix(".py") for path in resources.files(compat).iterdir() if path.name.endswith(".py")}
    assert files == {*order, "__init__", "_keras"}


def test_the_package_imports_only_keras_and_numpy() -> None:
    allowed = {"kmigrate", "numpy", "h5py", "scipy", "sklearn"}
    for module in [*compat.MODULES, "_keras"]:
        tree = ast.parse(resources.files(compat).joinpath(f"{module}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            modules += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in modules:
                assert name.split(".")[0] in allowed | sys.stdlib_module_names
                assert not name.startswith("kmigrate") or name.startswith("kmigrate.compat")


def test_tf_keras_is_the_keras_in_use() -> None:
    from kmigrate.compat._keras import keras

    assert keras is tf_keras
