; Pearlclam: opens every 64 frames and shows its pearl.
Pearlclam_Main:
    ; Leave early while the sprite is off screen, it must not act there.
    JSR Sprite_CheckOnScreen
    BCC .return
    JSR Pearlclam_Move         ; one step of movement a frame
    JSR Pearlclam_Touch        ; hurts or helps the hero
.return
    RTS

; Moves the Pearlclam. The pearl timer decides how often it changes direction.
Pearlclam_Move:
    LDA $0E60,X            ; pearl timer of this sprite
    BNE .wait
    LDA #$30              ; frames until the next turn
    STA $0E60,X
    JSL GetRandom            ; a direction from 0 to 3
    AND #$03
    STA $0DE0,X
.wait
    DEC $0E60,X
    JSR Sprite_ApplySpeed
    RTS

; What happens when the hero touches the Pearlclam: it opens every 64 frames and shows its pearl.
Pearlclam_Touch:
    JSL Sprite_CheckHeroContact
    BCC .none                ; no contact, nothing to do
    LDA #$07              ; contact effect number 7
    STA $0C06
    LDA HeroState
    CMP #$02                 ; already hurt, do not hurt twice
    BEQ .none
    JSR Hero_ApplyContact
.none
    RTS

Pearlclam_Data:
    db $12, $1F, $2A
