"""A grade as data, and every rule by which points come about. Knows nothing but numbers.

result        Grade, CheckResult and what they hold; `final_score` has lateness applied
verdict       the word for one check, and what a race adds to it
hang          functions that gave no answer, as a grade keeps them
no_grade      what stands in place of a grade where there is none
fields        what a field of a grade may hold
sums          points added up exactly
points        the points of a grade in whole hundredths, summed once, for every report
late          when a submission is late and what that costs, as data: applied by Grade
credit_line   slowdown to credit
merge         one grade from the grades of several devices
units         seconds and ratios in words
"""
