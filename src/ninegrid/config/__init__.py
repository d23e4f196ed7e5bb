"""What a person declares in a TOML file, as frozen values: the errors name the file, the line and the key."""

from ninegrid.config.build import Blame, Path, build, check_keys, nearest
from ninegrid.config.lines import IDENTITY

__all__ = ["IDENTITY", "Blame", "Path", "build", "check_keys", "nearest"]
