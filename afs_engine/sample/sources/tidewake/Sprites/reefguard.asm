; Reefguard: blocks the coral gate until its shield breaks.
Reefguard_Main:
    ; Leave early while the sprite is off screen, it must not act there.
    JSR Sprite_CheckOnScreen
    BCC .return
    JSR Reefguard_Move         ; one step of movement a frame
    JSR Reefguard_Touch        ; hurts or helps the hero
.return
    RTS

; Moves the Reefguard. The shield timer decides how often it changes direction.
Reefguard_Move:
    LDA $0E10,X    ; shield timer of this sprite
    BNE .wait
    LDA #$1C              ; frames until the next turn
    STA $0E10,X
    JSL GetRandom            ; a direction from 0 to 3
    AND #$03
    STA $0DE0,X
.wait
    DEC $0E10,X
    JSR Sprite_ApplySpeed
    RTS

; What happens when the hero touches the Reefguard: it blocks the coral gate until its shield breaks.
Reefguard_Touch:
    JSL Sprite_CheckHeroContact
    BCC .none                ; no contact, nothing to do
    LDA #$02              ; contact effect number 2
    STA $0C01
    LDA HeroState
    CMP #$02                 ; already hurt, do not hurt twice
    BEQ .none
    JSR Hero_ApplyContact
.none
    RTS

Reefguard_Data:
    db $03, $06, $07
