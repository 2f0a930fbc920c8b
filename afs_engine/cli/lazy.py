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
        return super().resolve_command(ctx, args)


CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
