"""What makes Python-Markdown read CommonMark and GitHub's extensions, as editors and authors write them.

Python-Markdown keeps its document, its tree and what it does with both; its processors of blocks and of words
are replaced by these, which follow https://spec.commonmark.org/0.31.2/ and https://github.github.com/gfm/.

- ``lines``: what a line may begin.
- ``blocks``, ``containers``, ``tables``: from lines to a tree.
- ``inline``, ``emphasis``, ``targets``: the words in the tree.
"""

from __future__ import annotations

from typing import NamedTuple

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.abbr import AbbrTreeprocessor
from markdown.extensions.footnotes import FootnoteExtension

from broadsheet.read.markdown.body_text import Dialect
from broadsheet.read.markdown.syntax import blocks, containers
from broadsheet.read.markdown.syntax.attribute_lists import AttributeLists
from broadsheet.read.markdown.syntax.blocks import LineParser
from broadsheet.read.markdown.syntax.inline import Inline
from broadsheet.read.markdown.syntax.lines import load_rules


class Fault(NamedTuple):
    """Something wrong, at the place where ``written`` stands for the ``occurrence``-th time."""

    written: str
    occurrence: int
    message: str
    hint: str


_TWICE = ("this footnote stands twice", "Give it a label of its own.")
_UNDEFINED = (
    "there is no such footnote",
    "Add a line with it, such as [^1]: Text. To show readers the brackets, write \\[^1].",
)
_UNUSED = (
    "nothing refers to this footnote",
    "Write its label, such as [^1], where it belongs, or leave it out.",
)


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
        md.treeprocessors.register(AttributeLists(md), "attributes", 8)
        md.treeprocessors.register(AbbrTreeprocessor(md, abbreviations), "abbreviations", 7)
        md.treeprocessors.deregister("unescape")

    def find_faults(self) -> tuple[Fault, ...]:
        """Return what is wrong with the footnotes of the last text."""
        used = set(self._footnotes.footnote_order)
        unused = (label for label in self._footnotes.footnotes if label not in used)
        return (
            *(Fault(f"[^{label}]:", 2, *_TWICE) for label in self._definitions.again),
            *(Fault(f"[^{label}]", 1, *_UNDEFINED) for label in dict.fromkeys(self._inline.undefined)),
            *(Fault(f"[^{label}]:", 1, *_UNUSED) for label in unused),
        )

    def reset(self) -> None:
        """Forget the last text."""
        self._parser.reset()
        self._inline.undefined.clear()
        self._definitions.again.clear()
        self._abbreviations.clear()
