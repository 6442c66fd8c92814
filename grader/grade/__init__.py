"""A grade as data, and every rule by which points come about. Knows nothing but numbers.

result        Grade, CheckResult and what they hold
fields        what a field of a grade may hold
points        the points of a grade, summed once, for every report
late          when a submission is late and what that costs
staircase     slowdown to credit
merge         one grade from the grades of several devices
units         seconds and ratios in words
"""
