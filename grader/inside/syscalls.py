"""Numbers of the system calls that a worker may not make, for x86-64 and 64-bit Arm.

From the kernel's ``syscall_64.tbl`` and ``unistd.h``; a name that a machine does
not have has the number -1 there. From 424 on the two tables agree.
"""

from . import system

_TABLE = """
socket 41 198, socketpair 53 199, connect 42 203, bind 49 200, listen 50 201, accept 43 202,
accept4 288 242, ptrace 101 117, process_vm_readv 310 270, process_vm_writev 311 271,
kcmp 312 272, clone 56 220, fork 57 -1, vfork 58 -1, execve 59 221, execveat 322 281,
unshare 272 97, setns 308 268, mount 165 40, umount2 166 39, pivot_root 155 41, chroot 161 51,
kill 62 129, tkill 200 130, tgkill 234 131, rt_sigqueueinfo 129 138, rt_tgsigqueueinfo 297 240,
bpf 321 280, perf_event_open 298 241, userfaultfd 323 282, keyctl 250 219, add_key 248 217,
request_key 249 218, init_module 175 105, finit_module 313 273, delete_module 176 106,
kexec_load 246 104, kexec_file_load 320 294, reboot 169 142, swapon 167 224, swapoff 168 225,
syslog 103 116, acct 163 89, quotactl 179 60, name_to_handle_at 303 264,
open_by_handle_at 304 265, iopl 172 -1, ioperm 173 -1, modify_ldt 154 -1, uselib 134 -1,
lookup_dcookie 212 18, personality 135 92, setpriority 141 140, sched_setaffinity 203 122,
sched_setscheduler 144 119, sched_setattr 314 274, sched_setparam 142 118, ioprio_set 251 30,
prlimit64 302 261, setrlimit 160 164, setsid 112 157, setpgid 109 154, mknod 133 -1,
mknodat 259 33, vmsplice 278 75, ioctl 16 29, prctl 157 167, memfd_create 319 279,
clock_settime 227 112, clock_adjtime 305 266, settimeofday 164 170, adjtimex 159 171,
sethostname 170 161, setdomainname 171 162, vhangup 153 58, shmget 29 194, shmat 30 196,
shmctl 31 195, semget 64 190, msgget 68 186, mq_open 240 180, fanotify_init 300 262,
inotify_init 253 -1, inotify_init1 294 26, move_pages 279 239, migrate_pages 256 238, chmod 90 -1,
fchmod 91 52, fchmodat 268 53, chown 92 -1, fchown 93 55, lchown 94 -1, fchownat 260 54,
utime 132 -1, utimes 235 -1, futimesat 261 -1, utimensat 280 88, setxattr 188 5, lsetxattr 189 6,
fsetxattr 190 7, removexattr 197 14, lremovexattr 198 15, fremovexattr 199 16, truncate 76 45,
flock 73 32, open 2 -1, openat 257 56, seccomp 317 277, pidfd_send_signal 424 424,
io_uring_setup 425 425, io_uring_enter 426 426, io_uring_register 427 427, open_tree 428 428,
move_mount 429 429, fsopen 430 430, fsconfig 431 431, fsmount 432 432, fspick 433 433,
pidfd_open 434 434, clone3 435 435, openat2 437 437, pidfd_getfd 438 438, process_madvise 440 440,
mount_setattr 442 442, quotactl_fd 443 443, memfd_secret 447 447, process_mrelease 448 448,
cachestat 451 451, fchmodat2 452 452, statmount 457 457, listmount 458 458, sync 162 81,
syncfs 306 267, fcntl 72 25, semop 65 193, semtimedop 220 192, semctl 66 191, msgsnd 69 189,
msgrcv 70 188, msgctl 71 187, mq_unlink 241 181, landlock_create_ruleset 444 444,
landlock_add_rule 445 445, landlock_restrict_self 446 446
"""

LAST_KNOWN = 462
_COLUMN = {"x86_64": 1, "aarch64": 2}


def _numbers() -> dict[str, int]:
    column = _COLUMN.get(system.MACHINE)
    if column is None:
        return {}
    rows = (row.split() for row in _TABLE.replace("\n", " ").split(","))
    return {row[0]: int(row[column]) for row in rows}


NUMBER = _numbers()
