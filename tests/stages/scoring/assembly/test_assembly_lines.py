"""Labels, defines, macros and asar's directives."""

import pytest

from afs_engine.stages.scoring.assembly.lines import cut_comment, read_line
from afs_engine.stages.scoring.assembly.verdict import FaultKind

NAMES_ONLY = """
Label:
Label: .sub
.sub
.sub:
..deeper:
.0_TransferParameters:
+
--
+: -:
#Static:
#Name
?macro_label:
?+
#_0CF9E6:
Label_!suffix:
Struct.field:
{
}
!Define = $12
!Define  =  "two words"
!Define += $12
!Define #= $12+1
!Define := !Other
!Define ?= 1
Name = $7E0010
Name   = Other+1
?Name = 3
'A' = $00
; nothing but a comment

lorom
org $008000
org Label+3
org !Base+$10 : base off
base $7E0000
pushpc
namespace Sprite
namespace nested on
namespace off
incsrc "Core/symbols.asm"
incbin gfx/link.bin
incbin "file.bin":$0..$10
table "font.tbl",ltr
print "Done ", hex(pc())
print "ends at ", pc
assert pc() <= $018000
assert !A == 1, "no; really"
if !DEBUG == 1 && not(defined("x"))
elseif !X > 2
else
endif
if stringsequal("a", "b")
if !!flag
while !i < 10
for i = 0..10
endfor
rep 3
skip 3
skip align 4
skip align 4 offset 2
fillbyte $FF
pad $018000
warnpc $018000
macro Draw(x, y)
macro Any(...)
macro None()
endmacro
function offset(x, y) = (x*2)+y
struct Sprite $7E0D00
struct Sub extends Sprite
endstruct align 2
arch spc700
freecode cleaned
freedata
check bankcross off
math pri on
optimize dp always
undef "Name"
cleartable
bank noassume
"""


@pytest.mark.parametrize("line", NAMES_ONLY.strip().splitlines())
def test_names_and_settings_are_no_fault_and_assemble_to_nothing(line: str) -> None:
    reading = read_line(line)
    assert (reading.fault, reading.assembles) == (None, False)


@pytest.mark.parametrize(
    "line",
    [
        "db $12,$13",
        'db "text, with ; and : signs", 0',
        "db 'a', -1, %101, Label>>8",
        "dw Label, .sub, +",
        "dl !Define",
        "dd #$12",
        "fill 3",
        '%Macro(1, $12, "text", Label)',
        "%Macro()",
        "Label: LDA #$12",
        "- LDA $2140 : CMP #$AA : BNE -",
        ".sub LDA #$12",
        "!command $12",
        "<instruction> $12",
        "autoclean JSL Routine",
        "autoclean dl Routine",
        "rep 3 : NOP",
        "if !X == 1 : LDA #$12 : endif",
        "!Define = 3 : LDA !Define",
        "\tLDA\t$12,\tX\t; tabs",
        "@LDA #$12",
    ],
)
def test_lines_that_assemble(line: str) -> None:
    reading = read_line(line)
    assert (reading.fault, reading.assembles) == (None, True)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("1abel:", FaultKind.BAD_LABEL),
        (".sub = $12", FaultKind.BAD_LABEL),
        (": PHA", FaultKind.BAD_LABEL),
        ("PHA :", FaultKind.BAD_OPERAND),
        ("Name = $12G", FaultKind.BAD_NUMBER),
        ("Name =", FaultKind.TRUNCATED),
        ("!Define =", FaultKind.TRUNCATED),
        ("!Define = two words", FaultKind.BAD_DIRECTIVE),
        ("!Define=3", FaultKind.BAD_DIRECTIVE),
        ("!Define #= $12+", FaultKind.TRUNCATED),
        ("org", FaultKind.TRUNCATED),
        ("org $80G0", FaultKind.BAD_NUMBER),
        ("db", FaultKind.TRUNCATED),
        ("db $12,", FaultKind.TRUNCATED),
        ("db $12,,$13", FaultKind.TRUNCATED),
        ("db $12 $13", FaultKind.BAD_OPERAND),
        ("dw Label foo", FaultKind.BAD_OPERAND),
        ("lorom yes", FaultKind.BAD_DIRECTIVE),
        ("arch z80", FaultKind.BAD_DIRECTIVE),
        ("if", FaultKind.TRUNCATED),
        ("if 1 ==", FaultKind.TRUNCATED),
        ("incsrc", FaultKind.TRUNCATED),
        ("macro Draw", FaultKind.BAD_MACRO),
        ("macro Draw(x,)", FaultKind.BAD_MACRO),
        ("%Macro", FaultKind.BAD_MACRO),
        ("%Macro(1, 2", FaultKind.BAD_MACRO),
        ("function f(x)", FaultKind.BAD_DIRECTIVE),
        ("function f(x) = x+", FaultKind.TRUNCATED),
        ("for i = 3", FaultKind.BAD_DIRECTIVE),
        ("PHA:PLA", FaultKind.UNKNOWN_MNEMONIC),
        ("Label:LDA #$12", FaultKind.UNKNOWN_MNEMONIC),
        ("+- LDA #$12", FaultKind.UNKNOWN_MNEMONIC),
        ("NOP : STA #$12 : RTS", FaultKind.ADDRESSING_MODE),
    ],
)
def test_faulty_lines_by_kind(line: str, kind: FaultKind) -> None:
    assert read_line(line).fault is kind


def test_comments_end_code_but_not_inside_quotes() -> None:
    assert cut_comment('db ";" ; a "comment') == 'db ";" '
    assert cut_comment("LDA #';' ; don't") == "LDA #';' "
    assert cut_comment("RTS ; it's over") == "RTS "
    assert cut_comment('db "open') is None


def test_a_line_tells_its_last_directive() -> None:
    reading = read_line("  arch spc700 ; sound")
    assert (reading.command, reading.argument) == ("arch", "spc700")
