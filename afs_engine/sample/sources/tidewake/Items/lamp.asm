; The lamp: lights dark rooms as long as there is oil.
!LampRadius = $28  ; pixels around the hero that are lit

; Burns one unit of oil a second while the lamp is in hand.
Lamp_Update:
    LDA HeldItem
    CMP #$03         ; 3 is the lamp
    BNE .off
    LDA FrameCount
    AND #$3F         ; about once a second
    BNE .lit
    LDA LampOil
    BEQ .off         ; no oil, no light
    DEC LampOil
.lit
    LDA #!LampRadius
    STA $0F60        ; the window routine reads the radius here
    RTS
.off
    STZ $0F60
    RTS

; Refills the lamp at a lighthouse. Never holds more than 99 units.
Lamp_Refill:
    LDA LampOil
    CLC : ADC #$1E   ; thirty units a visit
    CMP #$63
    BCC .store
    LDA #$63         ; ninety-nine is full
.store
    STA LampOil
    RTS
