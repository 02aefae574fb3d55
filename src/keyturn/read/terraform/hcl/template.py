"""The templates in HCL: quoted strings, heredocs, and the files that `templatefile` renders."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, TypeAlias

from keyturn.read.terraform.hcl.error import HclError
from keyturn.read.terraform.hcl.syntax import Choice, Expression, Literal, Loop, Template

if TYPE_CHECKING:
    from keyturn.read.terraform.hcl.parser import Parser

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_QUOTED = re.compile(r'[^"\\$%\n]+')
_LINES = re.compile(r"[^$%]+")
_DIRECTIVE = re.compile(r"%\{~?\s*(if|else|endif|for|endfor)\b")

Parts: TypeAlias = "list[str | Expression | Choice | Loop]"


def quoted(parser: Parser) -> Literal | Template:
    """The string that begins at the parser's position."""
    parser.at += 1
    parts, _ = _parts(parser, quoted=True, ends=())
    return _made(parts)


def heredoc(parser: Parser, match: re.Match[str]) -> Literal | Template:
    """The lines behind `<<WORD`, up to the one that says it again."""
    end = re.compile(rf"^[ \t]*{re.escape(match[2])}[ \t\r]*$", re.MULTILINE).search(parser.text, match.end())
    if end is None:
        raise HclError(f"`<<{match[2]}` is not closed", match.start())
    lines = parser.text[match.end() : end.start()]
    parser.at = end.end()
    inner = type(parser)(textwrap.dedent(lines) if match[1] else lines)
    inner.depth = parser.depth
    return lines_of(inner)


def lines_of(parser: Parser) -> Literal | Template:
    """A whole text that is a template."""
    parts, _ = _parts(parser, quoted=False, ends=())
    return _made(parts)


def _made(parts: Parts) -> Literal | Template:
    merged: Parts = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(before := merged[-1], str):
            merged[-1] = before + part
        elif part != "":
            merged.append(part)
    if not merged:
        return Literal("")
    return Literal(merged[0]) if len(merged) == 1 and isinstance(merged[0], str) else Template(tuple(merged))


def _parts(parser: Parser, *, quoted: bool, ends: tuple[str, ...]) -> tuple[Parts, str]:
    """The parts up to the closing quote or the end of the text, or up to one of the directives in `ends`, and which of them it was."""
    parts: Parts = []
    while True:
        if parser.at >= len(parser.text):
            if quoted or ends:
                raise parser.wrong("a string is not closed" if quoted else f"`%{{ {ends[-1]} }}` is missing")
            return parts, ""
        if quoted and parser.text.startswith('"', parser.at):
            if ends:
                raise parser.wrong(f"`%{{ {ends[-1]} }}` is missing")
            parser.at += 1
            return parts, ""
        if parser.text.startswith(("$${", "%%{"), parser.at):
            parts.append(parser.text[parser.at + 1 : parser.at + 3])
            parser.at += 3
        elif parser.text.startswith("${", parser.at):
            parser.at += 2
            _strip_before(parser, parts)
            parser.many += 1
            parts.append(parser.expression())
            _close(parser)
            parser.many -= 1
        elif match := _DIRECTIVE.match(parser.text, parser.at):
            parser.at += 2
            _strip_before(parser, parts)
            parser.at = match.end()
            if match[1] in ends:
                _close(parser)
                return parts, match[1]
            parts.append(_directive(parser, match[1], quoted))
        else:
            parts.append(_literal(parser, quoted))


def _strip_before(parser: Parser, parts: Parts) -> None:
    """A `~` on the left takes the space before."""
    if parser.text.startswith("~", parser.at):
        parser.at += 1
        if parts and isinstance(before := parts[-1], str):
            parts[-1] = before.rstrip()


def _close(parser: Parser) -> None:
    """The end of an expression or directive; a `~` on the right takes the space behind."""
    parser.strip = parser.take("~")
    parser.expect("}")


def _directive(parser: Parser, word: str, quoted: bool) -> Choice | Loop:
    parser.deeper()
    parser.many += 1
    made: Choice | Loop
    if word == "if":
        condition = parser.expression()
        _close(parser)
        parser.many -= 1
        then, end = _parts(parser, quoted=quoted, ends=("else", "endif"))
        otherwise: Parts = _parts(parser, quoted=quoted, ends=("endif",))[0] if end == "else" else []
        made = Choice(condition, Template(tuple(then)), Template(tuple(otherwise)))
    elif word == "for":
        key, value, collection = parser.loop_head()
        _close(parser)
        parser.many -= 1
        body, _ = _parts(parser, quoted=quoted, ends=("endfor",))
        made = Loop(key, value, collection, Template(tuple(body)))
    else:
        raise parser.wrong(f"`%{{ {word} }}` stands where nothing is open")
    parser.depth -= 1
    return made


def _literal(parser: Parser, quoted: bool) -> str:
    """Text up to the next thing that is not just text."""
    strip, parser.strip = parser.strip, False
    literal = _text(parser, quoted)
    return literal.lstrip() if strip else literal


def _text(parser: Parser, quoted: bool) -> str:
    if quoted and parser.text.startswith("\\", parser.at):
        return _escape(parser)
    match = (_QUOTED if quoted else _LINES).match(parser.text, parser.at)
    if match is None:
        if parser.text[parser.at] == "\n":
            raise parser.wrong("a string is not closed on its line")
        parser.at += 1
        return parser.text[parser.at - 1]
    parser.at = match.end()
    return match[0]


def _escape(parser: Parser) -> str:
    letter = parser.text[parser.at + 1 : parser.at + 2]
    if letter in _ESCAPES:
        parser.at += 2
        return _ESCAPES[letter]
    length = {"u": 4, "U": 8}.get(letter, 0)
    digits = parser.text[parser.at + 2 : parser.at + 2 + length]
    if length and re.fullmatch(rf"[0-9a-fA-F]{{{length}}}", digits) and int(digits, 16) < 0x110000:
        parser.at += 2 + length
        return chr(int(digits, 16))
    raise parser.wrong(f"`\\{letter}` is no escape")
