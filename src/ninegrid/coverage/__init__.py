"""Coverage 全覆盖管理: who has been seen in time, who has nobody, and who looks after too many."""
