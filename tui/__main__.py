"""`counterfoil`: the command line and, without a command, the terminal UI."""

from tui.cli.root import counterfoil


def main() -> None:
    counterfoil.main(prog_name="counterfoil")


if __name__ == "__main__":
    main()
