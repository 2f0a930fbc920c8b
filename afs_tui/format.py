"""Numbers as people read them: counts, sizes, durations, dollars, shares. Pure; knows no widget.

"Not measured" (None) is shown as a dash, never as 0.
"""

NOT_MEASURED = "-"
_SIZES = ("B", "kB", "MB", "GB", "TB")


def show_count(count: int | None) -> str:
    """1234567 as "1,234,567"."""
    return NOT_MEASURED if count is None else f"{count:,}"


def show_count_short(count: int | None) -> str:
    """1234567 as "1.23M"; at most five characters."""
    if count is None:
        return NOT_MEASURED
    for limit, letter in ((10**9, "G"), (10**6, "M"), (10**4, "k")):
        if count >= limit:
            value = count / (limit if letter != "k" else 1000)
            return f"{value:.{2 if value < 10 else 1 if value < 100 else 0}f}{letter}"
    return str(count)


def show_bytes(size_bytes: float | None) -> str:
    """Decimal units, three digits: "1.43 GB"."""
    if size_bytes is None:
        return NOT_MEASURED
    value, unit = float(size_bytes), 0
    while value >= 999.5 and unit < len(_SIZES) - 1:
        value, unit = value / 1000, unit + 1
    digits = 0 if unit == 0 or value >= 99.95 else 1 if value >= 9.995 else 2
    return f"{value:.{digits}f} {_SIZES[unit]}"


def show_duration(seconds: float | None) -> str:
    """ "0.4 s", "12 s", "3:05", "1:02:03", "2 d 3 h"."""
    if seconds is None:
        return NOT_MEASURED
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02d}"
    if whole < 86400:
        return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"
    return f"{whole // 86400} d {whole // 3600 % 24} h"


def show_share(share: float | None) -> str:
    """0.1234 as "12.3 %"."""
    return NOT_MEASURED if share is None else f"{100 * share:.1f} %"


def show_dollars(amount_usd: float | None) -> str:
    """12.5 as "$12.50"."""
    return NOT_MEASURED if amount_usd is None else f"${amount_usd:,.2f}"


def show_number(value: float | None, digits: int = 4) -> str:
    """Four significant digits: "1.834", "0.0002"; "nan" and "inf" as they are."""
    return NOT_MEASURED if value is None else f"{value:.{digits}g}"
