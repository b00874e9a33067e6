/*
 * Takes away the folder that a test worked in, with all that is in it.
 */
#ifndef SM_TESTS_FOLDER_H
#define SM_TESTS_FOLDER_H

#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>

static int
folder_remove_one(const char *path, const struct stat *st, int kind,
    struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

/* 0, or -1 and errno. */
static inline int
folder_remove(const char *path)
{
	return nftw(path, folder_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

#endif
