"""What is particular to employees: ratings, KPIs, calibration, fairness, succession."""
