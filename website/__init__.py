"""The static website: a page for each council, region, theme and report, and one for England.

snapshot     what the store holds at one moment, as the pages need it
pages/       what each kind of page shows, as records
charts/      records → SVG
templates/   records → HTML, autoescaped
site         which files there are, and writing only those that changed
addresses    where each page is
"""
