"""What makes Python-Markdown read CommonMark and GitHub's extensions, as editors and authors write them.

Python-Markdown keeps its document, its tree and what it does with both; its processors of blocks and of words
are replaced by these, which follow https://spec.commonmark.org/0.31.2/ and https://github.github.com/gfm/.

- ``lines``: what a line may begin.
- ``blocks``, ``containers``, ``tables``: from lines to a tree.
- ``inline``, ``emphasis``, ``targets``: the words in the tree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Literal, NamedTuple

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.abbr import AbbrTreeprocessor
from markdown.extensions.footnotes import FootnoteExtension

from broadsheet.read.markdown.body_text import Dialect
from broadsheet.read.markdown.syntax import blocks, containers
from broadsheet.read.markdown.syntax.attribute_lists import AttributeLists, suggest_attributes
from broadsheet.read.markdown.syntax.blocks import LineParser
from broadsheet.read.markdown.syntax.inline import Inline
from broadsheet.read.markdown.syntax.lines import load_rules


class Fault(NamedTuple):
    """Something wrong, at the place where ``written`` stands for the ``occurrence``-th time.

    ``sort`` says what becomes of it: a problem, a finding of ``check``, or what becomes of links that lead
    nowhere. With ``begins_line``, only places at the beginning of a line count. ``meant`` has to stand there
    instead, where that is certain.
    """

    written: str
    occurrence: int
    message: str
    hint: str
    sort: Literal["problem", "finding", "link"] = "problem"
    begins_line: bool = False
    meant: str = ""


_TWICE = ("this footnote stands twice", "Give it a label of its own.")
_UNDEFINED = (
    "there is no such footnote",
    "Add a line with it, such as [^1]: Text. To show readers the brackets, write \\[^1].",
)
# So many of a text are named at once: to find the place of each takes longer with each that is before it.
_MOST_NEAR = 100
_UNUSED = "nothing refers to the footnote [^{0}]: readers see it, but no number in the text leads to it"
_UNUSED_HINT = "Write [^{0}] where it belongs, or leave the footnote out."
_NO_TARGET = "this is no link or picture, though it looks like one: readers see it as it is written"
_NO_ATTRIBUTES = "these are no attributes, though they look like some: readers see them as they are written"


class Syntax(Extension):
    """Replaces Python-Markdown's own processors of blocks and words."""

    def __init__(self, footnotes: FootnoteExtension, dialect: Dialect) -> None:
        """Read ``dialect``; give footnotes and the references to them to ``footnotes``."""
        super().__init__()
        self._footnotes = footnotes
        self._dialect = dialect

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name that Python-Markdown calls
        """Replace the processors."""
        md.registerExtension(self)
        md.preprocessors.deregister("html_block")
        self._parser = parser = LineParser(md, load_rules(self._dialect))
        self._definitions = containers.Footnote(parser, self._footnotes)
        self._inline = Inline(md, parser, self._footnotes, autolinks=self._dialect.autolinks)
        abbreviations: dict[str, str] = {}
        self._abbreviations = abbreviations
        processors = (
            blocks.Attributes(parser),
            *((blocks.KramdownExtension(parser),) if self._dialect.kramdown else ()),
            *((blocks.IndentedCode(parser),) if self._dialect.indented_code else ()),
            blocks.Fence(parser),
            blocks.Heading(parser),
            blocks.Rule(parser),
            containers.Quote(parser),
            containers.List(parser),
            blocks.Html(parser),
            self._definitions,
            blocks.Abbreviation(parser, abbreviations),
            containers.Definition(parser),
            containers.Table(parser),
            blocks.Paragraph(parser),
        )
        for at, processor in enumerate(processors):
            parser.blockprocessors.register(processor, type(processor).__name__, len(processors) - at)
        md.parser = parser
        self._footnotes.parser = parser
        md.treeprocessors.register(self._inline, "inline", 20)
        self._attributes = AttributeLists(md)
        md.treeprocessors.register(self._attributes, "attributes", 8)
        md.treeprocessors.register(AbbrTreeprocessor(md, abbreviations), "abbreviations", 7)
        md.treeprocessors.deregister("unescape")

    def find_faults(self) -> tuple[Fault, ...]:
        """Return what is wrong with the footnotes, the links and the lists of attributes of the last text."""
        used = set(self._footnotes.footnote_order)
        unused = (label for label in self._footnotes.footnotes if label not in used)
        return (
            *(Fault(f"[^{label}]:", 2, *_TWICE) for label in _first(self._definitions.again)),
            *(Fault(f"[^{label}]", 1, *_UNDEFINED) for label in _first(self._inline.undefined)),
            *(self._describe_unused(label) for label in _first(unused)),
            *self._describe_near(),
        )

    def _describe_near(self) -> Iterator[Fault]:
        """Yield a fault for each target and each list of attributes that is none."""
        seen: Counter[str] = Counter()
        for near in self._inline.near[:_MOST_NEAR]:
            seen[near.written] += 1
            yield Fault(near.written, seen[near.written], _NO_TARGET, near.hint, "link", meant=near.meant)
        for written in self._attributes.near[:_MOST_NEAR]:
            seen[written] += 1
            yield Fault(written, seen[written], _NO_ATTRIBUTES, suggest_attributes(written))

    def _describe_unused(self, label: str) -> Fault:
        message, hint = _UNUSED.format(label), _UNUSED_HINT.format(label)
        return Fault(f"[^{label}]:", 1, message, hint, "finding", begins_line=True)

    def reset(self) -> None:
        """Forget the last text."""
        self._parser.reset()
        self._inline.undefined.clear()
        self._inline.near.clear()
        self._attributes.near.clear()
        self._definitions.again.clear()
        self._abbreviations.clear()


def _first(labels: Iterable[str]) -> list[str]:
    """Return the labels that are named: the first few, each of which is looked for in the whole text."""
    return list(islice(dict.fromkeys(labels), _MOST_NEAR))
