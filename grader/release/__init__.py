"""What leaves the instructor's house, and the proof that no answer goes with it.

student_repository    the folder that students get
archive       Gradescope's zip and Classroom 50's bundle
solutions, pruning, released_toml, answers      marks removed, references dropped, leaks found
exports       whether the reference has what students are asked for
public_data   the folder of public data: copied, with nothing hidden in it
requirements  what pip installs for its packages
wheel         the kit itself as a file;  new: an assignment to start from
template      templates/ filled in
"""
