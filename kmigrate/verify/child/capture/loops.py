"""Loops that train or predict are left after a few turns: an epoch is like the one before.

Only loops whose body calls a method that trains, evaluates or predicts are touched, and only those turns are cut in
which no model was built.
"""

import ast
from typing import Any, Callable, Iterable, Iterator

#: Turns of such a loop in which no model is built, before it is left.
TURNS = 3

#: The name under which the changed program finds what counts its turns.
NAME = "__kmigrate_turns__"

_METHODS = frozenset(
    [
        "fit",
        "fit_generator",
        "train_on_batch",
        "test_on_batch",
        "evaluate",
        "evaluate_generator",
        "predict",
        "predict_on_batch",
        "predict_classes",
        "predict_generator",
    ]
)


def _trains(body: Iterable[ast.AST]) -> bool:
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _METHODS
        for statement in body
        for node in ast.walk(statement)
    )


class _Cut(ast.NodeTransformer):
    def visit_For(self, node: ast.For) -> ast.AST:
        self.generic_visit(node)
        if _trains(node.body):
            node.iter = ast.Call(ast.Name(NAME, ast.Load()), [node.iter], [])
        return node

    def visit_While(self, node: ast.While) -> ast.AST:
        self.generic_visit(node)
        if not _trains(node.body):
            return node
        # "while test: …" becomes "for _ in turns(lambda: test): …", with its else and its line
        test = ast.parse("lambda: None", mode="eval").body
        assert isinstance(test, ast.Lambda)
        test.body = node.test
        turns = ast.Call(ast.Name(NAME, ast.Load()), [test], [])
        return ast.For(ast.Name(NAME + "turn", ast.Store()), turns, node.body, node.orelse)


def cut(tree: ast.Module) -> ast.Module:
    """The program with such loops cut. Line numbers stay."""
    changed = _Cut().visit(tree)
    for node in ast.walk(changed):
        # what is new stands where the statement around it stands
        if isinstance(node, ast.For) and not hasattr(node, "lineno"):
            ast.copy_location(node, node.body[0])
    return ast.fix_missing_locations(changed)  # type: ignore[no-any-return]


def turns(models: Callable[[], int]) -> Callable[[Any], Iterator[Any]]:
    """What a changed loop goes over; ``models`` says how many models have been built."""

    def limited(source: Any) -> Iterator[Any]:
        idle, known = 0, models()
        values = iter(lambda: bool(source()), False) if callable(source) and not hasattr(source, "__iter__") else source
        for value in values:
            yield value
            idle = idle + 1 if models() == known else 0
            known = models()
            if idle >= TURNS:
                return

    return limited
