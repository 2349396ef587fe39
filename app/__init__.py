"""Candor: a scoring service that pays for saying "I don't know" when one does not know."""

from importlib.metadata import PackageNotFoundError, version


def candor_version() -> str:
    """The version of the installed distribution."""
    try:
        return version("candor-server")
    except PackageNotFoundError:
        return "0"
