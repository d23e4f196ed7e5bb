"""The oracle on made populations; a module each, so that they run side by side."""
