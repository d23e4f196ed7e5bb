"""Header rows and what each header means.

`heading.py` takes a header cell apart, `matching.py` says which column it names, `recognise.py` which relation a sheet
holds and where each of its columns stands, as the values of `layout.py`. `words.py` takes a header's dress, basis and
vetoes apart, by the words in schemas/vocabulary/; `with_values.py` asks the cells where the header alone doesn't
decide; `proposals.py` says what a column set aside may be; `items.py`, `sides.py` and `averaged.py` read forms with a
column an item or a rater.
"""
