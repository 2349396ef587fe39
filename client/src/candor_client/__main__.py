"""`python -m candor_client` and the command `candor`."""

import sys


def main() -> None:
    """Runs the command. What cannot even be imported ends with 70, not with a verdict's code."""
    try:
        from candor_client.commands.root import run  # noqa: PLC0415  the errors above it stay readable
    except Exception as error:
        sys.stderr.write(f"candor: the installation is broken ({error!r}); install it again.\n")
        sys.exit(70)
    run()


if __name__ == "__main__":
    main()
