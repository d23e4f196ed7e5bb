-- The ledger: one line a run that was stored. Made when it isn't there; sql/migrations brings one of an earlier form up to this.
-- policy_digest, report_digest: of the part of the policy that grades, and of the part that only shows.
-- steps: JSON, seconds a step. timings: JSON, rows and seconds of each step until storing, and of its parts. job: the batch job that asked for it. compared_with: the period it was compared with.
-- accepted_break: why a person accepted inputs that do not continue that period; null where they do.
-- key: digest of all that the result depends on.
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
    report_digest VARCHAR,
    policy VARCHAR,
    inputs VARCHAR,
    counts VARCHAR,
    outputs VARCHAR,
    steps VARCHAR,
    timings VARCHAR,
    job VARCHAR,
    compared_with VARCHAR,
    accepted_break VARCHAR,
    "key" VARCHAR
)
