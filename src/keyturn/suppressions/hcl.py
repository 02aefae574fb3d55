"""Comments in Terraform's HCL, and what they are about: taken down while the file is parsed."""

from __future__ import annotations

import re
from bisect import bisect_right

from keyturn.read.terraform.hcl.error import HclError
from keyturn.read.terraform.hcl.parser import Parser
from keyturn.read.terraform.hcl.syntax import Body, Expression
from keyturn.suppressions.comments import Comment, Written

_COMMENT = re.compile(r"(?:#|//)[^\n]*|/\*.*?\*/", re.DOTALL)


def written(text: str) -> Written:
    """The comments of a file; none of a text that is not HCL."""
    parser = _Parser(text)
    try:
        parser.body(end="")
    except (HclError, RecursionError):
        return Written((), {})
    lines = [0, *(match.end() for match in re.finditer("\n", text))]

    def line(offset: int) -> int:
        return bisect_right(lines, offset)

    ends: dict[int, int] = {}
    for start, end in parser.spans:
        first = line(start)
        ends[first] = max(line(max(start, end - 1)), ends.get(first, first))
    comments = []
    for start, said in sorted(parser.comments.items()):
        begin = lines[line(start) - 1]
        comments.append(Comment(line(start), start - begin + 1, said, not text[begin:start].strip()))
    return Written(tuple(comments), ends)


class _Parser(Parser):
    """The parser, taking down what it passes over, and from where to where everything goes."""

    def __init__(self, text: str, at: int = 0) -> None:
        super().__init__(text, at)
        self.comments: dict[int, str] = {}
        self.spans: list[tuple[int, int]] = []

    def skip(self, *, lines: bool = False) -> None:
        start = self.at
        super().skip(lines=lines)
        for match in _COMMENT.finditer(self.text, start, self.at):
            self.comments[match.start()] = match[0]

    def _item(self, body: Body) -> None:
        start = self.at
        super()._item(body)
        self.spans.append((start, self.at))

    def expression(self) -> Expression:
        self.skip()
        start = self.at
        made = super().expression()
        end = self.at
        while self.text[end - 1].isspace():
            end -= 1
        self.spans.append((start, end))
        return made
