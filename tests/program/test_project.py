"""What a project tells about what was asked of it."""

from __future__ import annotations

from kmigrate.program.project import Asked, Project

_FILES = {
    "run/a.py": "from b import *\n",
    "run/b.py": "import c\n",
    "run/c.py": "",
    "run/d.py": "import numpy\n",
}


def _project() -> Project:
    return Project(_FILES.get, ("run",), tuple(_FILES))


def test_every_question_is_heard_however_often_it_was_asked() -> None:
    project = _project()
    for _ in range(2):
        with project.listening() as asked:
            project.module("b", "run/a.py")
            project.module("numpy", "run/a.py")
            project.users("run/c.py", "")
        modules = {("run", "b"): "run/b.py", ("run", "numpy"): None}
        assert asked == Asked({"run/b.py"}, modules, {"run/c.py": ("run/b.py",)})


def test_an_answer_that_is_known_rests_on_what_was_asked_for_it() -> None:
    project = _project()

    def work() -> int:
        project.module("b", "run/a.py")
        return project.once("inner", "run/b.py", lambda: len(project.users("run/c.py", "")))

    with project.listening() as first:
        assert project.once("outer", "run/a.py", work) == 1
    module = project.read("run/a.py")
    assert module is not None
    with project.listening() as later:
        assert project.seen_from(module).once("outer", "run/a.py", work) == 1
    assert later == first
    assert later.importers == {"run/c.py": ("run/b.py",)}
    assert later.modules == {("run", "b"): "run/b.py"}


def test_listening_ends_with_the_block() -> None:
    project = _project()
    with project.listening() as outer:
        with project.listening() as inner:
            project.module("c", "run/b.py")
        project.read("run/d.py")
    assert inner.read == {"run/c.py"}
    assert outer.read == {"run/c.py", "run/d.py"}
    project.read("run/a.py")
    assert outer.read == {"run/c.py", "run/d.py"}
