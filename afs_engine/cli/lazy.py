"""Command groups whose commands are imported only when they are called.

`--help` of a group needs names and one line each; those are written in the group's table, so that
help imports nothing of the engine.
"""

from importlib import import_module

import click


class LazyGroup(click.Group):
    """A group from a table: command name -> (module, one line of help)."""

    def __init__(self, *, table: dict[str, tuple[str, str]], name: str, help: str) -> None:  # noqa: A002
        super().__init__(name=name, help=help, no_args_is_help=True, context_settings=CONTEXT)
        self._table = table

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._table:
            return None
        module, _ = self._table[cmd_name]
        command: click.Command = import_module(module).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self._table.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if name and name not in self._table and not name.startswith("-"):
            from afs_engine.errors import nearest_hint

            hint = nearest_hint(name, list(self._table))
            ctx.fail(f"there is no command '{name}' ({hint})")
        name_found, command, rest = super().resolve_command(ctx, args)
        if command is not None:
            _refuse_repeated_files(click.Context(command, parent=ctx, info_name=name_found), rest)
        return name_found, command, rest


def _refuse_repeated_files(ctx: click.Context, args: list[str]) -> None:
    """A usage error where a file is named twice that a command takes once: the first would not be read."""
    try:
        _, _, given = ctx.command.make_parser(ctx).parse_args(list(args))
    except click.UsageError:
        return  # the command itself tells it
    for option in {id(each): each for each in given if isinstance(each.type, click.Path)}.values():
        if isinstance(option, click.Option) and not option.multiple and given.count(option) > 1:
            raise click.UsageError(f"{option.opts[0]} is given twice, but takes one path", ctx=ctx)


CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
