; ---------------------------------------------------------
; Work RAM of the Tidewake engine
; ---------------------------------------------------------

TideLevel = $7E0F00  ; current tide: 0 is low, 15 is high
TideTimer = $7E0F02  ; frames until the tide moves by one step
HeroHealth = $7E0F03  ; health in quarter shells
HeroMaxHealth = $7E0F04  ; upper limit of HeroHealth
HeroSpeed = $7E0F05  ; movement speed in 1/16 pixels a frame
HeroFacing = $7E0F07  ; 0 up, 2 down, 4 left, 6 right
HeroState = $7E0F08  ; 0 walk, 1 swim, 2 hurt, 3 ride, 4 frozen
HeldItem = $7E0F09  ; index of the item in hand, 0 for none
ShellCount = $7E0F0A  ; shells carried, decimal, at most 999
RoomId = $7E0F0C  ; number of the current room
RoomFlags = $7E0F0D  ; bit 7 cleared, bit 6 chest open, bits 0-3 doors
LampOil = $7E0F0E  ; oil left in the lamp, one unit a second
BellRings = $7E0F0F  ; how often the bell was rung in this room
PearlBits = $7E0F11  ; one bit for each pearl found
InkTimer = $7E0F12  ; frames of ink slowdown left
FrameCount = $7E0F13  ; counts every NMI, wraps at 256
DmaPending = $7E0F14  ; nonzero when the NMI has transfers to do
MenuPage = $7E0F16  ; page of the pause menu that is open
QuestStep = $7E0F17  ; step of the main quest, see the quest guide
BossPhase = $7E0F18  ; phase of the boss in this room

; tuning values
!TideStep = $40  ; frames between two steps of the tide
!MaxShells = $03E7  ; 999, the most shells the counter can show
!LampDrain = $3C  ; one second in frames
!InkSlow = $08  ; speed while the ink lasts
!HeartQuarter = $04  ; quarters in a full shell of health
!BossHealth = $30  ; hits a boss takes in its first phase
