-- That somebody was forgotten, never who: when, of which subject, how many rows went. Made when it isn't there.
CREATE TABLE IF NOT EXISTS forgotten (
    forgotten_at TIMESTAMP,
    subject VARCHAR,
    "rows" BIGINT
)
