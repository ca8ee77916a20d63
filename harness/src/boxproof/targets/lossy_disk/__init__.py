"""Power loss: a FUSE file system that keeps in memory what was not fsynced, and can forget it.

SIGKILL ends processes and leaves the kernel's page cache whole, so it cannot show a missing fsync.
The idea, a file system with a cache of its own that is dropped on demand, is that of LazyFS
(https://github.com/dsrhaslab/lazyfs; Ramos et al., "When Amnesia Strikes", PVLDB 17(11), 2024).
``tree.py`` says what survives, ``filesystem.py`` speaks FUSE, ``disk.py`` mounts it for a run.
"""
