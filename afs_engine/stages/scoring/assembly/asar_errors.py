"""What asar complains of, told apart: a fault of the code, or something the snippet can't help.

Owns asar's error ids (asar 1.91; the command line tool prints the names, the library the numbers).
A snippet names labels, defines and macros of a program it was cut from, starts or ends inside an
`if`, and is assembled without that program's ROM: such errors say nothing against it. Every other
id is a fault. Knows nothing of how asar is run.
"""

from dataclasses import dataclass

ERROR_LIMIT_REACHED = 5001
UNKNOWN_ID = 0
"""For a name of the command line tool that is not in the tables below: a fault."""


@dataclass(frozen=True, slots=True)
class AsarError:
    """One error: the 0-based line in the assembled source, asar's id, its message."""

    line: int
    error_id: int
    message: str


_DEFINED_ELSEWHERE = {
    5053: "function_not_found",
    5060: "label_not_found",
    5063: "label_cross_assignment",
    5064: "macro_label_outside_of_macro",
    5070: "struct_not_found",
    5076: "label_missing_parent",
    5088: "define_not_found",
    5094: "macro_not_found",
    5107: "label_in_conditional",
    5124: "no_labels_here",
    5141: "org_label_invalid",
    5142: "org_label_forward",
    5143: "skip_label_invalid",
    5145: "base_label_invalid",
    5146: "rep_label",
    5178: "macro_not_varadic",
    5179: "vararg_sizeof_nomacro",
    5209: "macro_param_outside_macro",
}
_CUT_OFF = {
    5020: "rep_at_file_end",
    5078: "struct_without_endstruct",
    5085: "endstruct_without_struct",
    5103: "rep_at_macro_end",
    5105: "misplaced_endmacro",
    5106: "unclosed_macro",
    5110: "misplaced_elseif",
    5113: "misplaced_endif",
    5114: "misplaced_else",
    5116: "unclosed_if",
    5138: "pulltable_without_table",
    5147: "pushpc_without_pullpc",
    5148: "pullpc_without_pushpc",
    5150: "pullbase_without_pushbase",
    5163: "pushwarnings_without_pullwarnings",
    5164: "pullwarnings_without_pushwarnings",
    5187: "endspcblock_without_spcblock",
    5188: "missing_endspcblock",
    5204: "pushns_without_pullns",
    5205: "pullns_without_pushns",
}
_NO_ROM_OR_FILES = {
    5003: "16mb_rom_limit",
    5004: "buffer_too_small",
    5015: "failed_to_open_file",
    5016: "file_not_found",
    5019: "file_offset_out_of_bounds",
    5030: "rom_too_short",
    5031: "rom_title_incorrect",
    5032: "bank_border_crossed",
    5033: "start_of_file",
    5036: "asar_too_old",
    5038: "snes_address_doesnt_map_to_rom",
    5039: "snes_address_out_of_bounds",
    5127: "no_freespace_norom",
    5130: "no_freespace_in_mapped_banks",
    5131: "no_freespace",
    5133: "prot_not_at_freespace_start",
    5136: "autoclean_label_at_freespace_end",
    5156: "warnpc_failed",
    5158: "assertion_failed",
    5159: "error_command",
    5165: "failed_to_open_file_access_denied",
    5166: "failed_to_open_not_regular_file",
    ERROR_LIMIT_REACHED: "limit_reached",
}
CONTEXT_ERRORS = _DEFINED_ELSEWHERE | _CUT_OFF | _NO_ROM_OR_FILES
"""asar's id -> its name, for what is no fault of a snippet."""

_ID_BY_NAME = {name: error_id for error_id, name in CONTEXT_ERRORS.items()}


def error_id_of(label: str) -> int:
    """The id in the tool's `(Elabel_not_found)` or, from older ones, `(E5060)`."""
    name = label.removeprefix("E")
    return int(name) if name.isdigit() else _ID_BY_NAME.get(name, UNKNOWN_ID)


def is_fault(error: AsarError) -> bool:
    """Whether an error speaks against the snippet itself."""
    return error.error_id not in CONTEXT_ERRORS
