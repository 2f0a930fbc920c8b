; Anchorite: drops its anchor when the hero stands below.
Anchorite_Main:
    ; Leave early while the sprite is off screen, it must not act there.
    JSR Sprite_CheckOnScreen
    BCC .return
    JSR Anchorite_Move         ; one step of movement a frame
    JSR Anchorite_Touch        ; hurts or helps the hero
.return
    RTS

; Moves the Anchorite. The anchor timer decides how often it changes direction.
Anchorite_Move:
    LDA $0E90,X    ; anchor timer of this sprite
    BNE .wait
    LDA #$3C              ; frames until the next turn
    STA $0E90,X
    JSL GetRandom            ; a direction from 0 to 3
    AND #$03
    STA $0DE0,X
.wait
    DEC $0E90,X
    JSR Sprite_ApplySpeed
    RTS

; What happens when the hero touches the Anchorite: it drops its anchor when the hero stands below.
Anchorite_Touch:
    JSL Sprite_CheckHeroContact
    BCC .none                ; no contact, nothing to do
    LDA #$0A              ; contact effect number 10
    STA $0C09
    LDA HeroState
    CMP #$02                 ; already hurt, do not hurt twice
    BEQ .none
    JSR Hero_ApplyContact
.none
    RTS

Anchorite_Data:
    db $1B, $2E, $3F
