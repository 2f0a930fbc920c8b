; Kelpvine: grows one segment for each room the hero visits.
Kelpvine_Main:
    ; Leave early while the sprite is off screen, it must not act there.
    JSR Sprite_CheckOnScreen
    BCC .return
    JSR Kelpvine_Move         ; one step of movement a frame
    JSR Kelpvine_Touch        ; hurts or helps the hero
.return
    RTS

; Moves the Kelpvine. The segment timer decides how often it changes direction.
Kelpvine_Move:
    LDA $0E80,X            ; segment timer of this sprite
    BNE .wait
    LDA #$38              ; frames until the next turn
    STA $0E80,X
    JSL GetRandom            ; a direction from 0 to 3
    AND #$03
    STA $0DE0,X
.wait
    DEC $0E80,X
    JSR Sprite_ApplySpeed
    RTS

; What happens when the hero touches the Kelpvine: it grows one segment for each room the hero visits.
Kelpvine_Touch:
    JSL Sprite_CheckHeroContact
    BCC .none                ; no contact, nothing to do
    LDA #$09              ; contact effect number 9
    STA $0C08
    LDA HeroState
    CMP #$02                 ; already hurt, do not hurt twice
    BEQ .none
    JSR Hero_ApplyContact
.none
    RTS

Kelpvine_Data:
    db $18, $29, $38
