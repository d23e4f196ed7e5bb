"""Files in, typed relations out: containers → raw sheets → headers → parsed columns, with cell references."""
