; The pause menu: three pages, drawn by the NMI queue.
Menu_Main:
    ; The page number picks the routine, two bytes an entry.
    LDA MenuPage
    ASL A
    TAX
    JMP (Menu_Pages,X)

Menu_Pages:
    dw Menu_Items, Menu_Map, Menu_Quest

; Draws the item grid; the held item blinks every 16 frames.
Menu_Items:
    JSR Menu_DrawGrid
    LDA FrameCount
    AND #$10         ; blink rate
    BEQ .hide
    JSR Menu_DrawCursor
.hide
    RTS

; Draws the map and marks rooms whose clear flag is set.
Menu_Map:
    LDX #$07         ; eight rooms
.room
    LDA RoomFlags,X
    BPL .skip        ; bit 7 is the clear flag
    JSR Menu_MarkRoom
.skip
    DEX
    BPL .room
    RTS

; Shows the text of the current quest step.
Menu_Quest:
    LDA QuestStep
    ASL A
    TAX
    JSR Menu_PrintStep ; text pointers are two bytes each
    RTS
