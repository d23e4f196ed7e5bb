"""Actions 行动: what people did about leads and warnings, read from the forms they filled in, kept, and judged."""
