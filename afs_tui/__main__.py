"""The program `afs-tui`. Until the studio is there it says so and names what does the job today."""

import sys


def main() -> None:
    """Exits 1: there is no studio yet."""
    sys.stderr.write(
        "afs-tui: the terminal studio is coming; today `afs-engine run recipe.toml` does the job\n"
    )
    sys.exit(1)


if __name__ == "__main__":
    main()
