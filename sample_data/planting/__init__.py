"""What every invented export needs: lines with their truth, faults planted in them, and sheets that look real."""
