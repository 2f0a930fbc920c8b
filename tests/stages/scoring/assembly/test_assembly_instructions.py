"""One command at a time: what asar takes, and the kind of fault in what it does not."""

import pytest

from afs_engine.stages.scoring.assembly.lines import read_line
from afs_engine.stages.scoring.assembly.verdict import FaultKind

GOOD = """
LDA #$12
LDA.w #$1234
lda.B $12
LDA #!Value
LDA #!{Value}+1
LDA !Anything
LDA.l !Table+$100, X
LDA.b #Label>>16
LDA.b #bank(Label)
LDA #<:Label
LDA.w #Label+1
LDA #~$20
LDA #-1
LDA #--1
LDA #%00110000
LDA #'a'
LDA #' '
LDA #';'
LDA #':'
LDA #'''
LDA #(1<<3)|$04
LDA.b #(1 << bit) ; asar 2 takes the spaces
LDA.w #$7EF340 ; the bank byte is dropped on purpose
LDA ($12)
LDA ($12),Y
LDA ($12,X)
LDA [$12],y
LDA ($03,S),Y
LDA $03,s
LDA $12, X
LDA $1234,Y
LDA.b $12,Y
LDA ($12)+1
LDA (Table-1)*2,x
LDA Struct.field,x
LDA Struct[2].field
LDA .sub
LDA ..deeper
LDA ?macro_label
LDA #max(1, min(2, 3))
LDA #f()
LDA #read1($008000+Label)
LDA #sizeof(Struct)
LDA <parameter>
LDA.b #<parameter>+1
LDX.b #<sheet>>>16
ASL
ASL A
asl a
ASL #4
INC
NOP #3
INX #2
BRK
BRK #$12
COP #$12
WDM #$42
REP #$30
SEP #%00100000
MVN $7E,$7F
MVP $7E, $7F
MVN $7E7F
PEA $1234
PEI ($12)
PER Label
PHB : PHK : PLB
JMP ($1234)
JMP [$1234]
JML [$1234]
JML $123456
JMP ($1234,X)
JSR (Table, X)
JSR.w Label
JSL.l Label
BRA +
BRA --
BRL Label
BNE ?+
BEQ $12
STX $12,Y
STY $12,X
LDX $1234,Y
"""

BAD = """
[UNKNOWN_MNEMONIC]
MOV A,#$12
LOAD $12
JPM Label
LDD #$12
INA
TAD
BLT Label
Label
NOPE
LDA2 $12
XYZ.b $1
[ADDRESSING_MODE]
STA #$12
LDX $12,X
STZ $12,Y
STZ ($12)
LDY ($12),Y
BIT $12,Y
TSB $12,X
CPX $12,X
LDA A
RTS $12
CLC A
PEA #$12
PEI $12
BRA #$12
JSL (Label)
JML ($1234)
JSR [$12]
LDA ($12,Y)
LDA ($12,S)
LDX #$10,Y
DEX $12
[INDEX_REGISTER]
LDA $12,Q
STA Label, Z
LDA $1234, A
JSR Label, Q
LDA $12,XX
[BAD_NUMBER]
LDA $12G4
LDA #$G
LDA #%102
LDA 12a
LDA #$
LDA #%
STA $7E12Z4,X
LDA #1.2.z
LDA ($1H),Y
[TRUNCATED]
LDA
STA
JSR
LDA #
LDA ($12
LDA ($12,X
LDA [$12
LDA $12,
LDA #(1+2
MVN $7E,
LDA #$12+
LDA $12++
LDA #f(
[BAD_OPERAND]
LDA foo bar
LDA $12 $13
LDA #1+2)
LDA )
STA $7E:1234
LDA #@
LDA #$12<$13
LDA #<Label
LDA #>Label
LDA #^Label
LDA #'ab'
LDA [$12],X
LDA #,1
MVN #$7E,#$7F
MVN $7E,$7F,$80
LDA #f(1,)
[TOO_WIDE]
LDA.b #$1234
LDA.b $1234
STX $1234,Y
STZ $123456
JSR $123456
LDA ($1234)
REP #$1234
LDA $7E0000,Y
[BAD_SUFFIX]
LDA.q $12
LDA. $12
RTS.w
JSR.l Label
JML.w Label
STZ.l Label
PEI.w ($12)
STA.l $12,Y
[OPEN_QUOTE]
db "text
LDA #'a
print "x
"""


def list_bad() -> list[tuple[FaultKind, str]]:
    """Every line of `BAD` with the kind named above it."""
    pairs, kind = [], FaultKind.BAD_OPERAND
    for line in BAD.strip().splitlines():
        if line[:1] == "[":
            kind = FaultKind[line.strip("[]")]
        else:
            pairs.append((kind, line))
    return pairs


@pytest.mark.parametrize("line", GOOD.strip().splitlines())
def test_an_instruction_asar_takes_has_no_fault(line: str) -> None:
    reading = read_line(f"  {line} ; a comment")
    assert reading.fault is None
    assert reading.assembles


@pytest.mark.parametrize(("kind", "line"), list_bad())
def test_a_faulty_instruction_is_refused_by_kind(kind: FaultKind, line: str) -> None:
    assert read_line(line).fault is kind
    if '"' not in line and "'" not in line:
        assert read_line(f".label  {line} ; comment").fault is kind
        assert read_line(f"NOP : {line}").fault is kind


def test_an_operator_in_a_literal_character_hides_nothing() -> None:
    assert read_line("LDA #';' : MOV X").fault is FaultKind.UNKNOWN_MNEMONIC
    assert read_line("LDA #'a' ; ' MOV X").fault is None
