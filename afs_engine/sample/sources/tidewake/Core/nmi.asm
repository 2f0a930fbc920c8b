; The vertical blank handler. Everything that touches video memory happens here.
org $008000

NmiHandler:
    ; Save what the main loop was doing before anything else.
    REP #$30
    PHA : PHX : PHY
    SEP #$20
    LDA $4210        ; reading acknowledges the interrupt
    INC FrameCount
    LDA DmaPending   ; nothing queued means nothing to copy
    BEQ .done
    JSR RunQueuedTransfers
    STZ DmaPending
.done
    REP #$30
    PLY : PLX : PLA
    RTI

; Copies every queued block to video memory with DMA channel 0.
; The queue ends with a zero length word.
RunQueuedTransfers:
    REP #$20
    LDX #$0000
.next
    LDA $0500,X      ; length of the block
    BEQ .end
    STA $4305
    LDA $0502,X      ; destination in video memory
    STA $2116
    LDA $0504,X      ; source address, low word
    STA $4302
    SEP #$20
    LDA #$01         ; start channel 0
    STA $420B
    REP #$20
    TXA : CLC : ADC #$0008 : TAX
    BRA .next
.end
    SEP #$20
    RTS

; Reads both pads and keeps which buttons are newly pressed.
ReadPads:
    LDA $4212        ; wait until the automatic read is over
    AND #$01
    BNE ReadPads
    REP #$20
    LDA $4218        ; pad 1, all twelve buttons
    TAX
    EOR $F4          ; differs from the last frame
    AND $4218        ; and is held now
    STA $F6
    STX $F4
    SEP #$20
    RTS
