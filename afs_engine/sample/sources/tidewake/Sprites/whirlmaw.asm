; Whirlmaw: pulls every loose item toward its center.
Whirlmaw_Main:
    ; Leave early while the sprite is off screen, it must not act there.
    JSR Sprite_CheckOnScreen
    BCC .return
    JSR Whirlmaw_Move         ; one step of movement a frame
    JSR Whirlmaw_Touch        ; hurts or helps the hero
.return
    RTS

; Moves the Whirlmaw. The pull timer decides how often it changes direction.
Whirlmaw_Move:
    LDA $0EA0,X            ; pull timer of this sprite
    BNE .wait
    LDA #$40              ; frames until the next turn
    STA $0EA0,X
    JSL GetRandom            ; a direction from 0 to 3
    AND #$03
    STA $0DE0,X
.wait
    DEC $0EA0,X
    JSR Sprite_ApplySpeed
    RTS

; What happens when the hero touches the Whirlmaw: it pulls every loose item toward its center.
Whirlmaw_Touch:
    JSL Sprite_CheckHeroContact
    BCC .none                ; no contact, nothing to do
    LDA #$0B              ; contact effect number 11
    STA $0C0A
    LDA HeroState
    CMP #$02                 ; already hurt, do not hurt twice
    BEQ .none
    JSR Hero_ApplyContact
.none
    RTS

Whirlmaw_Data:
    db $1E, $33, $46
