"""A setting's text as a person writes it, and the recipe's value that it means. Pure."""

from afs_engine import api

Value = str | int | float | bool | list[str] | None


def check_setting(line: "api.SettingLine", text: str) -> str:
    """What is wrong with the text, "" for nothing. Whether the recipe may have it is the engine's to say."""
    if not text:
        return ""
    try:
        parse_setting(line, text)
    except ValueError:
        return f"this is no {line.kind}"
    return ""


def parse_setting(line: "api.SettingLine", text: str) -> Value:
    """The value that the text means; None takes the key out. Raises ValueError."""
    if not text:
        return None
    match line.kind:
        case "whole number":
            return int(text.replace(",", "").replace("_", ""))
        case "number":
            return float(text)
        case "switch":
            return text == "on"
        case "list":
            return [part.strip() for part in text.split(",") if part.strip()]
        case _:
            return text
