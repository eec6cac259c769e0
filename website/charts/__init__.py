"""Charts: records → shapes → SVG.

shapes    what a drawing is made of, and how it becomes SVG
palette   the colours of grades and lines, in light and dark surroundings
grades    a council's grades over time
tracker   which issues were raised in which report
bars      shares and counts as bars
tile_map  one tile a council
"""
