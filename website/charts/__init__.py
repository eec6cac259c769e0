"""Charts: records → shapes → SVG.

shapes    what a drawing is made of, and how it becomes SVG
palette   the colours of grades and lines, in light and dark surroundings
grades    a council's grades over time
tracker   which issues were raised in which report
bars      shares and counts as bars
stacked   how many councils have each grade
tile_map  a tile for each council
png       a drawing as a picture for email and Slack
"""
