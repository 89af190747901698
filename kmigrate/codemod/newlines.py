"""Line ends as they were: LibCST forgets the first kind of line end that it meets in a source and writes its own."""

from __future__ import annotations

from typing import TypeVar

import libcst as cst

from kmigrate.codemod.line_ends import first_line_end

_Node = TypeVar("_Node", bound=cst.CSTNode)


class _Named(cst.CSTTransformer):
    def __init__(self, newline: str) -> None:
        super().__init__()
        self.newline = newline

    def leave_Newline(  # noqa: N802  -- the name that LibCST asks for
        self,
        original_node: cst.Newline,  # noqa: ARG002
        updated_node: cst.Newline,
    ) -> cst.Newline:
        return updated_node.with_changes(value=self.newline) if updated_node.value is None else updated_node


def keep_line_ends(node: _Node, source: str) -> _Node:
    """``node``, parsed from ``source``, with each line end named, so that its code has them as the source does."""
    if "\r" not in source:
        return node
    changed = node.visit(_Named(first_line_end(source)))
    assert isinstance(changed, type(node))
    return changed
