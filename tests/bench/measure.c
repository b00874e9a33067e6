/*
 * measure [-n TIMES] [-i FILE] COMMAND [ARG ...] - run it and print what it
 * took: processor seconds (user and system, children too), seconds by the
 * clock, and the largest resident set in KiB; of several runs the median of
 * each.  Its output goes to /dev/null.  For tests/bench/run.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TIMES_MAX 1001

static double cpu[TIMES_MAX], wall[TIMES_MAX], rss[TIMES_MAX];

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double
seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static void
run(char *argv[], const char *input, int at)
{
	struct rusage usage;
	double start = now();
	int status;
	pid_t pid = vfork();

	if (pid == 0) {
		int in = open(input, O_RDONLY), out = open("/dev/null",
		    O_WRONLY);

		dup2(in, 0);
		dup2(out, 1);
		close(in);
		close(out);
		execvp(argv[0], argv);
		_exit(127);
	}
	if (wait4(pid, &status, 0, &usage) == -1 ||
	    (WIFEXITED(status) && WEXITSTATUS(status) == 127)) {
		fprintf(stderr, "measure: cannot run '%s'\n", argv[0]);
		exit(127);
	}
	wall[at] = now() - start;
	cpu[at] = seconds(usage.ru_utime) + seconds(usage.ru_stime);
	rss[at] = (double)usage.ru_maxrss;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
median(double *values, int count)
{
	qsort(values, (size_t)count, sizeof(*values), compare);
	return values[count / 2];
}

int
main(int argc, char *argv[])
{
	const char *input = "/dev/null";
	int times = 1, opt;

	while ((opt = getopt(argc, argv, "+n:i:")) != -1) {
		if (opt == 'n')
			times = (int)strtol(optarg, NULL, 10);
		else if (opt == 'i')
			input = optarg;
		else
			return 64;
	}
	if (optind == argc || times < 1 || times > TIMES_MAX)
		return 64;
	for (int i = 0; i < times; i++)
		run(argv + optind, input, i);
	printf("%.6f %.6f %.0f\n", median(cpu, times), median(wall, times),
	    median(rss, times));
	return 0;
}
