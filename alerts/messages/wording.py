"""The words people use for grades, judgements, directions and dates."""

from reports.wording import (
    GRADES as GRADES,
)
from reports.wording import (
    JUDGEMENTS as JUDGEMENTS,
)
from reports.wording import (
    KINDS as KINDS,
)
from reports.wording import (
    SIGNS as SIGNS,
)
from reports.wording import (
    direction_words as direction_words,
)
from reports.wording import (
    grade_steps as grade_steps,
)
from reports.wording import (
    grade_words as grade_words,
)
from reports.wording import (
    judgement_words as judgement_words,
)
from reports.wording import (
    month_words as month_words,
)
from reports.wording import (
    number_words as number_words,
)
from reports.wording import (
    short_grade_words as short_grade_words,
)
from reports.wording import (
    uk_date as uk_date,
)
from reports.wording import (
    uk_period as uk_period,
)
from reports.wording import (
    uk_periods as uk_periods,
)
