; Saltwraith: passes through walls at low tide only.
Saltwraith_Main:
    ; Leave early while the sprite is off screen, it must not act there.
    JSR Sprite_CheckOnScreen
    BCC .return
    JSR Saltwraith_Move         ; one step of movement a frame
    JSR Saltwraith_Touch        ; hurts or helps the hero
.return
    RTS

; Moves the Saltwraith. The tide timer decides how often it changes direction.
Saltwraith_Move:
    LDA $0E50,X    ; tide timer of this sprite
    BNE .wait
    LDA #$2C              ; frames until the next turn
    STA $0E50,X
    JSL GetRandom            ; a direction from 0 to 3
    AND #$03
    STA $0DE0,X
.wait
    DEC $0E50,X
    JSR Sprite_ApplySpeed
    RTS

; What happens when the hero touches the Saltwraith: it passes through walls at low tide only.
Saltwraith_Touch:
    JSL Sprite_CheckHeroContact
    BCC .none                ; no contact, nothing to do
    LDA #$06              ; contact effect number 6
    STA $0C05
    LDA HeroState
    CMP #$02                 ; already hurt, do not hurt twice
    BEQ .none
    JSR Hero_ApplyContact
.none
    RTS

Saltwraith_Data:
    db $0F, $1A, $23
