"""The static website: a page for each council, region, theme and report, and one for England.

snapshot     what the store holds at one moment, as the pages need it
pages/       what each kind of page shows, as records
charts/      records → SVG
render       records → HTML, by the autoescaping templates in templates/
documents/   a council's briefing as a Word, PDF or HTML file
site         which files there are, and writing only those that changed
drawn_pages  which pages are unchanged since the last build
addresses    where each page is
"""
