"""The licence under which Ofsted's reports are published."""

LICENCE_NAME = "Open Government Licence v3.0"
LICENCE_ADDRESS = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
