"""What a policy says, as frozen values; the field names are the keys of the TOML file."""
