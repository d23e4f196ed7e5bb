-- What people wrote down of how sheets are read, by the headers of the sheet. Rows are added and never changed; the newest holds. Made when it isn't there.
CREATE TABLE IF NOT EXISTS maps (
    subject VARCHAR,
    shape VARCHAR,
    headers VARCHAR[],
    map VARCHAR,
    source VARCHAR,
    run_id VARCHAR,
    remembered_at TIMESTAMP
)
