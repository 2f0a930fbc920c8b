"""A cheap first look: may this text hold 65816 assembly at all?

Spares the assembly check a row of prose. It may say yes too often, since the check itself decides;
it must not say no to a listing.
"""

import re
from itertools import groupby

_MNEMONICS = (
    "adc and asl bcc bcs beq bit bmi bne bpl bra brk brl bvc bvs clc cld cli clv cmp cop cpx cpy dec dex dey "
    "eor inc inx iny jml jmp jsl jsr lda ldx ldy lsr mvn mvp nop ora pea pei per pha phb phd phk php phx phy "
    "pla plb pld plp plx ply rep rol ror rti rtl rts sbc sec sed sei sep sta stp stx sty stz tax tay tcd tcs "
    "tdc trb tsb tsc tsx txa txs txy tya tyx wai wdm xba xce"
)
_DIRECTIVES = "db dw dl dd org lorom hirom exlorom exhirom macro incsrc incbin pushpc pullpc namespace struct"


def _group_by_letter(words: list[str]) -> str:
    """An alternation of `words` in any case that decides by the first letter, which is much faster."""
    groups = [
        f"[{letter}{letter.upper()}](?i:{'|'.join(word[1:] for word in same)})"
        for letter, same in groupby(sorted(words), key=lambda word: word[0])
    ]
    return "|".join(groups)


# What a line opens with, after its labels: a word, a macro call, or a fence that names an assembly dialect.
# The literal in front lets the search jump from line to line; possessive repeats never backtrack.
_CODE_OPENING = re.compile(
    r"\n[ \t]*+(?:[^\s:]*+:[ \t]*+|[.+-]\S*+[ \t]++)*+"
    rf"(?:(?:{_group_by_letter((_MNEMONICS + ' ' + _DIRECTIVES).split())})\b|%\w++\("
    r"|[A-Za-z]{2,5}+(?:\.\w)?[ \t]++#\$[0-9A-Fa-f]"
    r"|(?:```|~~~)[`~]*+\w*?(?:asm|asar|assem|65|snes|xkas))"
)


def may_hold_assembly(text: str) -> bool:
    """Whether any line opens like code, or a fence for code."""
    return _CODE_OPENING.search("\n" + text) is not None
