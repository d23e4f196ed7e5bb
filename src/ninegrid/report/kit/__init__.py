"""What every sheet is built with: style, labels, layout, lists, charts."""
