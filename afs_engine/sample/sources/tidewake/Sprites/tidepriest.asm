; Tidepriest: heals all foes in the room at high tide.
Tidepriest_Main:
    ; Leave early while the sprite is off screen, it must not act there.
    JSR Sprite_CheckOnScreen
    BCC .return
    JSR Tidepriest_Move         ; one step of movement a frame
    JSR Tidepriest_Touch        ; hurts or helps the hero
.return
    RTS

; Moves the Tidepriest. The heal timer decides how often it changes direction.
Tidepriest_Move:
    LDA $0EB0,X    ; heal timer of this sprite
    BNE .wait
    LDA #$44              ; frames until the next turn
    STA $0EB0,X
    JSL GetRandom            ; a direction from 0 to 3
    AND #$03
    STA $0DE0,X
.wait
    DEC $0EB0,X
    JSR Sprite_ApplySpeed
    RTS

; What happens when the hero touches the Tidepriest: it heals all foes in the room at high tide.
Tidepriest_Touch:
    JSL Sprite_CheckHeroContact
    BCC .none                ; no contact, nothing to do
    LDA #$0C              ; contact effect number 12
    STA $0C0B
    LDA HeroState
    CMP #$02                 ; already hurt, do not hurt twice
    BEQ .none
    JSR Hero_ApplyContact
.none
    RTS

Tidepriest_Data:
    db $21, $38, $4D
