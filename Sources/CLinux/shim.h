// Not `_GNU_SOURCE`: it would lay out `fd_set` otherwise than the Glibc module does.
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>

/* glibc 2.34 and later; Swift's Glibc module leaves it out. */
#include <spawn.h>
static inline int florin_spawn_close_from(posix_spawn_file_actions_t *actions, int descriptor) {
    return posix_spawn_file_actions_addclosefrom_np(actions, descriptor);
}
