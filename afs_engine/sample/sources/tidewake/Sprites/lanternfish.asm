; Lanternfish: drifts toward the light the hero carries.
Lanternfish_Main:
    ; Leave early while the sprite is off screen, it must not act there.
    JSR Sprite_CheckOnScreen
    BCC .return
    JSR Lanternfish_Move         ; one step of movement a frame
    JSR Lanternfish_Touch        ; hurts or helps the hero
.return
    RTS

; Moves the Lanternfish. The light timer decides how often it changes direction.
Lanternfish_Move:
    LDA $0E00,X            ; light timer of this sprite
    BNE .wait
    LDA #$18              ; frames until the next turn
    STA $0E00,X
    JSL GetRandom            ; a direction from 0 to 3
    AND #$03
    STA $0DE0,X
.wait
    DEC $0E00,X
    JSR Sprite_ApplySpeed
    RTS

; What happens when the hero touches the Lanternfish: it drifts toward the light the hero carries.
Lanternfish_Touch:
    JSL Sprite_CheckHeroContact
    BCC .none                ; no contact, nothing to do
    LDA #$01              ; contact effect number 1
    STA $0C00
    LDA HeroState
    CMP #$02                 ; already hurt, do not hurt twice
    BEQ .none
    JSR Hero_ApplyContact
.none
    RTS

Lanternfish_Data:
    db $00, $01, $00
