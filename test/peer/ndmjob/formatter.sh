#!/bin/bash
# What ndmjob's data agent runs for backup type tar (as wrap_tar on its PATH): the stream is GNU tar's. Standard input or
# output is the stream, descriptor 3 takes messages of a line each; DR asks the mover for a part of the stream.
set -eu
operation=
root=/
while [ $# -gt 0 ]; do
  case $1 in
    -c | -x | -t) operation=${1#-} ;;
    -E)
      shift
      case $1 in FILESYSTEM=* | PREFIX=*) root=${1#*=} ;; esac
      ;;
    -I* | -d*) ;;
    *) break ;;
  esac
  shift
done
case $operation in
  c)
    echo 'Lx archiving' >&3
    # archived under the names that ndmjob's index and recovery lists have
    exec tar --create --file=- --directory="$root" --format=gnu --sort=name --sparse .
    ;;
  x)
    echo 'DR 0 18446744073709551615' >&3
    # ends with the archive and not with the stream, which stays open until this ends
    exec tar --extract --file=- --directory="$root" --preserve-permissions --same-owner
    ;;
  *)
    exit 1
    ;;
esac
