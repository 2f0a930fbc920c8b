; Bellcrab: rings its bell to call two smaller crabs.
Bellcrab_Main:
    ; Leave early while the sprite is off screen, it must not act there.
    JSR Sprite_CheckOnScreen
    BCC .return
    JSR Bellcrab_Move         ; one step of movement a frame
    JSR Bellcrab_Touch        ; hurts or helps the hero
.return
    RTS

; Moves the Bellcrab. The bell timer decides how often it changes direction.
Bellcrab_Move:
    LDA $0E30,X    ; bell timer of this sprite
    BNE .wait
    LDA #$24              ; frames until the next turn
    STA $0E30,X
    JSL GetRandom            ; a direction from 0 to 3
    AND #$03
    STA $0DE0,X
.wait
    DEC $0E30,X
    JSR Sprite_ApplySpeed
    RTS

; What happens when the hero touches the Bellcrab: it rings its bell to call two smaller crabs.
Bellcrab_Touch:
    JSL Sprite_CheckHeroContact
    BCC .none                ; no contact, nothing to do
    LDA #$04              ; contact effect number 4
    STA $0C03
    LDA HeroState
    CMP #$02                 ; already hurt, do not hurt twice
    BEQ .none
    JSR Hero_ApplyContact
.none
    RTS

Bellcrab_Data:
    db $09, $10, $15
