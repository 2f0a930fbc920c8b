"""Marks of a command that depend on all that came before it in its text.

Owns what is followed from command to command: repetition, the register widths that REP and SEP set, what
was last put into a register and whether it was used, what set the flags that a branch asks, and the stack.
Each mark is a short text; what a mark means for the verdict is learnt. Knows no hashes and no weights.
"""

from afs_engine.stages.discriminator.ngram.commands import LABEL, Command

_MOST_SEEN = 3
_FARTHEST = 4
_WIDTH_BITS = {"a": 0x20, "x": 0x10}

_LOADS = {
    "a": ("lda", "pla", "txa", "tya", "tdc", "tsc"),
    "x": ("ldx", "plx", "tax", "tyx", "tsx"),
    "y": ("ldy", "ply", "tay", "txy"),
}
"""What a register gets a new value from, whatever was in it."""
_CHANGES = {
    "a": ("adc", "sbc", "and", "ora", "eor", "xba"),
    "x": ("inx", "dex"),
    "y": ("iny", "dey"),
}
_USES = {
    "a": ("sta", "pha", "tax", "tay", "cmp", "bit", "tcd", "tcs"),
    "x": ("stx", "phx", "txa", "txy", "cpx"),
    "y": ("sty", "phy", "tya", "tyx", "cpy"),
}
_CHANGE_ACCUMULATOR = ("asl", "lsr", "rol", "ror", "inc", "dec")  # without an operand, or with A
_SET_CARRY = frozenset(("cmp", "cpx", "cpy", "adc", "sbc", "asl", "lsr", "rol", "ror", "clc", "sec"))
_ASK_CARRY = frozenset(("bcc", "bcs", "adc", "sbc", "rol", "ror"))
_ASK_RESULT = frozenset(("beq", "bne", "bpl", "bmi"))
_PUSHED_BY = {"pla": "pha", "plx": "phx", "ply": "phy", "plb": "phb", "plp": "php", "pld": "phd"}
_PUSHES = {**{name: name for name in _PUSHED_BY.values()}, "phk": "phb"}  # PHK, PLB: the usual pair
_STORES = ("sta", "stx", "sty", "stz")
_JUMPS = ("bra", "brl", "jmp", "bcc", "bcs", *_ASK_RESULT)
_KEEP_RESULT = frozenset((*_PUSHES, *_STORES, *_JUMPS, "nop", "clc", "sec", "rep", "sep"))
_RETURNS = frozenset(("rts", "rtl", "rti"))
_LEAVES = frozenset(("jsr", "jsl", "jmp", "bra", "rts", "rtl"))


def _turn(names_by_register: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {name: register for register, names in names_by_register.items() for name in names}


_LOADED, _CHANGED, _USED = map(_turn, (_LOADS, _CHANGES, _USES))


class Flow:
    """What has happened so far in one text."""

    def __init__(self) -> None:
        self._place = 0
        self._seen: dict[int, int] = {}
        self._widths = {"a": "", "x": ""}
        self._origins = {"a": ("", True), "x": ("", True), "y": ("", True)}  # from what, and used since
        self._carry = self._result = ("", 0)  # set by what, and where
        self._stack: list[str] = []

    def read(self, command: Command) -> list[str]:
        """The marks of the next command."""
        marks = [f"fault {command.fault}", *self._mark_repetition(command)]
        if command.text != LABEL:
            marks += self._mark_widths(command) + self._mark_registers(command)
            marks += self._mark_flags(command.name) + self._mark_stack(command.name)
        if command.text == LABEL or command.name in _LEAVES:
            self._forget(command.name)
        self._place += 1
        return marks

    def _mark_repetition(self, command: Command) -> list[str]:
        times = self._seen.get(command.whole, 0)
        self._seen[command.whole] = times + 1
        if not times or command.text == LABEL:
            return []
        return [f"seen {min(times, _MOST_SEEN)}", f"seen {command.name}"]

    def _mark_widths(self, command: Command) -> list[str]:
        """A width set, or an immediate under the width in force; PLP unsettles both."""
        name, widths = command.name, self._widths
        if name in ("rep", "sep"):
            touched = [register for register, bit in _WIDTH_BITS.items() if command.flags & bit]
            marks = [f"mode {name} {register} {widths[register]}" for register in touched]
            widths.update(dict.fromkeys(touched, name))
            return marks
        if name == "plp":
            widths.update(a="", x="")
        if not command.immediate_digits:
            return []
        register = "x" if name[-1] in "xy" else "a"
        return [f"width {register} {widths[register]} {command.immediate_digits}"]

    def _mark_registers(self, command: Command) -> list[str]:
        """Registers that are used, with where their value is from; and values lost without a use."""
        name, marks = command.name, []
        changed = _CHANGED.get(name, "")
        if name in _CHANGE_ACCUMULATOR and command.argument in ("", "a"):
            changed = "a"
        for register in sorted({_USED.get(name, ""), changed, command.index} - {""}):
            origin, used = self._origins[register]
            marks.append(f"uses {name} {register} {origin} {used}")
            self._origins[register] = (origin, True)
        if loaded := _LOADED.get(name, ""):
            origin, used = self._origins[loaded]
            marks.append(f"loads {name} over {origin} {used}")
        if new := loaded or changed:
            self._origins[new] = (name, False)
        return marks

    def _mark_flags(self, name: str) -> list[str]:
        """What set the carry or the result that a command asks, and how far back."""
        marks = []
        for asks, kind, (setter, place) in (
            (name in _ASK_CARRY, "carry", self._carry),
            (name in _ASK_RESULT, "result", self._result),
        ):
            if asks:
                marks.append(f"{kind} {name} {setter} {min(self._place - place, _FARTHEST)}")
        if name in _SET_CARRY:
            self._carry = (name, self._place)
        if name not in _KEEP_RESULT:
            self._result = (name, self._place)
        return marks

    def _mark_stack(self, name: str) -> list[str]:
        if name in _PUSHES:
            self._stack.append(_PUSHES[name])
        if name in _PUSHED_BY:
            return [f"pull {name} {self._stack.pop() if self._stack else ''}"]
        return [f"return {name} {len(self._stack)}"] if name in _RETURNS else []

    def _forget(self, name: str) -> None:
        """From elsewhere, or after elsewhere: registers and flags hold what we can't see."""
        self._origins = dict.fromkeys(self._origins, (name, True))
        self._carry = self._result = (name, self._place)
