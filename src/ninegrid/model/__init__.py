"""The values every room speaks: periods, findings, relations, raw sheets, typed inputs, errors."""
