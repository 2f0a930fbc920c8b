; The tide rises and falls on its own; rooms only ask how high it is.
macro AddTide(amount)
    LDA TideLevel
    CLC : ADC #<amount>
    STA TideLevel
endmacro

; Called once a frame. Moves the tide by one step whenever the timer ends.
UpdateTide:
    LDA TideTimer
    BNE .count       ; still waiting for the next step
    LDA #!TideStep   ; restart the timer
    STA TideTimer
    LDA TideLevel
    CMP #$0F         ; high tide turns the direction
    BCS .fall
    %AddTide(1)
    RTS
.fall
    DEC TideLevel
    RTS
.count
    DEC TideTimer
    RTS

; Returns carry set when the hero has to swim in this room.
; A room floods when the tide is above its own floor height.
IsRoomFlooded:
    LDX RoomId
    LDA.l RoomFloorHeight,X
    CMP TideLevel    ; carry clear when the floor is lower
    BCC .flooded
    CLC
    RTS
.flooded
    SEC
    RTS

; Floor height of every room, by room number.
RoomFloorHeight:
    db $02, $05, $08, $0B, $03, $0E, $00, $07
