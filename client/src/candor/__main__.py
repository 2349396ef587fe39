"""`python -m candor` and the command `candor`."""


def main() -> None:
    """Runs the command."""
    from candor.commands.root import run  # noqa: PLC0415  the errors above it stay readable

    run()


if __name__ == "__main__":
    main()
