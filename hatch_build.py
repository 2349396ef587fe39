"""Puts the client's wheel into the server's, so that a running server can hand it out."""

import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.builders.wheel import WheelBuilder


class CustomBuildHook(BuildHookInterface[Any]):
    """Builds the client beside the server; an editable server builds it from its checkout later."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Adds `app/_client/candor_client-….whl` to a standard wheel."""
        if version != "standard":
            return
        self._folder = tempfile.TemporaryDirectory()
        built = WheelBuilder(str(Path(self.root) / "client")).build(
            directory=self._folder.name, versions=["standard"]
        )
        for wheel in map(Path, built):
            build_data["force_include"][str(wheel)] = f"app/_client/{wheel.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Takes the temporary folder away."""
        if version == "standard":
            self._folder.cleanup()
