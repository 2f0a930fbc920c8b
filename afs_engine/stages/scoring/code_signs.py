"""A cheap first look: may this text hold 65816 assembly at all?

Spares the assembly check a row of prose. It may say yes too often, since the check itself decides;
it must not say no to a listing.
"""

_MNEMONICS = (
    "adc and asl bcc bcs beq bit bmi bne bpl bra brk brl bvc bvs clc cld cli clv cmp cop cpx cpy dec dex dey "
    "eor inc inx iny jml jmp jsl jsr lda ldx ldy lsr mvn mvp nop ora pea pei per pha phb phd phk php phx phy "
    "pla plb pld plp plx ply rep rol ror rti rtl rts sbc sec sed sei sep sta stp stx sty stz tax tay tcd tcs "
    "tdc trb tsb tsc tsx txa txs txy tya tyx wai wdm xba xce"
)
_DIRECTIVES = "db dw dl dd org lorom hirom exlorom exhirom macro incsrc incbin pushpc pullpc namespace struct"
_OPENERS = frozenset((_MNEMONICS + " " + _DIRECTIVES).split())
_FENCES = ("```", "~~~")
_DIALECTS = ("asm", "asar", "assembl", "65", "snes", "xkas")


def may_hold_assembly(text: str) -> bool:
    """Whether any line begins, after a label if there is one, like code, or opens a fence for it."""
    return any(_begins_like_code(line) for line in text.splitlines())


def _begins_like_code(line: str) -> bool:
    words = line.split(None, 2)
    if words and words[0].endswith(":"):
        words = words[1:]
    if not words:
        return False
    first = words[0].lower()
    if first.startswith(_FENCES):
        return any(dialect in first for dialect in _DIALECTS)
    return first.partition(".")[0] in _OPENERS or (first.startswith("%") and "(" in first)
