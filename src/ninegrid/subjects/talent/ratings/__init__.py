"""From ratings and KPIs to scores: one scale, raters and how far they agree, what is missing, how sure a cell is."""
