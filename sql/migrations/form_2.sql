-- Form 1 had a ledger that grew column by column, and said no form. steps, timings: JSON. job: the batch job that asked for the run.
ALTER TABLE IF EXISTS runs ADD COLUMN IF NOT EXISTS steps VARCHAR;
ALTER TABLE IF EXISTS runs ADD COLUMN IF NOT EXISTS timings VARCHAR;
ALTER TABLE IF EXISTS runs ADD COLUMN IF NOT EXISTS job VARCHAR;
ALTER TABLE IF EXISTS runs ADD COLUMN IF NOT EXISTS compared_with VARCHAR;
ALTER TABLE IF EXISTS runs ADD COLUMN IF NOT EXISTS "key" VARCHAR
