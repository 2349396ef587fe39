"""What stands in the path of an address, by the names that every route shares."""

from typing import Annotated

from fastapi import Path

SlugPath = Annotated[str, Path(description="The benchmark's slug.", examples=["rare-facts"])]
SubmissionPath = Annotated[str, Path(description="The submission's id, `sub_…`.")]
KeyPath = Annotated[str, Path(description="The key's id, `key_…`.")]
InvitationPath = Annotated[str, Path(description="The invitation's id, `inv_…`.")]
