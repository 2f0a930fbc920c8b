"""A small hack of our own making, with the shapes that trip up a reader of such trees."""

from pathlib import Path

import pytest

LANTERN_ASM = """\
; =========================================================
; Lantern enemy
; =========================================================

!Health = 04 ; hits it takes
!Speed  = $18

; Where the light is kept between frames
LightX = $7E0F10
LightY = $7E0F12

; =========================================================
; Moves the lantern toward the player
; and lets it flicker.

org $0DB080 : LanternHook: ; @hook module=Sprites
Sprite_Lantern_Main:
{
  JSL Sprite_CheckActive : BCC .inactive
    ; note: this colon is prose, not a label
    JSR Lantern_Flicker ; every frame
  .inactive
  BNE +
    LDA.b #$21 ; LDA.b #$22 : STA $00
  +
  RTL

  Lantern_Hide:
  {
    STZ.w LightX ; the light goes out
    ; wait for the player to come near
    RTS
  }
}

Lantern_Flicker:
Lantern_FlickerAlt:
  LDA $1A : AND #$01 : BEQ -
  ; LDA #$02
  RTS

Lantern_Bare:
  RTS

; Glow level per frame
LanternGlow: db $00, $01, $02
"""

RAM_ASM = """\
; The whole map of memory

base $7E0730
{
MenuRow:  skip 1
MenuTimer: skip 2 ; frames until the menu closes
}
base off

; ---------------------------------------------------------
; SCRATCH
; ---------------------------------------------------------
Slot0_X = $7E0D00
Slot1_X = $7E0D01
Slot2_X = $7E0D02
Slot3_X = $7E0D03

Lamp = LightX
Lone = $7E0042

struct Clock $7EE000
{
  .Hours: skip 1
  .Minutes: skip 1 ; 0 to 59
  .Color skip 2
  .Padding: skip $0C
}
endstruct

; Sets a flag in the save file.
macro SetFlag(address, bit)
  LDA.l <address> : ORA #<bit> : STA.l <address>
Inner_<address>:
endmacro
"""

ENEMY_ASM = """\
!Health = 02 ; hits it takes
!Damage = 08
!Prize  = 00 ; what it drops
!Boss   = 01
"""

GUIDE_MD = """\
# Lantern Guide

Everything about the lantern enemy, from its first frame to its last, as the code has it today.

## Overview

The lantern follows the player through the dark rooms of the mine and goes out when it is hit
twice. See [the mine](Mine.md) and [the web](https://example.org/x). It never enters water, it never
follows a player who wears the mask, and when there are two of them in a room only the first one moves.
All of this is decided once a frame, in the order in which the rooms list them, so that a replay of the
same input gives the same picture on every console that the hack was tried on.

```asm
# not a heading
| not | a table |
| --- | ------- |
| a | b |
```

~~~text
``` still inside
## not a heading either
~~~

## Memory

| Address | Label | Description |
|---------|-------|-------------|
| `$7E0F10` | `LightX` | Where the light is, in pixels. |
| `$7E0F12`-`$7E0F13` | `LightY` | Its height above the floor. |
| - | `Gone` | No longer there. |

## Drops

| # | Item | Chance | Notes |
|---|------|--------|-------|
| 1 | Rupee | 1/2 | Falls where the lantern stood when it went out |
| 2 | **Heart** | 1/8 | Only when the player has less than three \\| four left |
| 3 | - | 1/8 | Nothing at all is dropped here, whatever happens |
| 4 | Bomb | - | TBD |

## Empty

## How to Light It

1. Take the oil from the shop in the village.
2. Pour it on the lantern before midnight, while nobody of the village is looking your way.
"""

QUEST_MD = """\
# Quest Flow

## Chapter 1: The Mine

### The Lost Oil

1.  **Trigger:** The player meets the miner.
2.  **Events:**
    *   The miner cries.
    *   The lamp goes out.
4.  **Flags:**

| Flag | Value |
|------|-------|
| Oil  | 1     |

5.  **Reward:** A lantern.
"""


@pytest.fixture
def hack(tmp_path: Path) -> Path:
    """The tree's root; two of its files have CRLF line ends, others must not be read."""
    files = {
        "Sprites/lantern.asm": LANTERN_ASM.replace("\n", "\r\n"),
        "Core/ram.asm": RAM_ASM,
        "Sprites/Enemies/bat.asm": ENEMY_ASM,
        "Sprites/Enemies/crow.asm": ENEMY_ASM.replace("02", "03"),
        "docs/Lantern.md": GUIDE_MD.replace("\n", "\r\n"),
        "docs/Guides/QuestFlow.md": QUEST_MD,
        ".git/notes.md": "# Hidden\n\nThis must not be read, whatever it says about lanterns and mines.\n",
        "notes.txt": "Not a document that is read.\n",
    }
    root = tmp_path / "hack"
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    (root / "broken.asm").write_bytes(b"Label: \xff\xfe\n")
    (tmp_path / "outside.md").write_text(
        "# Outside\n\nA link must not lead out of the tree, ever, not even here.\n"
    )
    (root / "linked.md").symlink_to(tmp_path / "outside.md")
    return root
