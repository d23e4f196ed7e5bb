"""Header rows and what each header means.

`matching.py` says what one header cell names, `recognise.py` which relation a sheet holds and where each of its columns
stands. `words.py` takes a header's dress, basis and vetoes apart, by the words in schemas/vocabulary/; `with_values.py`
asks the cells where the header alone doesn't decide; `proposals.py` says what a column set aside may be.
"""
