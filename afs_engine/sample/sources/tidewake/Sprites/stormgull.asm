; Stormgull: steals one rupee-like shell on contact.
Stormgull_Main:
    ; Leave early while the sprite is off screen, it must not act there.
    JSR Sprite_CheckOnScreen
    BCC .return
    JSR Stormgull_Move         ; one step of movement a frame
    JSR Stormgull_Touch        ; hurts or helps the hero
.return
    RTS

; Moves the Stormgull. The shell timer decides how often it changes direction.
Stormgull_Move:
    LDA $0E70,X    ; shell timer of this sprite
    BNE .wait
    LDA #$34              ; frames until the next turn
    STA $0E70,X
    JSL GetRandom            ; a direction from 0 to 3
    AND #$03
    STA $0DE0,X
.wait
    DEC $0E70,X
    JSR Sprite_ApplySpeed
    RTS

; What happens when the hero touches the Stormgull: it steals one rupee-like shell on contact.
Stormgull_Touch:
    JSL Sprite_CheckHeroContact
    BCC .none                ; no contact, nothing to do
    LDA #$08              ; contact effect number 8
    STA $0C07
    LDA HeroState
    CMP #$02                 ; already hurt, do not hurt twice
    BEQ .none
    JSR Hero_ApplyContact
.none
    RTS

Stormgull_Data:
    db $15, $24, $31
