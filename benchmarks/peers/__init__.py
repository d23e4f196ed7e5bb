"""What `grade customers` is compared with: scripts that take ``IN.xlsx OUT.xlsx`` and stand on their own."""
