"""Whether a value keeps what the name beside it promises.

The weaker the name, the stricter the look at the value: a password may be any word that is no
placeholder, the value of a bare `key` must be random beyond doubt. Reads no text around the two.
"""

import re

from afs_engine.stages.redaction.assigned_values import Value
from afs_engine.stages.redaction.secret_names import SecretName, Trust
from afs_engine.stages.redaction.value_shapes import (
    has_odd_case,
    is_code,
    is_encoded_login,
    is_hex,
    is_number,
    is_path,
    is_placeholder,
    is_scrambled,
    is_uuid,
    is_wordy,
    looks_random,
)

_SHORTEST = {Trust.PASSWORD: 4, Trust.STRONG: 8, Trust.MEDIUM: 10, Trust.WEAK: 16}
_LONGEST_PASSWORD = 128
_LEAST_UNANNOUNCED = 32
_SHORTEST_ON_A_LINE = 6
_SHORTEST_SPOKEN = 12
_PLAIN_VERBS = ("pass", "pw")  # `pass 3 of 4`, `pass "x" to f` are no passwords
_LOOSE_LINKS = ("below", "space", "spoken")
# `with password Summer2024!`: letters, digits and a sign that no word, version or path has.
_SPOKEN_PASSWORD = re.compile(
    r"(?=.*[a-z])(?=.*[0-9])(?=.*[A-Z!%^&*?@$])(?=.*[!%^&*?@$])[\w!%^&*?@$#+-]{8,40}\Z"
)
_PASSPHRASE = re.compile(r"[a-z]{3,12}(?: [a-z]{3,12}){3,11}\Z")
_PROSE = re.compile(r"(?i)\b(?:your|the|must|is|enter|please|and|for|not|again|be|with|wrong|at least)\b")
_PLAIN = re.compile(r"[A-Za-z._\-/]*\Z")


def holds_secret(promise: SecretName, value: str, found: Value, name: str) -> bool:
    """True when `value`, found beside `name`, is the secret that `promise` announces."""
    if len(value) < _SHORTEST[promise.trust] or is_placeholder(value):
        return False
    if name.lower() in _PLAIN_VERBS and (value.isdigit() or found.link in _LOOSE_LINKS):
        return found.link == "spoken" and _is_spoken_password(value)
    if found.link in ("below", "space") and not name.startswith("-"):
        return _is_strange(promise.trust, value, found)
    if promise.trust is Trust.PASSWORD:
        return _is_password(value, found)
    if not found.quoted and is_code(value) and found.link != "shell":
        return False
    return _is_key(promise.trust, value)


def _is_strange(trust: Trust, value: str, found: Value) -> bool:
    """What only a secret can be, for values joined by a mere space or line end."""
    if trust is Trust.PASSWORD and found.quoted:
        return _is_password(value, found) and not _PLAIN.match(value)
    if trust is Trust.PASSWORD and not is_number(value) and not is_code(value):
        if found.is_line and _is_no_word(value) and len(value) >= _SHORTEST_ON_A_LINE:
            return True
        if _is_spoken_password(value):
            return True
    if trust < Trust.STRONG and (is_hex(value) or is_uuid(value)):
        return False
    if trust is Trust.WEAK and (len(value) < _LEAST_UNANNOUNCED or not _is_dense(value)):
        return False
    return looks_random(value, 16) and not is_path(value) and (found.quoted or not is_code(value))


def _is_spoken_password(value: str) -> bool:
    """What no word, number, version or id is, so that a mere space before it is enough."""
    if _SPOKEN_PASSWORD.match(value):
        return True
    is_id = is_hex(value) or is_uuid(value)
    return len(value) >= _SHORTEST_SPOKEN and is_scrambled(value) and not is_id


def _is_password(value: str, found: Value) -> bool:
    if len(value) > _LONGEST_PASSWORD or is_path(value) or (value[:1] in "$#%" and is_number(value)):
        return False
    if " " in value:
        return found.quoted and bool(_PASSPHRASE.match(value)) and not _PROSE.search(value)
    if found.link in ("spoken", "argument", "listed"):
        return _is_no_word(value) and len(value) >= 6
    if found.quoted or found.link in ("shell", "query", "element"):
        return True
    return _is_no_word(value) and not is_code(value)


def _is_no_word(value: str) -> bool:
    return not _PLAIN.match(value) or is_scrambled(value) or any(map(has_odd_case, value.split("-")[1:]))


def _is_key(trust: Trust, value: str) -> bool:
    if is_encoded_login(value):
        return True
    if not looks_random(value, _SHORTEST[trust]) or is_path(value):
        return False
    if trust is Trust.WEAK:
        return not is_uuid(value) and _is_dense(value)
    return True


def _is_dense(value: str) -> bool:
    """Enough of it neither words nor a hash: a weak name needs a value that speaks for itself."""
    parts = re.split(r"[^A-Za-z0-9+/=]", value)
    strange = "".join(part for part in parts if not is_wordy(part) and not is_hex(part))
    return len(strange) >= 10 and len(set(strange)) >= 8
