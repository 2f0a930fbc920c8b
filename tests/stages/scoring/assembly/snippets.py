"""Assembly shaped like a Zelda hack's source: what the tests of this folder check and corrupt."""

SPRITE_ROUTINE = """\
; =========================================================
; Korok: hides under a rock until the player lifts it

!SPRID = $F1
!NbrTiles = 02 ; number of tiles used in a frame

pushpc
org $1D8000
%Set_Sprite_Properties(Sprite_Korok_Prep, Sprite_Korok_Long)
pullpc

Sprite_Korok_Long:
{
  PHB : PHK : PLB
  JSR Sprite_Korok_Draw
  JSL Sprite_CheckActive : BCC .SpriteIsNotActive
    JSR Sprite_Korok_Main
  .SpriteIsNotActive
  PLB
  RTL
}

Sprite_Korok_Main:
{
  LDA.w SprAction, X
  JSL UseImplicitRegIndexedLocalJumpTable
  dw .waiting
  dw .found

  .waiting
    %PlayAnimation(0, 1, 16)
    LDA.b $22 : CLC : ADC.w #$0008 : STA.b $00
    REP #$20
    LDA [$00], Y : AND.w #$00FF : CMP.w #!NbrTiles*2+1 : BCS +
      INC.w SprTimerA, X
    +
    SEP #%00100000
    LDA ($04,S),Y : EOR #$FF : INC A
    LSR : ROR.b $02
    BRA -
  .found
    LDX.b #<index> : STZ.w SprMiscB, X
    MVN $7E, $7F
    JML $008EA1
}

.sizes
db $02, $00, 'K', "text; here", -1
dw Sprite_Korok_Main-1, .found
"""

PROSE = """\
The sprite keeps a bit of its state in the timer and the animation frame. When the player is
near, the routine will inc the counter and clear it once the sprite is found.

Note: set the bit before you compare. The tax is 5 per rock, and
- and the sprite moves
- bit 7 marks the boss
"""

BY_KIND = {
    "mnemonic": ("LDA.w SprAction, X", "MOV.w SprAction, X"),
    "mode": ("JSR Sprite_Korok_Draw", "JSR #Sprite_Korok_Draw"),
    "digits": ("ADC.w #$0008", "ADC.w #$00G8"),
    "cut off": ("STA.b $00", "STA.b"),
    "index": ("SprTimerA, X", "SprTimerA, Q"),
}


def fence(code: str, tag: str = "asm") -> str:
    return f"Here is the routine:\n\n```{tag}\n{code}```\n\nIt runs once a frame.\n"
