"""What a unit is told of the real files: how many have seen it, its own left out."""

import numpy as np

from afs_engine.stages.discriminator.ngram.head import read_units
from afs_engine.stages.discriminator.ngram.sightings import add_sightings, add_sightings_elsewhere
from afs_engine.stages.discriminator.ngram.units import ALL_COLUMNS, COLUMNS, Units

TEXTS = ["  LDA $10\n  STA $12\n  RTS"] * 3 + ["  LDX $10\n  STX $14\n  RTL"]


def added(units: Units) -> np.ndarray:
    """The columns of sightings, shape (units, kinds)."""
    return units.columns[units.columns >= COLUMNS].reshape(len(units), -1)


def test_every_unit_gets_one_column_a_kind_behind_its_own() -> None:
    units = read_units(TEXTS, "asm")
    found = add_sightings(units, np.zeros(COLUMNS, np.uint8))
    kinds = units.sightings.shape[1]
    assert np.array_equal(np.diff(found.starts), np.diff(units.starts) + kinds)
    assert np.array_equal(found.columns[found.columns < COLUMNS], units.columns)
    assert added(found).shape == (len(units), kinds)
    assert added(found).max() < ALL_COLUMNS
    assert (added(found) == added(found)[0]).all()  # nothing was seen of any


def test_a_unit_is_looked_up_in_other_files_than_its_own() -> None:
    units = read_units(TEXTS, "asm")
    groups, is_real = np.array([0, 1, 2, 3]), np.ones(4, bool)
    found, files = add_sightings_elsewhere(units, groups, is_real)
    nowhere = added(add_sightings(units, np.zeros(COLUMNS, np.uint8)))
    form = 0  # the kind that looks up mnemonic and shape
    assert added(found)[9, form] == nowhere[9, form]  # LDX: its own file alone has it
    assert added(found)[0, form] != nowhere[0, form]  # LDA: two other files
    two, _ = add_sightings_elsewhere(read_units(TEXTS[1:], "asm"), groups[1:], is_real[1:])
    new = add_sightings(read_units(TEXTS[:1], "asm"), files)
    assert added(new)[0, form] == added(found)[0, form]  # three files and two are one step
    assert added(two)[0, form] != added(found)[0, form]
    assert files.max() == 4 and files.dtype == np.uint8  # a blank before the first command, in all


def test_corrupted_texts_are_not_counted() -> None:
    units = read_units(TEXTS, "asm")
    _, files = add_sightings_elsewhere(units, np.array([0, 1, 2, 3]), np.array([True, False, False, False]))
    assert files.max() == 1


def test_prose_has_none() -> None:
    units = read_units(["A sentence. Another one."], "prose")
    found, files = add_sightings_elsewhere(units, np.zeros(1, np.int64), np.ones(1, bool))
    assert np.array_equal(found.columns, units.columns)
    assert not files.any()
