-- A line for every study that stored something, such as a plan or deals that are kept, with the files it wrote: a study
-- that was killed between the commit and the moves is finished by the next command. outputs: JSON, as in runs.
CREATE TABLE IF NOT EXISTS study_runs (
    run_id VARCHAR,
    subject VARCHAR,
    study VARCHAR,
    outputs VARCHAR
)
