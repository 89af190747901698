"""What the server says, over the wire, with what the protocol forbids as errors."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from lsprotocol import types

from kmigrate import engine
from kmigrate.config import Options
from kmigrate.findings import Edit, Safety, Span
from tests.lsp.conftest import EXAMPLE, Start

pytestmark = [pytest.mark.asyncio, pytest.mark.filterwarnings("error::pytest_lsp.LspSpecificationWarning")]

OLD = "from keras.layers import Convolution2D\nlayer = Convolution2D(8, 3, 3)\n"


async def test_findings_are_those_of_the_command(start: Start, project: Path) -> None:
    editor = await start(project)
    uri = editor.open(project / "train.py")
    pushed = await editor.pushed(uri)
    findings = engine.check_source(EXAMPLE.read_text(), path="train.py")
    assert [d.code for d in pushed] == [f.code for f in findings]
    for diagnostic, finding in zip(pushed, findings, strict=True):
        assert diagnostic.message.startswith(finding.message)
        assert diagnostic.source == "kmigrate"
        assert diagnostic.code_description is not None
        page = Path(diagnostic.code_description.href.removeprefix("file://"))
        assert page.read_text().startswith(f"# {finding.code}: ")
    assert any(diagnostic.related_information for diagnostic in pushed)
    assert any(types.DiagnosticTag.Deprecated in (diagnostic.tags or ()) for diagnostic in pushed)


async def test_every_quick_fix_does_what_the_engine_does(start: Start, project: Path) -> None:
    editor = await start(project)
    uri = editor.open(project / "train.py")
    text = editor.texts[uri]
    findings = engine.check_source(text, path="train.py")
    for diagnostic, finding in zip(await editor.pushed(uri), findings, strict=True):
        actions = await editor.actions(uri, diagnostic.range, [types.CodeActionKind.QuickFix])
        titles = [action.title for action in actions]
        assert f"Ignore {finding.code} here" in titles
        fixes = [
            a for a in actions if a.title.endswith(f"[{finding.code}]") and list(a.diagnostics or []) == [diagnostic]
        ]
        if finding.rewrite is None:
            assert not fixes
            continue
        assert len(fixes) == 1, finding
        (fix,) = fixes
        assert bool(fix.is_preferred) == (finding.safety is Safety.SAFE)
        assert fix.edit is not None
        editor.apply(fix.edit)
        assert editor.texts[uri] == engine.apply(text, [finding], path="train.py")
        editor.replace(uri, text)


async def test_fix_all_is_the_upgrade(start: Start, project: Path) -> None:
    editor = await start(project)
    uri = editor.open(project / "train.py")
    expected = engine.upgrade_source(editor.texts[uri], path="train.py").text
    start_of_file = types.Range(types.Position(0, 0), types.Position(0, 0))
    (action,) = await editor.actions(uri, start_of_file, [types.CodeActionKind.SourceFixAll])
    assert action.kind == "source.fixAll.kmigrate"
    editor.apply(action.edit)
    assert editor.texts[uri] == expected
    # what is left is what `upgrade` leaves: the editor still knows that the file was written for Keras 1
    result = engine.upgrade_source(EXAMPLE.read_text(), path="train.py")
    left = engine.check_source(result.text, path="train.py", origin=result.origin)
    assert [d.code for d in await editor.pulled(uri)] == [f.code for f in left]


async def test_a_file_in_the_middle_of_an_edit_keeps_its_findings(start: Start, tmp_path: Path) -> None:
    editor = await start(tmp_path)
    uri = editor.open((tmp_path / "a.py").as_uri(), OLD)
    before = await editor.pulled(uri)
    assert [d.code for d in before] == ["KM103"]
    editor.type(uri, Edit(Span(0, 0), "x = (\n"))
    (now,) = await editor.pulled(uri)
    assert (now.code, now.range.start.line) == ("KM103", before[0].range.start.line + 1)
    assert await editor.actions(uri, now.range) == []
    editor.type(uri, Edit(Span(6, 6), ")\n"))
    assert [d.code for d in await editor.pulled(uri)] == ["KM103"]


async def test_what_does_not_parse_from_the_start_is_said(start: Start, tmp_path: Path) -> None:
    editor = await start(tmp_path)
    uri = editor.open((tmp_path / "a.py").as_uri(), "import keras\nx = (\n")
    assert [d.code for d in await editor.pulled(uri)] == ["KM003"]
    editor.replace(uri, "import keras\nprint 1\n")
    assert [d.code for d in await editor.pulled(uri)] == ["KM010"]


async def test_unsaved_text_of_other_files_counts(start: Start, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("from net import build\nmodel = build()\nmodel.fit([], [], nb_epoch=3)\n")
    (tmp_path / "net.py").write_text("def build():\n    return None\n")
    editor = await start(tmp_path)
    train = editor.open(tmp_path / "train.py")
    net = editor.open(tmp_path / "net.py")
    assert "KM103" not in {d.code for d in await editor.pushed(train)}
    editor.replace(net, "from keras.models import Sequential\ndef build():\n    return Sequential()\n")
    await editor.until(lambda: [d.code for d in editor.client.diagnostics[train]] == ["KM103"])
    editor.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(net)))
    await editor.until(lambda: not editor.client.diagnostics[train])


async def test_ignore_here(start: Start, tmp_path: Path) -> None:
    editor = await start(tmp_path)
    text = OLD + 'other = Convolution2D(8, 3, 3, name="""a\n""")\n'
    uri = editor.open((tmp_path / "a.py").as_uri(), text)
    for _ in range(2):
        found = (await editor.pulled(uri))[0]
        (ignore,) = [a for a in await editor.actions(uri, found.range) if a.title == "Ignore KM103 here"]
        editor.apply(ignore.edit)
    assert await editor.pulled(uri) == []
    assert editor.texts[uri].count("# kmigrate: ignore[KM103]") == 2


async def test_settings_of_the_project_and_of_the_client(start: Start, tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
        (folder / "a.py").write_text(OLD)
    (one / "pyproject.toml").write_text("[tool.kmigrate]\nignore = ['KM103']\n")
    editor = await start(one, other)
    first, second = editor.open(one / "a.py"), editor.open(other / "a.py")
    assert [d.code for d in await editor.pulled(first)] == []
    assert [d.code for d in await editor.pulled(second)] == ["KM103"]
    editor.client.set_configuration({"select": ["KM2"]}, section="kmigrate")
    editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings=None))
    await editor.until(lambda: not editor.client.diagnostics.get(second))


async def test_a_wrong_setting_is_said_and_costs_nothing_else(start: Start, tmp_path: Path) -> None:
    editor = await start(tmp_path, settings={"namespce": "tf_keras"})
    await editor.until(lambda: bool(editor.client.messages))
    assert "did you mean namespace?" in editor.client.messages[0].message
    uri = editor.open((tmp_path / "a.py").as_uri(), OLD)
    assert [d.code for d in await editor.pulled(uri)] == ["KM103"]


@pytest.mark.parametrize("profile", ["visual-studio-code", "neovim@0.11.0", "emacs"])
async def test_other_editors(start: Start, project: Path, profile: str) -> None:
    editor = await start(project, profile=profile)
    assert editor.encoding == {"neovim@0.11.0": "utf-8", "emacs": "utf-32"}.get(profile, "utf-16")
    uri = editor.open(project / "train.py")
    found = await editor.pulled(uri)
    expected = engine.check_source(editor.texts[uri], Options(), path="train.py")
    assert [d.code for d in found] == [f.code for f in expected]


async def test_the_module_that_fixes_import_comes_along(start: Start, tmp_path: Path) -> None:
    """With ``vendor-compat`` it is made by the first fix that needs it, and has more for the next."""
    (tmp_path / "pyproject.toml").write_text("[tool.kmigrate]\nvendor-compat = 'lib'\n")
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "__init__.py").touch()
    editor = await start(tmp_path)
    module = tmp_path / "lib" / "keras1_compat.py"
    for name, layer in (("a.py", "Highway"), ("b.py", "MaxoutDense")):
        text = f"from keras.layers import {layer}\nlayer = {layer}(output_dim=3)\n"
        uri = editor.open((tmp_path / name).as_uri(), text)
        found = await editor.pulled(uri)
        fixes = [a for a in await editor.actions(uri, found[0].range, ["quickfix"]) if "Ignore" not in a.title]
        editor.apply(fixes[0].edit)
        assert f"from lib.keras1_compat import {layer}" in editor.texts[uri]
        assert f"class {layer}" in module.read_text()
    compile(module.read_text(), "keras1_compat.py", "exec")
    assert "class Highway" in module.read_text()
    uri = editor.open(module)
    assert await editor.pulled(uri) == []
    editor.replace(editor.open((tmp_path / "c.py").as_uri(), ""), text)
    (action,) = await editor.actions((tmp_path / "c.py").as_uri(), found[0].range, ["source.fixAll"])
    assert len(action.edit.document_changes) == 1  # the module has it all


async def test_a_client_that_cannot_make_files_is_not_asked_to(start: Start, tmp_path: Path) -> None:
    def cannot(capabilities: types.ClientCapabilities) -> None:
        assert capabilities.workspace is not None and capabilities.workspace.workspace_edit is not None
        capabilities.workspace.workspace_edit.resource_operations = None

    editor = await start(tmp_path, settings={"vendor-compat": "."}, change=cannot)
    uri = editor.open((tmp_path / "a.py").as_uri(), "from keras.layers import Highway\nlayer = Highway()\n")
    (action,) = await editor.actions(uri, (await editor.pulled(uri))[0].range, ["source.fixAll"])
    assert [type(change) for change in action.edit.document_changes] == [types.TextDocumentEdit]


async def test_typing_is_checked_when_it_pauses(start: Start, tmp_path: Path) -> None:
    """A burst of changes is one check, of the last text."""
    said: list[Sequence[types.Diagnostic]] = []

    class _Said(dict[str, Sequence[types.Diagnostic]]):
        def __setitem__(self, uri: str, diagnostics: Sequence[types.Diagnostic]) -> None:
            said.append(diagnostics)
            super().__setitem__(uri, diagnostics)

    editor = await start(tmp_path, settings={"debounce": 400})
    editor.client.diagnostics = _Said()
    uri = editor.open((tmp_path / "a.py").as_uri(), OLD)
    await editor.pushed(uri, ["KM103"])
    await asyncio.sleep(0.6)
    said.clear()
    for _ in range(20):
        editor.type(uri, Edit(Span(0, 0), "\n"))
    await editor.until(lambda: bool(said))
    await asyncio.sleep(0.6)
    assert [diagnostics[0].range.start.line for diagnostics in said] == [21]
