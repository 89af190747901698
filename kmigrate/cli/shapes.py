"""``kmigrate shapes``: the layers of the models that files build, with their shapes and layouts."""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Iterable

import click

from kmigrate.cli import options, run, session
from kmigrate.findings import Finding, LineIndex, Severity
from kmigrate.program.project import Project
from kmigrate.report import shapes_json, shapes_summary, shapes_text
from kmigrate.report.records import Record, record
from kmigrate.report.shapes_summary import Summary
from kmigrate.sources import problems, python2, python_file, write
from kmigrate.sources.magics import parse_error
from kmigrate.sources.notebook import Notebook
from kmigrate.sources.tree import Tree

_NO_CODES: tuple[str, ...] = ()


@click.command("shapes")
@click.argument("paths", nargs=-1, metavar="FILE…")
@click.option(
    "--image-dim-ordering",
    type=click.Choice(["tf", "th", "auto"]),
    help="The image_dim_ordering the code runs under (default auto: work it out).",
)
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--svg", metavar="FILE", help="Draw the models, too, and write the drawing to FILE.")
@click.option("--html", metavar="FILE", help="The same as a page that explains itself and needs no other file.")
@click.option("--no-python2", is_flag=True, help="Leave Python 2 source alone.")
@click.option("--stdin-filename", metavar="PATH", help="The name of what comes on standard input when FILE is -.")
def command(
    paths: tuple[str, ...],
    image_dim_ordering: str | None,
    output_format: str,
    svg: str | None,
    html: str | None,
    no_python2: bool,
    stdin_filename: str | None,
) -> int:
    """Print the shape, the layout and the weights of every layer of the models that FILE… build.

    Up to the layer that Keras would refuse, and why. FILE can be a folder, a notebook, or - for standard input. The
    exit status is 0 if nothing is wrong with the shapes, 1 if something is, and 2 if kmigrate could not do its work.
    """
    chosen = options.choose(
        paths=paths,
        target=None,
        namespace=None,
        image_dim_ordering=image_dim_ordering,
        select=_NO_CODES,
        ignore=_NO_CODES,
        output_format=output_format,
        jobs=1,
        stdin_filename=stdin_filename,
        statistics=False,
        no_python2=no_python2,
        no_cache=True,
    )
    # of what pyproject.toml selects and ignores, the rules on shapes count
    selected = tuple(code for code in chosen.options.select if code.startswith("KM3"))
    chosen = dataclasses.replace(chosen, options=dataclasses.replace(chosen.options, select=selected))
    looked = _from_stdin(chosen) if chosen.from_stdin else _from_files(chosen)
    _print(looked, chosen)
    for path, kind in ((svg, "svg"), (html, "html")):
        if path is not None:
            draw(path, _drawing(kind, looked.summaries))
    if looked.failures:
        return 2
    wrong = any(p.severity in (Severity.ERROR, Severity.WARNING) for s in looked.summaries for p in s.problems)
    return 1 if wrong or looked.problems else 0


@dataclasses.dataclass(slots=True)
class _Looked:
    """What came of a run: summaries, sources that could not be read, and what went wrong inside kmigrate."""

    summaries: list[Summary] = dataclasses.field(default_factory=list)
    problems: list[Record] = dataclasses.field(default_factory=list)
    failures: list[run.Outcome] = dataclasses.field(default_factory=list)

    def take(self, path: str, source: run.Source | Finding, chosen: options.Chosen, project: Project) -> None:
        """Follow one source."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of Python's parser, about the user's source
                found = summary_of(path, source, chosen, project)
        except Exception as error:  # noqa: BLE001  -- a mistake of kmigrate's on one file must not cost the others
            self.failures.append(run.failed(path, error))
            return
        if isinstance(found, Finding):
            index = LineIndex("") if isinstance(source, Finding) else source.index(source.text)
            self.problems.append(record(found, path, index))
        else:
            self.summaries.append(found)


def _from_stdin(chosen: options.Chosen) -> _Looked:
    looked = _Looked()
    path, _, source = session.from_stdin(chosen)
    looked.take(path, source, chosen, project_of(run.Job(chosen.options, Tree((), ("",)), upgrade=False)))
    return looked


def project_of(job: run.Job) -> Project:
    """The files that names lead into: of all that is there, not only of what the command line names."""
    return run.Worker(dataclasses.replace(job, tree=Tree((), job.tree.roots))).project


def _from_files(chosen: options.Chosen) -> _Looked:
    opened = session.open_session(chosen, upgrade=False)
    looked = _Looked(problems=[found for found in opened.problems if found.code.startswith("KM0")])
    project = project_of(opened.job)
    discovery = opened.discovery
    sources = {*discovery.files, *discovery.notebooks}
    concerned = {path for path in opened.paths if path in sources}
    for path in sorted(concerned | (discovery.named & sources)):
        if path not in concerned:
            looked.summaries.append(Summary(path))
            continue
        project.make_room()
        try:
            source = run.decode(path, python_file.read_bytes(path))
        except OSError as error:
            source = problems.unreadable(problems.reason(error))
        looked.take(path, source, chosen, project)
    return looked


def summary_of(path: str, source: run.Source | Finding, chosen: options.Chosen, project: Project) -> Summary | Finding:
    """What following a source comes to; the finding that says why, where it cannot be read."""
    from kmigrate import engine

    if isinstance(source, Finding):
        return source
    if isinstance(source, Notebook):
        source = source.readable(lambda text: parse_error(text) is None or python2.to_python3(text) is not None)
    followed = engine.follow_source(source.text, chosen.options, path=path, project=project)
    if isinstance(followed, Finding):
        return followed
    return shapes_summary.summarize(followed, path, source.index(source.text), source.text)


def _print(looked: _Looked, chosen: options.Chosen) -> None:
    if chosen.output_format == "json":
        click.echo(shapes_json.render(looked.summaries), nl=False)
    else:
        # in a folder, files that build nothing are not worth a line
        named = [s for s in looked.summaries if s.models or s.others or s.path in chosen.paths or chosen.from_stdin]
        texts = [shapes_text.render(summary, color=True) for summary in named]
        if texts or not (looked.problems or looked.failures):
            click.echo("\n\n".join(texts) or "no file builds a model")
    text_chosen = dataclasses.replace(chosen, output_format="text")
    session.print_findings(looked.problems, text_chosen, err=True)
    session.print_failures(looked.failures)


def _drawing(kind: str, summaries: Iterable[Summary]) -> bytes:
    from kmigrate.report import shapes_html, shapes_svg

    render = shapes_svg.render if kind == "svg" else shapes_html.render
    return render(list(summaries)).encode()


def draw(path: str, content: bytes) -> None:
    """Write ``content`` to ``path``, whatever is there. Raises click.ClickException where that cannot be done."""
    try:
        old = python_file.read_bytes(path)
    except FileNotFoundError:
        old = None
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {problems.reason(error)}") from error
    trouble = write.replace(path, old, content)
    if trouble is not None:
        raise click.ClickException(f"{path}: {trouble.message}")
