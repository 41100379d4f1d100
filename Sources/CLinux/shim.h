// Not `_GNU_SOURCE`: it would lay out `fd_set` otherwise than the Glibc module does.
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>
