"""Input relations, one pandera model a file. A column is declared here and nowhere else."""
