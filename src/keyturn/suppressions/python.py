"""Comments in Python, and what they are about."""

from __future__ import annotations

import ast
import io
import tokenize

from keyturn.suppressions.comments import Comment, Written


def written(text: str) -> Written:
    """The comments of a module; none of a text that is not Python."""
    try:
        tree = ast.parse(text)
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (SyntaxError, ValueError, RecursionError, tokenize.TokenError):
        return Written((), {})
    comments = tuple(
        Comment(*_at(token), token.string, not token.line[: token.start[1]].strip())
        for token in tokens
        if token.type == tokenize.COMMENT
    )
    return Written(comments, _ends(tree))


def _at(token: tokenize.TokenInfo) -> tuple[int, int]:
    return token.start[0], token.start[1] + 1


def _ends(tree: ast.Module) -> dict[int, int]:
    ends: dict[int, int] = {}

    def note(first: int, last: int | None) -> None:
        ends[first] = max(last or first, ends.get(first, first))

    for node in ast.walk(tree):
        if isinstance(node, ast.stmt | ast.expr | ast.keyword):
            note(node.lineno, node.end_lineno)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.decorator_list:
            note(node.decorator_list[0].lineno, node.end_lineno)
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                note((key or value).lineno, value.end_lineno)
    return ends
