"""Files of every format to raw sheets of text cells."""
