-- accepted_break: why a person accepted inputs that do not continue the period before.
ALTER TABLE IF EXISTS runs ADD COLUMN IF NOT EXISTS accepted_break VARCHAR
