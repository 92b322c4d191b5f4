"""Words on the command line to one call; a result to an exit status.

Exit status 0: done; 1: there are problems, all of them shown; 2: the command was used wrongly. Problems
go to standard error, or as JSON lines to standard output, and inside a GitHub Actions run as
annotations too.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import json
import os
import re
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from broadsheet import __version__
from broadsheet.common.problems import Problem, Problems, as_annotation, as_json, printed
from broadsheet.common.progress import Progress

if TYPE_CHECKING:
    from tqdm import tqdm

    from broadsheet.build.schedule import Held

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_PORTS = 65_536
_SHOWN_PATHS = 10


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that ``arguments`` (by default the process's own) name; return the exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    parser = _parser()
    if not words or (words[0].startswith("-") and words[0] not in {"-h", "--help", "--version"}):
        words.insert(0, "build")
    options = parser.parse_args(words)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except Problems as error:
        _show(error.problems, as_lines=getattr(options, "json", False))
        if command is _build and not options.json:
            print(f"{_number(len(error.problems), 'problem')}; nothing was written.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. Nothing was left half-written.", file=sys.stderr)
        return 1
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - whoever read us is gone
        return 1
    except (OSError, sqlite3.OperationalError) as error:
        print(f"{_refused(error)}. Every file is whole; build again once that is mended.", file=sys.stderr)
        return 1


def _build(options: argparse.Namespace) -> int:
    from broadsheet.build.pipeline import BuildRequest, build  # noqa: PLC0415 - what a command does not need it does not load
    from broadsheet.build.size_report import PAGES_LIMIT  # noqa: PLC0415
    from broadsheet.build.workers import reduce_gc_frequency  # noqa: PLC0415

    began = time.monotonic()
    reduce_gc_frequency()
    request = BuildRequest(
        site=options.site,
        output=_output(options),
        as_of=options.as_of,
        base_url=options.base_url or "",
        drafts=options.drafts,
        jobs=options.jobs or os.cpu_count() or 1,
        verify=options.verify,
    )
    watch = _Watch()
    result = build(request, watch if options.json else Progress() if options.quiet else _progress())
    took = time.monotonic() - began
    if options.json:
        summary = dataclasses.asdict(result) | {"seconds": round(took, 3), "stages": watch.stages()}
        print(json.dumps(summary, ensure_ascii=False, default=str, sort_keys=True))
    elif not options.quiet:
        unchanged = result.outputs - result.written
        used = 100 * result.size / PAGES_LIMIT
        print(
            f"{_number(result.articles, 'article')}: {_number(result.outputs, 'output')},"
            f" {result.written:,} written, {unchanged:,} unchanged, {result.removed:,} removed;"
            f" {_bytes(result.size)} ({used:.1f}% of GitHub Pages' 1 GB); {took:.1f} s"
        )
        if result.size_report:
            print("That is near what GitHub Pages takes, or more. What takes the space:")
        for share in result.size_report:
            print(f"  {share.sort}: {_bytes(share.size)} in {_number(share.outputs, 'file')}")
        if result.excluded:
            print(f"{_number(result.excluded, 'Markdown file')} left out, as [content] exclude says")
        _print_held(result.held)
    return 0


def _print_held(held: Iterable[Held]) -> None:
    for each in held:
        when = f"appears {each.appears:%Y-%m-%d %H:%M %z}" if each.appears else "a draft"
        print(f"held back: {each.path} ({each.title}): {when}")


def _serve(options: argparse.Namespace) -> int:
    from broadsheet.serve import ServeOptions, serve  # noqa: PLC0415
    from broadsheet.serve.session import PreviewOptions  # noqa: PLC0415

    preview = PreviewOptions(
        site=options.site,
        as_of=options.as_of,
        readers=options.no_drafts,
        jobs=options.jobs or os.cpu_count() or 1,
    )
    if options.host not in _LOOPBACK:
        print(
            f"Listening on {options.host}: whoever reaches this machine can read what is not published yet.",
            file=sys.stderr,
        )
    serving = ServeOptions(preview=preview, host=options.host, port=options.port, browser=options.open)
    try:
        serve(serving, lambda line: print(line, flush=True))
    except KeyboardInterrupt:
        print()
    return 0


def _check(options: argparse.Namespace) -> int:
    from broadsheet.check import CheckRequest, check  # noqa: PLC0415

    began, now = time.monotonic(), dt.datetime.now(dt.UTC)
    request = CheckRequest(
        site=options.site,
        output=_output(options),
        base_url=options.base_url or "",
        jobs=options.jobs or os.cpu_count() or 1,
        external=options.external,
        now=now,
    )
    findings = check(request, Progress() if options.json else _progress())
    problems = (*findings.problems, *_broken_promises(options, now))
    for level, found in (("note", findings.notes), ("problem", problems)):
        for problem in found:
            if options.json:
                print(as_json(problem, level=level))
            elif level == "note":
                print(printed(dataclasses.replace(problem, message=f"note: {problem.message}")))
    if not options.json:
        _show(problems, as_lines=False)
        _annotate(findings.notes, "notice")
        took = time.monotonic() - began
        tried = ", ".join(f"{count:,} {verdict}" for verdict, count in findings.external)
        print(
            f"{_number(findings.files, 'file')}, {_number(findings.links, 'reference')}:"
            f" {_number(len(problems), 'problem')}, {_number(len(findings.notes), 'note')};"
            f"{f' elsewhere {tried};' if tried else ''} {took:.1f} s"
        )
    return 1 if problems else 0


def _broken_promises(options: argparse.Namespace, now: dt.datetime) -> tuple[Problem, ...]:
    """Return what the site would lose of what the sitemap lists, if one was named."""
    if not options.against:
        return ()
    from broadsheet.build.site_folder import settings_of  # noqa: PLC0415
    from broadsheet.publish import url_guard  # noqa: PLC0415
    from broadsheet.publish.published import locate  # noqa: PLC0415

    site, output = options.site, _output(options)
    try:
        request = url_guard.GuardRequest(
            site=site,
            output=output,
            url=options.base_url or settings_of(site).url,
            day=url_guard.check_publishable(site, output, now),
            first=options.first,
        )
        url_guard.guard(locate(options.against), request)
    except Problems as error:
        return error.problems
    return ()


def _new(options: argparse.Namespace) -> int:
    from broadsheet.build.site_folder import settings_of  # noqa: PLC0415
    from broadsheet.commands.starter import Assignment, new_article  # noqa: PLC0415

    settings = settings_of(options.site)
    article = Assignment(
        title=" ".join((options.title or "").split()),
        authors=tuple(options.author),
        dateline=options.dateline,
        section=options.section,
        tags=tuple(options.tag),
    )
    if sys.stdin.isatty() and sys.stdout.isatty():
        from broadsheet.commands.interview import interview  # noqa: PLC0415

        try:
            article = interview(article, options.site, settings, input)
        except (EOFError, KeyboardInterrupt):
            print()  # what is said now does not stand behind the prompt
            raise KeyboardInterrupt from None
    elif not article.title:
        options.refuse("the title is missing, and there is no terminal to ask for it in")
    print(new_article(options.site, settings, article, dt.datetime.now(dt.UTC)))
    return 0


def _publish(options: argparse.Namespace) -> int:
    from broadsheet.publish.branch import PublishRequest, publish  # noqa: PLC0415

    request = PublishRequest(
        site=options.site,
        output=_output(options),
        branch=options.branch,
        remote=options.remote,
        first=options.first,
        dry_run=options.dry_run,
        cname=options.cname or "",
    )
    done = publish(request, _progress())
    count = len(done.added) + len(done.changed) + len(done.removed)
    place = f"{options.branch} of {options.remote}"
    if not count:
        print(f"Nothing is new on {place}; nothing was committed.")
        return 0
    for word, paths in (("add", done.added), ("change", done.changed), ("remove", done.removed)):
        if options.dry_run:
            for path in paths[:_SHOWN_PATHS]:
                print(f"would {word}: {path}")
            if len(paths) > _SHOWN_PATHS:
                print(f"would {word}: {len(paths) - _SHOWN_PATHS:,} more")
    print(
        f"{'Would change' if options.dry_run else 'Published'} {_number(count, 'file')} on {place}:"
        f" {len(done.added):,} added, {len(done.changed):,} changed, {len(done.removed):,} removed"
        f"{f'; commit {done.commit[:12]}' if done.commit else ''}"
    )
    return 0


def _explain(options: argparse.Namespace) -> int:
    from broadsheet.commands.explain import explain  # noqa: PLC0415

    print(explain(options.site, _output(options), options.url))
    return 0


def _due(options: argparse.Namespace) -> int:
    from broadsheet.build.schedule import outlook  # noqa: PLC0415

    found = outlook(options.site)
    if options.json:
        members = {"changes": found.changes, "held": [dataclasses.asdict(each) for each in found.held]}
        print(json.dumps(members, ensure_ascii=False, default=str, sort_keys=True))
        return 0
    print(found.changes.isoformat() if found.changes else "never")
    _print_held(found.held)
    return 0


def _schema(options: argparse.Namespace) -> int:
    from broadsheet.build.site_folder import settings_of  # noqa: PLC0415
    from broadsheet.commands.front_matter_schema import schema  # noqa: PLC0415

    # In ASCII, so that no terminal or shell that it is sent through can write it otherwise.
    print(json.dumps(schema(settings_of(options.site)), indent=2))
    return 0


def _stats(options: argparse.Namespace) -> int:
    from broadsheet.commands.stats import lines, stats  # noqa: PLC0415

    found = stats(options.site)
    if options.json:
        print(json.dumps(dataclasses.asdict(found), ensure_ascii=False, sort_keys=True))
    else:
        print("\n".join(lines(found)))
    return 0


def _clean(options: argparse.Namespace) -> int:
    from broadsheet.build.site_folder import clean  # noqa: PLC0415

    for path in clean(options.site, _output(options), _progress().wait):
        print(f"removed {path}")
    return 0


def _init(options: argparse.Namespace) -> int:
    from broadsheet.commands.starter import init  # noqa: PLC0415

    init(options.folder, dt.datetime.now(dt.UTC))
    print(f"A new site stands in {options.folder}. Build it: broadsheet build --site {options.folder}")
    return 0


def _output(options: argparse.Namespace) -> Path:
    return Path(options.output or options.site / "public")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=Path(sys.argv[0]).name or "broadsheet",
        description="Turns Markdown articles into an HTML news archive. Without a command it builds.",
        epilog="Each command has a --help of its own, with an example.",
    )
    parser.add_argument("--version", action="version", version=f"Broadsheet {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    name = parser.prog

    build = _command(
        commands, "build", _build, "build the site", f"{name} build --output public --as-of 2026-11-05"
    )
    _site_options(build)
    build.add_argument(
        "--base-url", metavar="URL", type=_url, help="the site's address, instead of site.toml's"
    )
    build.add_argument(
        "--as-of",
        metavar="TIME",
        type=_moment,
        help="build the site of this moment, such as 2026-11-05T09:00+04:00",
    )
    build.add_argument("--drafts", action="store_true", help="publish drafts too")
    build.add_argument(
        "--jobs", metavar="N", type=_jobs, help="how many processes work (default: one a core)"
    )
    build.add_argument("--verify", action="store_true", help="look at every file of the output, and mend it")
    build.add_argument("--json", action="store_true", help="print the summary, or the problems, as JSON")
    build.add_argument("--quiet", action="store_true", help="print nothing but problems")

    serve = _command(commands, "serve", _serve, "preview the site while you write", f"{name} serve --open")
    _site_option(serve)
    serve.add_argument(
        "--host", metavar="HOST", default=_LOOPBACK[0], help="where to listen (default: this machine alone)"
    )
    serve.add_argument(
        "--port", metavar="PORT", type=_port, default=8000, help="the first port to try (default: 8000)"
    )
    serve.add_argument("--open", action="store_true", help="open the front page in a browser")
    serve.add_argument(
        "--no-drafts", action="store_true", help="show what readers would get: no drafts, nothing to come"
    )
    serve.add_argument("--as-of", metavar="TIME", type=_moment, help="what is still to come, seen from TIME")
    serve.add_argument(
        "--jobs", metavar="N", type=_jobs, help="how many processes read (default: one a core)"
    )

    check = _command(
        commands, "check", _check, "look for broken links and other faults in the built site", f"{name} check"
    )
    _site_options(check)
    check.add_argument(
        "--base-url", metavar="URL", type=_url, help="the address it was built for, instead of site.toml's"
    )
    check.add_argument(
        "--external", action="store_true", help="try the links that leave the site, too, which takes its time"
    )
    check.add_argument(
        "--jobs", metavar="N", type=_jobs, help="how many processes work (default: one a core)"
    )
    check.add_argument(
        "--against",
        metavar="SITEMAP",
        help="a file, a folder or an address: all that it lists has to be there still",
    )
    check.add_argument("--first", action="store_true", help="nothing may be at SITEMAP yet")
    check.add_argument("--json", action="store_true", help="print each finding as one line of JSON")

    _commands_for_authors(commands, name)

    publish = _command(
        commands, "publish", _publish, "commit the site to a branch and push it", f"{name} publish --dry-run"
    )
    _site_options(publish)
    publish.add_argument(
        "--branch", metavar="NAME", default="gh-pages", help="the branch (default: gh-pages)"
    )
    publish.add_argument("--remote", metavar="NAME", default="origin", help="the remote (default: origin)")
    publish.add_argument("--first", action="store_true", help="nothing was ever published there")
    publish.add_argument("--dry-run", action="store_true", help="only say what would change")
    publish.add_argument("--cname", metavar="HOST", type=_host, help="the domain to write into CNAME")

    explain = _command(
        commands, "explain", _explain, "say why a page is as it is", f"{name} explain /tags/oil/"
    )
    explain.add_argument("url", metavar="URL", help="the page's URL, or its path in the site")
    _site_options(explain)

    due = _command(commands, "due", _due, "say when the site will change by itself", f"{name} due")
    _site_option(due)
    due.add_argument("--json", action="store_true", help="print it as one JSON object")

    clean = _command(commands, "clean", _clean, "remove the output and the state", f"{name} clean")
    _site_options(clean)

    init = _command(commands, "init", _init, "begin a new site", f"{name} init courier")
    init.add_argument("folder", metavar="FOLDER", type=Path, help="a folder that is not there yet, or empty")
    return parser


def _commands_for_authors(commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str) -> None:
    new = _command(commands, "new", _new, "begin a new article", f'{name} new "Harbour bridge opens"')
    new.add_argument("title", metavar="TITLE", nargs="?", help="the headline")
    _site_option(new)
    new.set_defaults(refuse=new.error)
    new.add_argument(
        "--author", metavar="NAME", action="append", default=[], help="who writes it; or several"
    )
    new.add_argument("--dateline", metavar="PLACE", default="", help="where it is filed from")
    new.add_argument("--section", metavar="NAME", default="", help="its section")
    new.add_argument("--tag", metavar="NAME", action="append", default=[], help="a tag; or several")

    stats = _command(commands, "stats", _stats, "print the archive's numbers", f"{name} stats")
    _site_option(stats)
    stats.add_argument("--json", action="store_true", help="print all of them as one JSON object")

    schema = _command(
        commands, "schema", _schema, "print a JSON Schema of the front matter, for editors", f"{name} schema"
    )
    _site_option(schema)


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    command: Callable[[argparse.Namespace], int],
    words: str,
    example: str,
) -> argparse.ArgumentParser:
    described = f"{words[0].upper()}{words[1:]}."
    parser = commands.add_parser(name, help=words, description=described, epilog=f"Example: {example}")
    parser.set_defaults(command=command)
    return parser


def _site_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--site", metavar="DIR", type=Path, default=Path(), help="the site's folder (default: this one)"
    )


def _site_options(parser: argparse.ArgumentParser) -> None:
    _site_option(parser)
    parser.add_argument(
        "--output", metavar="DIR", type=Path, help="the output folder (default: public in the site's)"
    )


def _url(text: str) -> str:
    if not text.startswith(("https://", "http://")) or any(char.isspace() for char in text):
        message = f"{text} is not an address such as https://example.org/archive/"
        raise argparse.ArgumentTypeError(message)
    return text


def _moment(text: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        message = f"{text} is not a time such as 2026-11-05T09:00+04:00"
        raise argparse.ArgumentTypeError(message) from None
    return moment


def _host(text: str) -> str:
    if not re.fullmatch(r"(?!-)[a-z0-9-]{1,63}(\.(?!-)[a-z0-9-]{1,63})+", text.lower()):
        message = f"{text} is not a domain such as news.example.org"
        raise argparse.ArgumentTypeError(message)
    return text.lower()


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < _PORTS:
        message = f"{text} is not a port, 1 to {_PORTS - 1}"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _jobs(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not int(text):
        message = f"{text} is not a number of processes"
        raise argparse.ArgumentTypeError(message)
    return int(text)


class _Lines(Progress):
    """Progress as plain lines: one a stage that is worth it, and one each tenth of it."""

    _WORTH_IT = 2000

    def begin(self, stage: str, count: int) -> None:
        """Print the stage."""
        self._stage, self._count, self._done = stage, count, 0

    def step(self) -> None:
        """Print each tenth of long work."""
        self._done += 1
        if (
            self._count >= self._WORTH_IT
            and self._done * 10 // self._count > (self._done - 1) * 10 // self._count
        ):
            print(f"{self._stage}: {self._done:,} of {self._count:,}", file=sys.stderr)

    def wait(self) -> None:
        """Say what is waited for."""
        print("Another build of this site is running; waiting for it.", file=sys.stderr)


class _Bar(_Lines):
    """Progress as a bar on a terminal, once a stage takes its time."""

    _bar: tqdm[NoReturn] | None = None

    def begin(self, stage: str, count: int) -> None:
        """Begin a bar, when there is anything to do; take away one that did not become full."""
        self._end()
        if count:
            from tqdm import tqdm  # noqa: PLC0415

            self._bar = tqdm(total=count, desc=stage, leave=False, delay=0.5, unit=" files")

    def step(self) -> None:
        """Move it; take it away when it is full."""
        if self._bar:
            self._bar.update()
            if self._bar.n == self._bar.total:
                self._end()

    def _end(self) -> None:
        if self._bar:
            self._bar.close()
        self._bar = None


class _Watch(Progress):
    """Takes the time of each stage, and says nothing."""

    def __init__(self) -> None:
        self._begun: list[tuple[str, float]] = []

    def begin(self, stage: str, count: int) -> None:
        """Note when a stage begins."""
        self._begun.append((stage.lower(), time.monotonic()))

    def stages(self) -> dict[str, float]:
        """Return the seconds that each stage took until now; of one that began anew, all together."""
        taken: dict[str, float] = {}
        for (stage, moment), (_, end) in pairwise([*self._begun, ("", time.monotonic())]):
            taken[stage] = taken.get(stage, 0.0) + end - moment
        return {stage: round(seconds, 3) for stage, seconds in taken.items()}


def _progress() -> Progress:
    return _Bar() if sys.stderr.isatty() else _Lines()


def _show(problems: tuple[Problem, ...], *, as_lines: bool) -> None:
    for problem in problems:
        if as_lines:
            print(as_json(problem))
        else:
            print(printed(problem), file=sys.stderr)
    if not as_lines:
        _annotate(problems, "error")


def _annotate(problems: tuple[Problem, ...], level: str) -> None:
    """Have a GitHub Actions run show problems on the lines of a pull request."""
    if os.environ.get("GITHUB_ACTIONS") == "true":
        for problem in problems:
            print(as_annotation(problem, level))


def _refused(error: OSError | sqlite3.OperationalError) -> str:
    """Say what the system would not do: a full disk, a folder that may not be written to."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _bytes(size: int) -> str:
    for unit, least in (("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1000)):
        if size >= least:
            return f"{size / least:.1f} {unit}"
    return f"{size} bytes"
