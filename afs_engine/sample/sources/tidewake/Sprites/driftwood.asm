; Driftwood: floats with the tide and can be ridden.
Driftwood_Main:
    ; Leave early while the sprite is off screen, it must not act there.
    JSR Sprite_CheckOnScreen
    BCC .return
    JSR Driftwood_Move         ; one step of movement a frame
    JSR Driftwood_Touch        ; hurts or helps the hero
.return
    RTS

; Moves the Driftwood. The raft timer decides how often it changes direction.
Driftwood_Move:
    LDA $0E40,X            ; raft timer of this sprite
    BNE .wait
    LDA #$28              ; frames until the next turn
    STA $0E40,X
    JSL GetRandom            ; a direction from 0 to 3
    AND #$03
    STA $0DE0,X
.wait
    DEC $0E40,X
    JSR Sprite_ApplySpeed
    RTS

; What happens when the hero touches the Driftwood: it floats with the tide and can be ridden.
Driftwood_Touch:
    JSL Sprite_CheckHeroContact
    BCC .none                ; no contact, nothing to do
    LDA #$05              ; contact effect number 5
    STA $0C04
    LDA HeroState
    CMP #$02                 ; already hurt, do not hurt twice
    BEQ .none
    JSR Hero_ApplyContact
.none
    RTS

Driftwood_Data:
    db $0C, $15, $1C
