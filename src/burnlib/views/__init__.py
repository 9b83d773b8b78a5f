"""Views: what pictures mean. One module each, of pure functions over the day rows.

Every function takes the rows, then by keyword what to show of them:

range: "90d", "26w", "1y", "all" or "2026-01-01..2026-01-31". All but the last end with the last
    row's day, however long ago that is: a view says nothing about days that nobody looked at.
basis: "total", or "exact", which leaves estimated sources out everywhere. A day for which there
    is nothing but estimates is then missing, since what was measured on it is unknown, not zero.
target: Tokens a day that are not to be exceeded, or None.
week_start: "monday" (ISO 8601) or "sunday".
today: The local day that is still going on, or None. It only marks that day and its week.

A wrong value is an InvalidInput. Without rows every view is empty: it covers *today* (or 1970-01-01
where that is not known), unless both ends of the range were given.
"""
