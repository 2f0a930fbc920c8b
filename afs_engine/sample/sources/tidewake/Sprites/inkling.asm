; Inkling: sprays ink that halves the hero's speed.
Inkling_Main:
    ; Leave early while the sprite is off screen, it must not act there.
    JSR Sprite_CheckOnScreen
    BCC .return
    JSR Inkling_Move         ; one step of movement a frame
    JSR Inkling_Touch        ; hurts or helps the hero
.return
    RTS

; Moves the Inkling. The ink timer decides how often it changes direction.
Inkling_Move:
    LDA $0E20,X            ; ink timer of this sprite
    BNE .wait
    LDA #$20              ; frames until the next turn
    STA $0E20,X
    JSL GetRandom            ; a direction from 0 to 3
    AND #$03
    STA $0DE0,X
.wait
    DEC $0E20,X
    JSR Sprite_ApplySpeed
    RTS

; What happens when the hero touches the Inkling: it sprays ink that halves the hero's speed.
Inkling_Touch:
    JSL Sprite_CheckHeroContact
    BCC .none                ; no contact, nothing to do
    LDA #$03              ; contact effect number 3
    STA $0C02
    LDA HeroState
    CMP #$02                 ; already hurt, do not hurt twice
    BEQ .none
    JSR Hero_ApplyContact
.none
    RTS

Inkling_Data:
    db $06, $0B, $0E
