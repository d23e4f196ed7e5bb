-- The ledger: one line a run that was stored. Made when it isn't there.
CREATE TABLE IF NOT EXISTS runs (
    run_id VARCHAR,
    subject VARCHAR,
    period VARCHAR,
    lang VARCHAR,
    started TIMESTAMP,
    seconds DOUBLE,
    program_version VARCHAR,
    policy_source VARCHAR,
    policy_digest VARCHAR,
    policy VARCHAR,
    inputs VARCHAR,
    counts VARCHAR,
    outputs VARCHAR
)
