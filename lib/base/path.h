/*
 * Where things are: XDG base directories, and share/ beside the program.
 */
#ifndef SM_BASE_PATH_H
#define SM_BASE_PATH_H

struct sm_err;

/* "$XDG_CONFIG_HOME/sm/name" and so on; the caller frees. */
char *sm_path_config(const char *name);
char *sm_path_data(const char *name);
char *sm_path_state(const char *name);
char *sm_path_cache(const char *name);

/*
 * A file that comes with sm: in $SM_SHARE, else ../share/sm beside the running
 * program's folder (as installed and as built).  The caller frees.
 */
char *sm_path_share(const char *name);

/* A program of ours: beside the running one; the caller frees. */
char *sm_path_program(const char *name);

/* name as seen from the folder of file, where it is relative; caller frees. */
char *sm_path_beside(const char *file, const char *name);

/* Makes the folders above path (mode 0700).  0, or -1 and err. */
int sm_path_make_parent(const char *path, struct sm_err *err);

#endif
