"""Is this text an expression that asar's arithmetic can read?

Owns numbers, names, operators, parentheses and function calls. It judges form only: a name may be
defined anywhere, so an unknown one is no fault. `hide_substitutions` stands before all of it: text
that asar replaces before it reads a line (defines, macro parameters) becomes one wildcard. A space
between parts is taken, as asar 2 does; asar 1.91 does not. Knows nothing of instructions.
"""

import re

from afs_engine.stages.scoring.assembly.verdict import FaultKind

WILDCARD = "\x01"
"""Stands for a `!define` or a `<macro parameter>`: any text at all."""

_SUBSTITUTED = re.compile(r"!\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|!\w+|(?<!<)<\w+>|<\.\.\.(?:\[[^\]<]*\])?>")
_PLAIN = re.compile(r"\$[0-9A-Fa-f]{1,8}|\d{1,10}|%[01]+|\.*[A-Za-z_]\w*")
_ATOM = re.compile(
    r"""\$[0-9A-Fa-f\x01]+ | %[01\x01]+ | \d[\d.\x01]*      # numbers
      | '.' | "[^"]*"                                        # a character, a string for a function
      | \??\.*[A-Za-z_\x01][\w.\x01]*                        # a name
      | \.\.\.(?=\))                                         # sizeof(...)""",
    re.VERBOSE,
)
_NEARBY_LABEL = re.compile(r"\??(?:\++|-+)(?=\)|$)")
_PREFIX = re.compile(r"<:|[-+~]")
_OPERATOR = re.compile(r"\*\*|<<|>>|[-*/%+&|^]")
_CONDITION_PREFIX = re.compile(r"<:|[-+~!]")
_CONDITION_OPERATOR = re.compile(r"\*\*|<<|>>|==|!=|<=|>=|&&|\|\||[-*/%+&|^<>=]")
_FIELD = re.compile(r"\.[A-Za-z_\x01][\w.\x01]*")
_CALL = re.compile(r" ?\(")
_EMPTY_CALL = re.compile(r" ?\( ?\)")
_SPACE = re.compile(" ?")


def hide_substitutions(line: str) -> str:
    """`line` with every define and macro parameter replaced by a wildcard."""
    return _SUBSTITUTED.sub(WILDCARD, line) if "!" in line or "<" in line else line


def find_expression_fault(text: str) -> FaultKind | None:
    """The first fault of an arithmetic expression, or None."""
    if _PLAIN.fullmatch(text):
        return None
    return _Reader(text, _PREFIX, _OPERATOR).find_fault()


def find_condition_fault(text: str) -> FaultKind | None:
    """The same for the condition of `if`, `while` and `assert`, which may also compare."""
    return _Reader(text, _CONDITION_PREFIX, _CONDITION_OPERATOR).find_fault()


class _Reader:
    """Walks an expression once, with a stack of what is open; no recursion, so no depth limit."""

    def __init__(self, text: str, prefix: re.Pattern[str], operator: re.Pattern[str]) -> None:
        self.text = text
        self.at = 0
        self.open: list[str] = []
        self.prefix = prefix
        self.operator = operator

    def find_fault(self) -> FaultKind | None:
        wants_value = True
        while True:
            self._take(_SPACE)
            if self.at >= len(self.text):
                return FaultKind.TRUNCATED if wants_value or self.open else None
            step = self._read_value() if wants_value else self._read_after_value()
            if isinstance(step, FaultKind):
                return step
            wants_value = step

    def _take(self, pattern: re.Pattern[str]) -> str | None:
        match = pattern.match(self.text, self.at)
        if match is None:
            return None
        self.at = match.end()
        return match[0]

    def _read_value(self) -> bool | FaultKind:
        """Reads one value or what stands before it; answers whether a value is still wanted."""
        if self._starts_expression() and self._take(_NEARBY_LABEL) is not None:
            return False
        if self._take(self.prefix) is not None:
            return True
        atom = self._take(_ATOM)
        if atom is not None:
            return self._end_value(atom)
        character = self.text[self.at]
        self.at += 1
        if character == "(":
            self.open.append("(")
            return True
        return FaultKind.BAD_NUMBER if character in "$%" else FaultKind.BAD_OPERAND

    def _starts_expression(self) -> bool:
        """`+` and `--` are labels only as a whole expression: `BRA +`, `dw (-)`."""
        return self.at == 0 or self.text[self.at - 1] == "("

    def _end_value(self, atom: str) -> bool | FaultKind:
        """A value may open a call or a subscript; letters glued to a number are no number."""
        follower = self.text[self.at : self.at + 1]
        if atom[0] in "$%" or atom[0].isdigit():
            glued = follower.isalnum() or follower in ("_", "$", ".")
            return FaultKind.BAD_NUMBER if follower and glued else False
        if not (atom[0].isalpha() or atom[0] in "._?\x01"):
            return False
        if self._take(_EMPTY_CALL) is not None:
            return False
        if self._take(_CALL) is not None:
            self.open.append("call")
            return True
        if follower == "[":
            self.at += 1
            self.open.append("[")
            return True
        return False

    def _read_after_value(self) -> bool | FaultKind:
        """Reads an operator or a closing sign; answers whether a value is wanted next."""
        if self._take(self.operator) is not None:
            return True
        character = self.text[self.at]
        self.at += 1
        opened = self.open[-1] if self.open else ""
        if character == "," and opened == "call":
            return True
        if character == ")" and opened in ("(", "call"):
            self.open.pop()
            return False
        if character == "]" and opened == "[":
            self.open.pop()
            self._take(_FIELD)
            return False
        return FaultKind.BAD_OPERAND
